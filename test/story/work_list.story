# A work list longer than a page says how many wait in all, on every page of it.
at 2026-11-17 09:00
as islander
call draft.start {"what": "dog_licence"}
save $case = reply.case
call draft.save {"case": $case, "page": "applicant", "values": {"applicant.dog_breed": "中华田园犬"}}
upload $case vaccination_record.applicant record.pdf
call draft.delivery {"case": $case, "way": "electronic"}
call draft.submit {"case": $case, "declared": true}
jobs
include parts/accept.part
as islander
call draft.start {"what": "dog_licence"}
save $case = reply.case
call draft.save {"case": $case, "page": "applicant", "values": {"applicant.dog_breed": "𤭢犬"}}
upload $case vaccination_record.applicant record.pdf
call draft.delivery {"case": $case, "way": "electronic"}
call draft.submit {"case": $case, "declared": true}
jobs
include parts/accept.part
as public_security_approver
call task.list
expect reply.rows count 2
expect reply.total == 2
call task.list {"limit": 1}
expect reply.rows count 1
expect reply.total == 2
expect reply.queues.0.count == 2
expect reply.queues.0.more == false
call task.list {"state": "done"}
expect reply.rows count 0
verify
