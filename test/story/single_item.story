# One item taken singly: from its guide to the certificate.
at 2026-11-17 11:00
as nobody
call search.find {"q": "狗证"}
expect reply contains dog_licence
call guide.get {"what": "dog_licence"}
expect reply.online == true
expect reply.questions == 0
as islander
call draft.start {"what": "dog_licence"}
save $case = reply.case
call draft.submit {"case": $case, "declared": true}
fails REQUIRED field applicant.dog_breed
call draft.save {"case": $case, "page": "applicant", "values": {"applicant.dog_breed": "中华田园犬"}}
call draft.submit {"case": $case, "declared": true}
fails CASE_MATERIAL field vaccination_record.applicant
upload $case vaccination_record.applicant record.pdf
call draft.delivery {"case": $case, "way": "electronic"}
call draft.submit {"case": $case, "declared": true}
# No other signatory: received at once.
expect reply.state == received
save $number = reply.number
jobs
as window1
call desk.case {"case": $case}
save $version = reply.version
call desk.accept {"case": $case, "version": $version}
jobs
state $case == running
as public_security_approver
call task.list
save $task = reply.rows[case=$number].id
call task.get {"task": $task}
save $version = reply.version
expect reply.failed == 0
call task.decide {"task": $task, "version": $version, "outcome": "agree", "opinion": "同意"}
jobs
state $case == closed granted
as islander
call cert.list
save $code = reply.list.0.code
expect reply.list.0.type == 犬类准养证
as nobody
call cert.verify {"code": $code}
expect reply.state == valid
# A dissatisfied grade needs a reason; thirty days later it is too late.
as islander
call case.rate {"case": $case, "level": 5}
fails REVIEW_TAGS field tags
call case.rate {"case": $case, "level": 5, "tags": "slow", "comment": "等了好几天"}
timeline $case
verify
