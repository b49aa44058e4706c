# The tax was paid, the registration is refused: the tax goes back through the gateway; so does money for an item withdrawn.
at 2026-11-17 09:00
include parts/received.part
include parts/accept.part
include parts/approve.part login=housing_approver case_no=$number-01
include parts/approve.part login=tax_approver case_no=$number-02
include parts/pay.part
save $tax = $order
state $case realty_transfer == running
include parts/approve.part login=resources_approver case_no=$number-03
as resources_approver
call task.list
save $task = reply.rows[case=$number-03].id
call task.get {"task": $task}
save $version = reply.version
save $basis = reply.bases.0.value
call task.decide {"task": $task, "version": $version, "outcome": "refuse", "opinion": "权属有争议。", "basis": $basis, "reason": "权属有争议"}
# Asked for in the set that refuses; the gateway has not spoken yet.
as buyer
call case.get {"case": $case}
expect reply.refunds count 1
expect reply.refunds.0.order == $tax
expect reply.refunds.0.state == refunding
expect reply.refunds.0.fen == 1280000
# A false word of it, another amount, another order: nothing.
refund $tax forged
fails PAY_SIGNATURE
refund $tax wrong
fails PAY_AMOUNT
# The payment's own notification once more changes nothing.
pay $tax
jobs
as buyer
call case.get {"case": $case}
expect reply.refunds.0.state == refunded
expect reply.payment.state == refunded
call notice.mine
expect reply.rows contains 原路退回
# Repeated: nothing new. Under another number: refused.
checkpoint
refund $tax
verify
refund $tax again
fails PAY_STATE
# The day's comparison knows payment and refund.
at 2026-11-18 02:00
jobs
as supervisor
call pay.differences
expect reply.rows count 0
expect reply.days.0.matched == 2

# Withdrawn after it was paid.
at 2026-11-18 09:00
include parts/received.part
include parts/accept.part
include parts/approve.part login=housing_approver case_no=$number-01
include parts/approve.part login=tax_approver case_no=$number-02
include parts/pay.part
as buyer
call case.withdraw {"case": $case, "item": "realty_transfer", "reason": "不买了"}
jobs
as buyer
call case.get {"case": $case}
expect reply.refunds.0.state == refunded

# Paid after the item was withdrawn: the money goes back at once.
include parts/received.part
include parts/accept.part
include parts/approve.part login=housing_approver case_no=$number-01
include parts/approve.part login=tax_approver case_no=$number-02
as buyer
call case.get {"case": $case}
save $order = reply.payment.id
call case.withdraw {"case": $case, "reason": "不买了"}
pay $order
jobs
as buyer
call case.get {"case": $case}
expect reply.refunds.0.state == refunded
expect reply.refunds.0.why == 付款时事项已经结束

# The whole withdrawn just when it was paid: two causes, one refund.
include parts/received.part
include parts/accept.part
include parts/approve.part login=housing_approver case_no=$number-01
include parts/approve.part login=tax_approver case_no=$number-02
as buyer
call case.get {"case": $case}
save $order = reply.payment.id
pay $order
as buyer
call case.withdraw {"case": $case, "reason": "不买了"}
jobs
as buyer
call case.get {"case": $case}
expect reply.refunds count 1
expect reply.refunds.0.state == refunded
verify
