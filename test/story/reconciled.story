# Each day is compared with the gateway by itself: a lost notification is made good, other differences wait for a person.
at 2026-11-17 09:00
include parts/received.part
include parts/accept.part
include parts/approve.part login=housing_approver case_no=$number-01
include parts/approve.part login=tax_approver case_no=$number-02
as buyer
call case.get {"case": $case}
save $order = reply.payment.id
# The buyer has paid, the notification never comes: the process waits.
pay $order lost
jobs
state $case deed_tax == running
as system
call pay.day
expect reply.day missing
# At two o'clock the next morning (setting pay.reconcile_hour) yesterday is compared; not before.
at 2026-11-18 01:59
jobs
state $case deed_tax == running
at 2026-11-18 02:00
jobs
state $case deed_tax == closed granted
as buyer
call pay.get {"order": $order}
expect reply.state == paid
call pay.differences
fails FORBIDDEN
as supervisor
call pay.differences
expect reply.rows count 1
expect reply.rows.0.kind == missing
expect reply.rows.0.case == $number
expect reply.days.0.mended == 1
save $found = reply.rows.0.id
# Once a day: nothing more is due.
as system
call pay.day
expect reply.day missing

# The registry's fee: taken for paid here, unknown to the gateway; and somebody's money for an order that is not ours.
at 2026-11-18 10:00
include parts/approve.part login=resources_approver case_no=$number-03
include parts/approve.part login=resources_approver case_no=$number-03
as buyer
call case.get {"case": $case}
save $fee = reply.payment.id
pay $fee unbooked
as system
call pay.book {"kind": "paid", "order": "17", "amount_fen": 4200, "gateway_no": "SB17"}
call pay.book {"kind": "paid", "order": "17", "amount_fen": 4200, "gateway_no": "SB17"}
call pay.book {"kind": "paid", "order": $order, "amount_fen": 1280000, "gateway_no": "SB-again"}
call pay.book {"kind": "refund", "order": $order, "amount_fen": 1280000, "gateway_no": "RF-nobody"}
at 2026-11-19 02:00
jobs
as supervisor
call pay.differences
expect reply.rows count 5
expect reply.rows[kind=absent].order == $fee
expect reply.rows[kind=unknown].gateway_no == SB17
expect reply.rows[kind=twice].order == $order
expect reply.rows[kind=refund].order == $order
expect reply.days.0.strange == 4
# A person settles them, each once, and says how.
call pay.settle {"difference": $found, "note": ""}
fails REQUIRED field note
call pay.settle {"difference": $found, "note": "已补记，与网关核对一致"}
call pay.settle {"difference": $found, "note": "再来一次"}
fails PAY_SETTLED
call pay.settle {"difference": "17", "note": "没有这条"}
fails NOT_FOUND
call pay.differences
expect reply.rows count 4
call pay.differences {"state": "done"}
expect reply.rows.0.note == 已补记，与网关核对一致
as buyer
call pay.settle {"difference": $found, "note": "x"}
fails FORBIDDEN
verify
