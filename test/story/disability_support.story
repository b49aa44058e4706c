# The certificate opens three ways at once.
at 2026-11-17 09:00
as nobody
call guide.get {"what": "disability_support"}
as elder
call draft.start {"what": "disability_support", "answers": "disabled_income:yes,wants_work:yes,pays_pension:yes"}
save $case = reply.case
call draft.save {"case": $case, "page": "applicant", "values": {"applicant.phone": "13800000004", "applicant.address": "云帆市帆湖区学府路 5 号", "applicant.disability_kind": "sight", "applicant.bank_account": "6200000000000000000", "applicant.work_wish": "电子商务"}}
upload $case assessment_form.applicant paper.pdf
upload $case photo.applicant paper.pdf
upload $case pension_receipt.applicant paper.pdf
call draft.delivery {"case": $case, "way": "electronic"}
call draft.submit {"case": $case, "declared": true}
expect reply.state == received
save $number = reply.number
jobs
include parts/accept.part
include parts/approve.part login=disabled_federation_approver case_no=$number-01
include parts/approve.part login=disabled_federation_approver case_no=$number-01
state $case disability_certificate == closed granted
include parts/approve.part login=civil_affairs_approver case_no=$number-02
include parts/approve.part login=civil_affairs_approver case_no=$number-02
state $case disability_living == closed granted
include parts/approve.part login=disabled_federation_approver case_no=$number-03
include parts/approve.part login=disabled_federation_approver case_no=$number-03
state $case disability_job == closed granted
include parts/approve.part login=disabled_federation_approver case_no=$number-04
include parts/approve.part login=disabled_federation_approver case_no=$number-04
state $case disability_pension == closed granted
state $case == closed granted
verify
