# A child without a number: both parents confirm, the registration gives what the rest needs.
at 2026-11-17 09:00
as nobody
call guide.get {"what": "newborn"}
as seller
call draft.start {"what": "newborn", "answers": "parents_married:yes,mother_insured:employee"}
save $case = reply.case
call draft.save {"case": $case, "page": "applicant", "values": {"applicant.phone": "13800000002", "applicant.registered_address": "云帆市望海区港湾路 20 号 501 室", "applicant.address": "云帆市望海区港湾路 20 号 501 室", "applicant.bank_account": "6200000000000000000"}}
call draft.save {"case": $case, "page": "spouse", "values": {"spouse.name": "赵同舟", "spouse.id_number": "359902190402290312"}}
call draft.save {"case": $case, "page": "newborn", "values": {"newborn.name": "王小满", "newborn.sex": "female", "newborn.birth_date": "2026-11-10", "newborn.birth_weight": "3250", "newborn.birth_hospital": "云帆市妇幼保健院"}}
upload $case name_statement.newborn paper.pdf
upload $case household_register.applicant paper.pdf
call draft.delivery {"case": $case, "way": "electronic"}
call draft.submit {"case": $case, "declared": true}
expect reply.state == signing
as coowner
call sign.get {"case": $case}
save $digest = reply.full_digest
call sign.confirm {"case": $case, "digest": $digest, "declared": true}
expect reply.state == received
save $number = reply.number
jobs
include parts/accept.part
include parts/approve.part login=maternity_hospital_approver case_no=$number-01
state $case birth_certificate_issue == closed granted
include parts/approve.part login=public_security_approver case_no=$number-02
state $case household_birth == closed granted
include parts/approve.part login=medical_insurance_approver case_no=$number-03
state $case newborn_enrolment == closed granted
include parts/approve.part login=social_security_approver case_no=$number-04
state $case newborn_social_card == closed granted
include parts/approve.part login=health_approver case_no=$number-05
state $case vaccination_booklet == closed granted
include parts/approve.part login=medical_insurance_approver case_no=$number-06
include parts/approve.part login=medical_insurance_approver case_no=$number-06
state $case maternity_allowance == closed granted
state $case == closed granted
as seller
call cert.list
expect reply.list[type=出生医学证明].state == valid
verify
