# Nobody answers for five working days: accepted from the day of receipt (行政许可法 32(4)).
at 2026-11-17 15:00
include parts/received.part
advance 4 working days
jobs
state $case == received
as window1
call desk.get
expect reply.receipts count 1
advance 1 working days
jobs
state $case == received
advance 2 hours
jobs
state $case == running
state $case contract_filing == running
as buyer
call case.get {"case": $case}
expect reply.steps.1.at == 1794898800000
expect reply.papers contains 受理通知书
as window1
call desk.get
expect reply.receipts count 0
call desk.accept {"case": $case, "version": 1}
fails STALE
call desk.case {"case": $case}
save $version = reply.version
expect reply.can_accept == false
call desk.accept {"case": $case, "version": $version}
fails CASE_STATE
call desk.correct {"case": $case, "version": $version, "marks": [{"kind": "field", "key": "buyer.phone", "reason": "太晚了"}]}
fails CASE_STATE
include parts/approve.part login=housing_approver case_no=$number-01
timeline $case
verify
