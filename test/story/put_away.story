# What is over is put away thirty days after the day it ended on (setting flow.keep_days); its pages say what they said.
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
jobs
state $case == closed granted
as islander
call case.flow {"case": $case}
save $line = reply.list.0.outline.3.text
as public_security_approver
call task.get {"task": $task}
save $version = reply.version
as supervisor
call flow.paths {"model": "apply:dog_licence", "days": 60}
save $ended = reply.ended
save $ways = reply.ways.0.steps
# Nothing is due before.
at 2026-12-17 23:59
as system
call flow.put_away
expect reply.instances == 0
# The first pass of the day puts it away; nothing is left for a second one.
at 2026-12-18 00:00
jobs
call flow.put_away
expect reply.instances == 0
verify
as islander
call case.flow {"case": $case}
expect reply.list.0.outline.3.text == $line
as public_security_approver
call task.get {"task": $task}
expect reply.version == $version
call task.decide {"task": $task, "version": $version, "outcome": "agree", "opinion": "同意"}
fails STALE
as supervisor
call flow.paths {"model": "apply:dog_licence", "days": 60}
expect reply.ended == $ended
expect reply.ways.0.steps == $ways
# Nobody but the system asks for it.
call flow.put_away
fails FORBIDDEN
as islander
call case.withdraw {"case": $case, "reason": "不办了"}
fails CASE_STATE
state $case == closed granted
verify
