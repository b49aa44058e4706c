# Pension first; insurance and housing fund follow.
at 2026-11-17 09:00
as nobody
call guide.get {"what": "retirement"}
as elder
call draft.start {"what": "retirement", "answers": "retire_kind:special,has_fund:yes"}
save $case = reply.case
call draft.save {"case": $case, "page": "applicant", "values": {"applicant.phone": "13800000004", "applicant.first_job_date": "1950-07-01", "applicant.bank_account": "6200000000000000000"}}
upload $case personnel_file.applicant paper.pdf
upload $case special_post_list.applicant paper.pdf
call draft.delivery {"case": $case, "way": "electronic"}
call draft.submit {"case": $case, "declared": true}
expect reply.state == received
save $number = reply.number
jobs
include parts/accept.part
include parts/approve.part login=social_security_approver case_no=$number-01
include parts/approve.part login=social_security_approver case_no=$number-01
state $case pension_claim == closed granted
include parts/approve.part login=medical_insurance_approver case_no=$number-02
include parts/approve.part login=medical_insurance_approver case_no=$number-02
state $case retired_insurance == closed granted
include parts/approve.part login=housing_fund_approver case_no=$number-03
state $case retired_fund == closed granted
state $case == closed granted
verify
