# The vaccination is registered first; the licence uses it.
at 2026-11-17 09:00
as nobody
call guide.get {"what": "keep_dog"}
as islander
call draft.start {"what": "keep_dog", "answers": ""}
save $case = reply.case
call draft.save {"case": $case, "page": "applicant", "values": {"applicant.phone": "13800000007", "applicant.address": "云帆市青屿县星礁岛镇码头路 9 号", "applicant.dog_breed": "中华田园犬", "applicant.chip_number": "156000012345678"}}
upload $case clinic_record.applicant paper.pdf
call draft.delivery {"case": $case, "way": "electronic"}
call draft.submit {"case": $case, "declared": true}
expect reply.state == received
save $number = reply.number
jobs
include parts/accept.part
include parts/approve.part login=ocean_fishery_approver case_no=$number-01
state $case dog_vaccination == closed granted
include parts/approve.part login=public_security_approver case_no=$number-02
state $case dog_licence == closed granted
state $case == closed granted
verify
