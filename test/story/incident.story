# A service task that fails waits, is tried again with longer pauses, and becomes an incident that a supervisor resolves.
at 2026-11-17 11:00
as islander
call draft.start {"what": "dog_licence"}
save $case = reply.case
call draft.save {"case": $case, "page": "applicant", "values": {"applicant.dog_breed": "中华田园犬"}}
upload $case vaccination_record.applicant record.pdf
call draft.delivery {"case": $case, "way": "electronic"}
call draft.submit {"case": $case, "declared": true}
save $number = reply.number
jobs
as window1
call desk.case {"case": $case}
save $version = reply.version
call desk.accept {"case": $case, "version": $version}
jobs
as public_security_approver
call task.list
save $task = reply.rows[case=$number].id
call task.get {"task": $task}
save $version = reply.version
call task.decide {"task": $task, "version": $version, "outcome": "agree", "opinion": "同意"}
# Twice it fails and waits by itself: nobody has to do anything yet.
fault flow.job 1
jobs failing
state $case == running
as supervisor
call flow.incidents
expect reply.rows count 0
# Not due yet: nothing is tried before its time.
jobs
state $case == running
advance 1 minutes
fault flow.job 1
jobs failing
call flow.incidents
expect reply.rows count 0
# The third time it is an incident, and stays one however often the timers run.
advance 5 minutes
fault flow.job 1
jobs failing
advance 1 days
jobs
state $case == running
as supervisor
call flow.incidents
expect reply.rows count 1
expect reply.rows.0.element == make
expect reply.rows.0.number == $number
expect reply.rows.0.name == 制证
expect reply.rows.0.tries == 3
expect reply.rows.0.by_hand == false
save $key = reply.rows.0.key
# Its page: each try, the diagram with the failing step, the same in words.
call flow.incident {"case": $case, "key": $key}
expect reply.failures count 3
expect reply.text contains 没有办成
expect reply.failures.0.text contains 没有办成
reads en
call flow.incident {"case": $case, "key": $key}
expect reply.text contains did not succeed
expect reply.failures.0.text contains did not succeed
reads zh
call flow.incident {"case": $case, "key": $key}
expect reply.diagram contains is-failed
expect reply.outline contains failed
call flow.incident {"case": $case, "key": 999}
fails NOT_FOUND
call flow.incidents {"after": "x"}
fails TYPE field after
# Nobody else may see or resolve it; a key that is none is not found.
as islander
call flow.incidents
fails FORBIDDEN
call flow.resolve {"case": $case, "key": $key, "note": "我来"}
fails FORBIDDEN
as window1
call flow.resolve {"case": $case, "key": $key, "note": "重试"}
fails FORBIDDEN
as supervisor
call flow.resolve {"case": $case, "key": 999, "note": "重试"}
fails NOT_FOUND
call flow.resolve {"case": $case, "key": $key}
fails REQUIRED field note
# The certificate is made by the system: nobody may say it was done elsewhere.
call flow.resolve {"case": $case, "key": $key, "note": "已手工制证", "how": "done"}
fails FLOW_BY_HAND
call flow.resolve {"case": $case, "key": $key, "note": "制证设备已修复"}
call flow.incidents
expect reply.rows count 0
call flow.resolve {"case": $case, "key": $key, "note": "再按一次"}
fails NOT_FOUND
# Tried again with all its retries: it fails once more and still comes through by itself.
fault flow.job 1
jobs failing
advance 1 minutes
jobs
state $case == closed granted
call case.get {"case": $case}
expect reply contains 流程异常已排除
verify
replay
xes 1
