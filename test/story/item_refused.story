# One item is refused: what depends on it is skipped, the whole comes out in part; reasons and remedies are stated.
at 2026-11-17 09:00
include parts/received.part
include parts/accept.part
include parts/approve.part login=housing_approver case_no=$number-01
include parts/approve.part login=tax_approver case_no=$number-02
include parts/pay.part
as resources_approver
call task.list
save $task = reply.rows[case=$number-03].id
call task.get {"task": $task}
save $version = reply.version
expect reply.bases count 2
call task.decide {"task": $task, "version": 99, "outcome": "agree", "opinion": "同意"}
fails STALE
call task.decide {"task": $task, "version": $version, "outcome": "refuse", "opinion": "权属有争议"}
fails TASK_BASIS field basis
call task.decide {"task": $task, "version": $version, "outcome": "refuse", "opinion": "权属有争议", "basis": "transfer_ok", "reason": "有争议"}
fails TASK_BASIS field basis
call task.decide {"task": $task, "version": $version, "outcome": "refuse", "opinion": "权属有争议", "basis": "transfer_dispute"}
fails REQUIRED field reason
as tax_approver
call task.decide {"task": $task, "version": $version, "outcome": "agree", "opinion": "别的部门"}
fails NOT_FOUND
include parts/approve.part login=resources_approver case_no=$number-03
as resources_approver
call task.decide {"task": $task, "version": $version, "outcome": "agree", "opinion": "再来一次"}
fails STALE
call task.list
save $task = reply.rows[case=$number-03].id
call task.get {"task": $task}
save $version = reply.version
call task.decide {"task": $task, "version": $version, "outcome": "refuse", "opinion": "权属有争议", "basis": "transfer_dispute", "reason": "有人对产权提出异议，尚未解决"}
jobs
state $case realty_transfer == closed refused
state $case water_transfer == closed skipped
state $case fund_transfer == closed skipped
state $case contract_filing == closed granted
state $case == closed partly
as buyer
call case.get {"case": $case}
expect reply.outcome == partly
expect reply.exceptions.0.said contains 有人对产权提出异议
expect reply.papers contains 不予
expect reply.exceptions contains 没有通过：
reads en
call case.get {"case": $case}
expect reply.exceptions.0.text contains The office gives its reason in Chinese:
expect reply.exceptions.0.said contains 有人对产权提出异议
expect reply.payment.chinese == false
expect reply.payment.name contains tax
reads zh
call cert.list
expect reply.list[type=不动产权证书] missing
# The seller's certificate stays what it was.
as seller
call cert.list
expect reply.list[type=不动产权证书].state == valid
timeline $case
verify
