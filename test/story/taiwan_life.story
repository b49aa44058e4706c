# An applicant without a resident number: the travel permit is enough.
at 2026-11-17 09:00
as nobody
call guide.get {"what": "taiwan_life"}
as taiwan
call draft.start {"what": "taiwan_life", "answers": "taiwan_stay:live,had_insurance:yes,taiwan_driving:yes"}
save $case = reply.case
call draft.save {"case": $case, "page": "applicant", "values": {"applicant.phone": "13800000009", "applicant.living_address": "云帆市帆湖区学府路 36 号", "applicant.old_document": "01234567", "applicant.licence_class": "c1"}}
upload $case taiwan_permit.applicant paper.pdf
upload $case stay_proof.applicant paper.pdf
upload $case photo.applicant paper.pdf
upload $case taiwan_licence.applicant paper.pdf
upload $case eye_test.applicant paper.pdf
call draft.delivery {"case": $case, "way": "electronic"}
call draft.submit {"case": $case, "declared": true}
expect reply.state == received
save $number = reply.number
jobs
include parts/accept.part
include parts/approve.part login=exit_entry_approver case_no=$number-01
include parts/approve.part login=exit_entry_approver case_no=$number-01
state $case taiwan_residence == closed granted
include parts/approve.part login=social_security_approver case_no=$number-02
state $case taiwan_insurance == closed granted
include parts/approve.part login=social_security_approver case_no=$number-03
state $case taiwan_number_update == closed granted
include parts/approve.part login=public_security_approver case_no=$number-04
include parts/approve.part login=public_security_head case_no=$number-04
state $case taiwan_driving == closed granted
include parts/approve.part login=culture_approver case_no=$number-05
state $case taiwan_travel_card == closed granted
state $case == closed granted
as taiwan
call cert.list
expect reply.list[type=台湾居民居住证].state == valid
verify
