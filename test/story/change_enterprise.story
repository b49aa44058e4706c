# A new name goes through six offices.
at 2026-11-17 09:00
as nobody
call guide.get {"what": "change_enterprise"}
as seabreeze
call draft.start {"what": "change_enterprise", "answers": "change_what:name,has_staff:yes"}
save $case = reply.case
call draft.save {"case": $case, "page": "enterprise", "values": {"enterprise.new_name": "云帆市海风渔家餐饮店"}}
call draft.save {"case": $case, "page": "applicant", "values": {"applicant.name": "吴餐厅", "applicant.id_number": "359901190609210619", "applicant.phone": "13800000006"}}
upload $case change_resolution.enterprise paper.pdf
upload $case old_seals.enterprise paper.pdf
call draft.delivery {"case": $case, "way": "electronic"}
call draft.submit {"case": $case, "declared": true}
expect reply.state == received
save $number = reply.number
jobs
include parts/accept.part
include parts/approve.part login=market_approver case_no=$number-01
state $case licence_change == closed granted
include parts/approve.part login=public_security_approver case_no=$number-02
state $case seal_renewal == closed granted
include parts/approve.part login=tax_approver case_no=$number-03
state $case tax_change == closed granted
include parts/approve.part login=social_security_approver case_no=$number-04
state $case insurance_change == closed granted
include parts/approve.part login=housing_fund_approver case_no=$number-05
state $case fund_change == closed granted
include parts/approve.part login=bank_approver case_no=$number-06
state $case bank_change == closed granted
state $case == closed granted
verify
