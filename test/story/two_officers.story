# A check on the spot takes two officers, each with an account of their own; who reviewed does not decide.
at 2026-11-17 09:00
as islander
call draft.start {"what": "drainage_licence"}
save $case = reply.case
call draft.save {"case": $case, "page": "applicant", "values": {"applicant.name": "吴餐厅", "applicant.id_number": "359901190609210619", "applicant.phone": "13800000006"}}
call draft.save {"case": $case, "page": "premises", "values": {"premises.premises_address": "云帆市望海区港湾路 30 号", "premises.discharge": "6.5", "premises.grease_trap": "true"}}
call draft.save {"case": $case, "page": "enterprise", "values": {"enterprise.enterprise_name": "云帆市海风餐饮店", "enterprise.uscc": "92359900MA0Y90023Q"}}
upload $case business_licence_copy.enterprise licence.pdf
upload $case drainage_plan.premises paper.pdf
call draft.delivery {"case": $case, "way": "electronic"}
call draft.submit {"case": $case, "declared": true}
save $number = reply.number
jobs
include parts/accept.part
# The first officer signs: the task stays, under a new version, and says who has signed.
as urban_management_approver
call task.list
save $task = reply.rows[case=$number].id
expect reply.rows[case=$number].officers == 2
call task.get {"task": $task}
expect reply.officers == 2
expect reply.signed == 0
expect reply.blocked missing
save $old = reply.version
call task.decide {"task": $task, "version": $old, "outcome": "refuse", "opinion": "隔油设施偏小。", "basis": "drainage_licence_no", "reason": "隔油设施偏小"}
expect reply.missing == 1
jobs
call task.list
expect reply.rows[case=$number].signed == 1
expect reply.rows[case=$number].waits == true
call task.get {"task": $task}
expect reply.element == review
expect reply.signed == 1
expect reply.blocked exists
save $version = reply.version
# Neither the old page nor the same officer once more makes it two.
call task.decide {"task": $task, "version": $old, "outcome": "agree", "opinion": "符合条件。"}
fails STALE
call task.decide {"task": $task, "version": $version, "outcome": "agree", "opinion": "符合条件。"}
fails TASK_TWICE
as urban_management_second
call task.decide {"task": $task, "version": $old, "outcome": "agree", "opinion": "符合条件。"}
fails STALE
call task.get {"task": $task}
expect reply.opinions[name=樊若帆] missing
expect reply.opinions[name=殷星野].outcome == 不同意
call task.decide {"task": $task, "version": $version, "outcome": "agree", "opinion": "核算后够用。"}
expect reply.missing == 0
jobs
# The decision is neither of the two reviewers'; it knows both opinions.
call task.list
save $task = reply.rows[case=$number].id
call task.get {"task": $task}
expect reply.element == decide
expect reply.blocked exists
save $version = reply.version
call task.decide {"task": $task, "version": $version, "outcome": "agree", "opinion": "准予。"}
fails TASK_APART
as urban_management_approver
call task.decide {"task": $task, "version": $version, "outcome": "refuse", "opinion": "不予。", "basis": "drainage_licence_no", "reason": "不符合条件"}
fails TASK_APART
as urban_management_head
call task.get {"task": $task}
expect reply.blocked missing
expect reply.opinions contains 隔油设施偏小
expect reply.opinions contains 核算后够用
call task.decide {"task": $task, "version": $version, "outcome": "agree", "opinion": "准予。"}
jobs
state $case == closed granted
as islander
call case.get {"case": $case}
expect reply.trail contains 第 1 人，共 2 人
expect reply.trail contains 第 2 人，共 2 人
verify
