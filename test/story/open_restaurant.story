# Opening a large restaurant with a signboard: five items side by side; without them the mall shop needs three.
at 2026-11-17 09:00
as nobody
call guide.get {"what": "open_restaurant"}
as seabreeze
call draft.start {"what": "open_restaurant", "answers": "shop_size:large,signboard:yes,drainage:sewer"}
save $case = reply.case
call draft.save {"case": $case, "page": "applicant", "values": {"applicant.name": "吴餐厅", "applicant.id_number": "359901190609210619", "applicant.phone": "13800000006"}}
call draft.save {"case": $case, "page": "premises", "values": {"premises.premises_address": "云帆市望海区港湾路 30 号", "premises.premises_area": "420", "premises.food_business": "restaurant", "premises.signboard_size": "4.2 x 0.9 x 0.3", "premises.discharge": "6.5", "premises.grease_trap": "true", "premises.daily_meals": "150"}}
upload $case premises_plan.premises paper.pdf
upload $case food_safety_rules.enterprise paper.pdf
upload $case fire_commitment.enterprise paper.pdf
upload $case evacuation_plan.premises paper.pdf
upload $case signboard_drawing.premises paper.pdf
upload $case drainage_plan.premises paper.pdf
upload $case waste_contract.enterprise paper.pdf
call draft.delivery {"case": $case, "way": "electronic"}
call draft.submit {"case": $case, "declared": true}
expect reply.state == received
save $number = reply.number
jobs
include parts/accept.part
# 食品经营许可 has its own process: a review and two inspections side by side, then the decision.
include parts/approve.part login=market_approver case_no=$number-01
include parts/approve.part login=market_approver case_no=$number-01
include parts/approve.part login=market_second case_no=$number-01
include parts/approve.part login=market_head case_no=$number-01
state $case food_licence == closed granted
include parts/approve.part login=fire_approver case_no=$number-02
include parts/approve.part login=fire_second case_no=$number-02
include parts/approve.part login=fire_head case_no=$number-02
state $case fire_check == closed granted
include parts/approve.part login=urban_management_approver case_no=$number-03
include parts/approve.part login=urban_management_head case_no=$number-03
state $case signboard_permit == closed granted
include parts/approve.part login=urban_management_approver case_no=$number-04
include parts/approve.part login=urban_management_second case_no=$number-04
include parts/approve.part login=urban_management_head case_no=$number-04
state $case drainage_licence == closed granted
include parts/approve.part login=urban_management_approver case_no=$number-05
state $case kitchen_waste_filing == closed granted
include parts/approve.part login=ecology_approver case_no=$number-06
state $case catering_environment_filing == closed granted
state $case == closed granted
as seabreeze
call cert.list
expect reply.list[type=食品经营许可证].state == valid
expect reply.list[type=户外招牌设置许可证].state == valid
# A small shop inside a mall: three items are left.
call draft.start {"what": "open_restaurant", "answers": "shop_size:small,signboard:no,drainage:mall"}
save $small = reply.case
call draft.materials {"case": $small}
expect reply.list[id=evacuation_plan.premises] missing
verify
