# A city publishes a change of an item while cases are under way: who began goes on as he began, and may be moved.
at 2026-11-17 09:30
as islander
call draft.start {"what": "dog_licence"}
save $case = reply.case
call draft.save {"case": $case, "page": "applicant", "values": {"applicant.dog_breed": "中华田园犬"}}
upload $case vaccination_record.applicant record.pdf
call draft.delivery {"case": $case, "way": "electronic"}
call draft.submit {"case": $case, "declared": true}
save $number = reply.number
jobs
as admin
call flow.migrate_plan
expect reply.rows count 0
# From now on a review stands before the decision.
publish items/dog_licence.yaml - {kind: decide, role: approver, limit: {n: 5, unit: working_day}} => - {kind: review, role: approver, limit: {n: 2, unit: working_day}}\n  - {kind: decide, role: approver, limit: {n: 3, unit: working_day}}
call flow.migrate_plan
expect reply.rows count 1
expect reply.rows.0.number == $number
expect reply.possible == 1
save $to = reply.to
# A note belongs to it, the version must be the one of the plan, and only an administrator may.
call flow.migrate_all {"to": $to}
fails REQUIRED field note
call flow.migrate_all {"to": "0000", "note": "新增审查"}
fails STALE
as supervisor
call flow.migrate_all {"to": $to, "note": "新增审查"}
fails FORBIDDEN
as admin
call flow.migrate_all {"to": $to, "note": "新增审查"}
expect reply.moved == 1
expect reply.stayed == 0
call flow.migrate_plan
expect reply.rows count 0
call flow.migrate_all {"to": $to, "note": "再来一次"}
expect reply.moved == 0
# It goes on as the new version says: after the acceptance comes the review.
as window1
call desk.case {"case": $case}
save $version = reply.version
call desk.accept {"case": $case, "version": $version}
jobs
as public_security_approver
call task.list
expect reply.rows.0.case == $number
expect reply.rows.0.step == 审查
# The review is taken away again: a case that stands in it has no place there, and stays.
publish items/dog_licence.yaml - {kind: review, role: approver, limit: {n: 2, unit: working_day}} => # none
as admin
call flow.migrate_plan
expect reply.possible == 0
expect reply.rows.0.why count 1
save $back = reply.to
call flow.migrate {"case": $case, "to": $back, "note": "撤回审查"}
fails BPMN_MIGRATE
call flow.migrate_all {"to": $back, "note": "撤回审查"}
expect reply.moved == 0
expect reply.stayed == 1
# It comes to its end under the version it was moved to.
as public_security_approver
call task.list
save $task = reply.rows.0.id
call task.get {"task": $task}
save $version = reply.version
call task.decide {"task": $task, "version": $version, "outcome": "agree", "opinion": "同意"}
jobs
as public_security_second
call task.list
expect reply.rows.0.step == 决定
save $task = reply.rows.0.id
call task.get {"task": $task}
save $version = reply.version
call task.decide {"task": $task, "version": $version, "outcome": "agree", "opinion": "同意"}
jobs
state $case == closed granted
timeline $case
# The ways of both versions add up.
as supervisor
call flow.paths {"model": "apply:dog_licence"}
expect reply.ways.0.steps == 受理 → 审查 → 决定 → 制证 → 送达 → 办结
expect reply.skipped == 0
verify
replay
