# A refused item among siblings: those that do not depend on it go on.
at 2026-11-17 09:00
include parts/received.part
include parts/accept.part
include parts/approve.part login=housing_approver case_no=$number-01
include parts/approve.part login=tax_approver case_no=$number-02
include parts/pay.part
include parts/approve.part login=resources_approver case_no=$number-03
include parts/approve.part login=resources_approver case_no=$number-03
include parts/pay.part
as gas_approver
call task.list
save $task = reply.rows[case=$number-06].id
call task.get {"task": $task}
save $version = reply.version
save $basis = reply.bases.0.value
call task.decide {"task": $task, "version": $version, "outcome": "refuse", "opinion": "欠费", "basis": $basis, "reason": "该户尚有欠费"}
jobs
state $case gas_transfer == closed refused
state $case water_transfer == running
state $case == running
include parts/approve.part login=water_approver case_no=$number-04
include parts/approve.part login=power_approver case_no=$number-05
include parts/approve.part login=cable_tv_approver case_no=$number-07
include parts/approve.part login=maintenance_fund_approver case_no=$number-08
state $case == closed partly
state $case water_transfer == closed granted
at 2026-12-18 09:00
as buyer
call case.rate {"case": $case, "level": 1}
fails REVIEW_OVER
call case.get {"case": $case}
expect reply.can_rate == false
expect reply.todo missing
verify
