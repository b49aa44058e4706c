# The whole is withdrawn: while it is confirmed, before acceptance, and in the middle of it.
at 2026-11-17 09:00
include parts/draft.part answers=home_count:first,co_owned:spouse,mortgage:none,payment:full,agent_used:self,utilities:both
call draft.submit {"case": $case, "declared": true}
call case.withdraw {"case": $case, "reason": "不买了"}
expect reply.state == closed
as seller
call sign.list
expect reply.rows count 0
call sign.confirm {"case": $case, "digest": "00", "declared": true}
fails NOT_FOUND

include parts/received.part
as buyer
call case.withdraw {"case": $case, "reason": "不买了"}
expect reply.state == closed
as window1
call desk.get
expect reply.receipts count 0

# While it waits for corrections.
include parts/received.part
as window1
call desk.case {"case": $case}
save $version = reply.version
call desk.correct {"case": $case, "version": $version, "marks": [
	{"kind": "field", "key": "buyer.phone", "reason": "电话打不通"}, {"kind": "field", "key": "buyer.phone", "reason": "同一处再说一遍"}]}
as buyer
call case.withdraw {"case": $case, "reason": "不买了"}
state $case == closed withdrawn

include parts/received.part
include parts/accept.part
include parts/approve.part login=housing_approver case_no=$number-01
as buyer
call case.withdraw {"case": $case, "reason": "不买了"}
expect reply.state == closed
jobs
state $case == closed withdrawn
state $case contract_filing == closed granted
state $case deed_tax == closed withdrawn
state $case water_transfer == closed withdrawn
as tax_approver
call task.list
expect reply.rows count 0
as buyer
call case.get {"case": $case}
expect reply.outcome == withdrawn
expect reply.can_rate == false
timeline $case
verify
