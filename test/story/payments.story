# The gateway's notifications: forged, of another amount, twice, under another number, late, lost.
at 2026-11-17 09:00
include parts/received.part
include parts/accept.part
include parts/approve.part login=housing_approver case_no=$number-01
include parts/approve.part login=tax_approver case_no=$number-02
as buyer
call case.get {"case": $case}
save $order = reply.payment.id
call pay.get {"order": $order}
expect reply.state == due
expect reply.fen == 1280000
as elder
call pay.get {"order": $order}
fails NOT_FOUND
call pay.start {"order": $order}
fails NOT_FOUND
pay $order forged
fails PAY_SIGNATURE
pay $order wrong
fails PAY_AMOUNT
state $case deed_tax == running
pay $order twice
pay $order again
fails PAY_STATE
jobs
state $case deed_tax == closed granted
as buyer
call pay.get {"order": $order}
expect reply.state == paid
call pay.start {"order": $order}
fails PAY_STATE

# The fee of the registry: the notification never comes, the statement of the day stands in for it.
include parts/approve.part login=resources_approver case_no=$number-03
include parts/approve.part login=resources_approver case_no=$number-03
as buyer
call case.get {"case": $case}
save $fee = reply.payment.id
call pay.reconcile {"statement": []}
fails FORBIDDEN
as system
call pay.reconcile {"statement": [
	{"order": $order, "amount_fen": 1280000, "gateway_no": "SB$order"},
	{"order": $fee, "amount_fen": 8000, "gateway_no": "SB$fee"},
	{"order": $fee, "amount_fen": 1, "gateway_no": "SBX"},
	{"order": "17", "amount_fen": 8000, "gateway_no": "SBY"}]}
expect reply.matched == 1
expect reply.mended == 1
expect reply.strange == 2
jobs
state $case realty_transfer == closed granted
# The notification that comes after all changes nothing.
checkpoint
pay $fee
verify
as system
call pay.reconcile {"statement": [{"order": $fee, "amount_fen": 8000, "gateway_no": "SB$fee"}]}
expect reply.matched == 1
expect reply.mended == 0
verify
