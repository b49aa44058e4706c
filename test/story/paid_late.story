# Money that comes after the order ran out goes back, and a new order can be asked for.
at 2026-11-17 09:00
include parts/received.part
include parts/accept.part
include parts/approve.part login=housing_approver case_no=$number-01
include parts/approve.part login=tax_approver case_no=$number-02
as buyer
call case.get {"case": $case}
save $order = reply.payment.id
advance 73 hours
call pay.get {"order": $order}
expect reply.state == expired
call pay.start {"order": $order}
fails PAY_STATE
pay $order
expect reply.result == success
call pay.get {"order": $order}
expect reply.state == expired
jobs
state $case deed_tax == running
pay $order twice
state $case deed_tax == running
# The tax is still owed: a new order takes the place of the old one, once.
as elder
call pay.renew {"order": $order}
fails NOT_FOUND
as buyer
call pay.renew {"order": $order}
save $new = reply.order
call pay.renew {"order": $order}
fails PAY_STATE
call pay.renew {"order": $new}
fails PAY_STATE
call case.get {"case": $case}
expect reply.payment.id == $new
expect reply.payment.state == due
pay $new
jobs
state $case deed_tax == closed granted
call pay.renew {"order": $order}
fails PAY_STATE
verify
