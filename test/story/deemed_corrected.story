# Corrected in time, and then nobody answers: accepted from the day all corrections were received.
at 2026-11-17 15:00
include parts/received.part
advance 1 working days
as window1
call desk.case {"case": $case}
save $version = reply.version
call desk.correct {"case": $case, "version": $version, "marks": [{"kind": "field", "key": "buyer.phone", "reason": "电话打不通"}]}
# Told in time: while the applicant is at it no clock runs against the office.
advance 8 working days
jobs
state $case == correcting
as buyer
call case.correct {"case": $case, "values": {"buyer.phone": "13800000009"}}
call case.resubmit {"case": $case}
expect reply.state == received
jobs
at 2026-12-07 16:59
jobs
state $case == received
at 2026-12-07 17:00
jobs
state $case == running
as buyer
call case.get {"case": $case}
# 2026-11-30 15:00, the day of the second receipt.
expect reply.steps.1.at == 1796022000000
verify
