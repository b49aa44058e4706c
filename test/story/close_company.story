# A closing in order: taxes, licence, seals.
at 2026-11-17 09:00
as nobody
call guide.get {"what": "close_company"}
as seabreeze
call draft.start {"what": "close_company", "answers": "closing_way:simple,closing_staff:yes"}
save $case = reply.case
call draft.save {"case": $case, "page": "enterprise", "values": {"enterprise.reason": "不再经营"}}
call draft.save {"case": $case, "page": "applicant", "values": {"applicant.name": "吴餐厅", "applicant.id_number": "359901190609210619", "applicant.phone": "13800000006"}}
upload $case closing_commitment.enterprise paper.pdf
upload $case old_seals.enterprise paper.pdf
call draft.delivery {"case": $case, "way": "electronic"}
call draft.submit {"case": $case, "declared": true}
expect reply.state == received
save $number = reply.number
jobs
include parts/accept.part
include parts/approve.part login=tax_approver case_no=$number-01
include parts/approve.part login=tax_approver case_no=$number-01
state $case tax_clearance == closed granted
include parts/approve.part login=social_security_approver case_no=$number-02
state $case insurance_closing == closed granted
include parts/approve.part login=housing_fund_approver case_no=$number-03
state $case fund_closing == closed granted
include parts/approve.part login=market_approver case_no=$number-04
state $case licence_cancel == closed granted
include parts/approve.part login=public_security_approver case_no=$number-05
state $case seal_cancel == closed granted
state $case == closed granted
verify
