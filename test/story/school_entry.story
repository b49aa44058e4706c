# A child of residents starts school.
at 2026-11-17 09:00
as nobody
call guide.get {"what": "school_entry"}
as buyer
call draft.start {"what": "school_entry", "answers": "school_stage:primary,household_here:resident"}
save $case = reply.case
call draft.save {"case": $case, "page": "applicant", "values": {"applicant.phone": "13800000001", "applicant.address": "云帆市帆湖区湖滨路 10 号 302 室"}}
call draft.save {"case": $case, "page": "student", "values": {"student.name": "王小满", "student.id_number": "359901190402290113", "student.wanted_school": "云帆市实验小学", "student.birth_date": "2020-02-29"}}
upload $case residence_permit_copy.applicant paper.pdf
upload $case vaccination_copy.student paper.pdf
call draft.delivery {"case": $case, "way": "electronic"}
call draft.submit {"case": $case, "declared": true}
expect reply.state == received
save $number = reply.number
jobs
include parts/accept.part
include parts/approve.part login=public_security_approver case_no=$number-01
state $case school_household_check == closed granted
include parts/approve.part login=health_approver case_no=$number-02
state $case school_vaccination_check == closed granted
include parts/approve.part login=education_approver case_no=$number-03
include parts/approve.part login=education_approver case_no=$number-03
state $case school_enrolment == closed granted
include parts/approve.part login=medical_insurance_approver case_no=$number-04
state $case student_insurance == closed granted
state $case == closed granted
verify
