# A company comes to be half-way: what follows the registration uses its number.
at 2026-11-17 09:00
as nobody
call guide.get {"what": "start_company"}
as buyer
call draft.start {"what": "start_company", "answers": "hires_staff:yes,invoices:yes,open_account:yes"}
save $case = reply.case
call draft.save {"case": $case, "page": "applicant", "values": {"applicant.phone": "13800000001"}}
call draft.save {"case": $case, "page": "new_company", "values": {"new_company.enterprise_name": "云帆市远岸科技有限公司", "new_company.premises_address": "云帆市帆湖区学府路 12 号", "new_company.registered_capital": "500000", "new_company.business_scope": "软件开发", "new_company.invoice_limit": "ten_thousand", "new_company.employee_count": "8"}}
upload $case articles.new_company paper.pdf
call draft.delivery {"case": $case, "way": "electronic"}
call draft.submit {"case": $case, "declared": true}
expect reply.state == received
save $number = reply.number
jobs
include parts/accept.part
include parts/approve.part login=market_approver case_no=$number-01
state $case company_setup == closed granted
include parts/approve.part login=public_security_approver case_no=$number-02
state $case seal_engraving == closed granted
include parts/approve.part login=tax_approver case_no=$number-03
state $case invoice_application == closed granted
include parts/approve.part login=social_security_approver case_no=$number-04
state $case employer_insurance == closed granted
include parts/approve.part login=housing_fund_approver case_no=$number-05
state $case employer_fund == closed granted
include parts/approve.part login=bank_approver case_no=$number-06
state $case bank_booking == closed granted
state $case == closed granted
as buyer
call cert.list
expect reply.list[type=公司营业执照].state == valid
call case.get {"case": $case}
expect reply.branches count 6
verify
