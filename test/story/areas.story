# An area does less: the same sign needs a licence in the city and a filing in the free trade area; one filing of a
# restaurant is dropped there; whoever asks for what is dropped is told so.
at 2026-11-17 09:00
as nobody
call guide.get {"what": "signboard_permit"}
expect reply.promise.n == 5
expect reply.areas.1.label == 云帆港自由贸易片区
expect reply.area missing
call guide.get {"what": "signboard_permit", "area": "port_zone"}
expect reply.code == signboard_permit__port_zone
expect reply.area.measure == 审批改为备案
expect reply.area.changes.0 == 承诺时限由5 个工作日改为当场办结
expect reply.area.dropped == false
expect reply.areas.0.href == /guide/signboard_permit
call guide.get {"what": "freight_licence", "area": "port_zone"}
expect reply.area.measure == 实行告知承诺
expect reply.area.changes.1 == 要多交材料“告知承诺书”
# Nothing differs there: the city's own guide, and no word of areas.
call guide.get {"what": "passport", "area": "port_zone"}
expect reply.areas missing
expect reply.code == passport
call guide.get {"what": "signboard_permit", "area": "moon"}
fails CHOICE
# Dropped: told, and cannot be applied for.
call guide.get {"what": "catering_environment_filing", "area": "port_zone"}
expect reply.area.dropped == true
expect reply.online == false
as seabreeze
call draft.start {"what": "catering_environment_filing", "area": "port_zone"}
fails CASE_DROPPED
call draft.start {"what": "signboard_permit", "area": "moon"}
fails CHOICE
# Outside: a licence, promised in five working days, reviewed and decided.
call draft.start {"what": "signboard_permit"}
save $case = reply.case
call draft.save {"case": $case, "page": "enterprise", "values": {"enterprise.enterprise_name": "云帆市海风餐饮店", "enterprise.uscc": "92359900MA0Y90023Q"}}
call draft.save {"case": $case, "page": "applicant", "values": {"applicant.name": "吴餐厅", "applicant.id_number": "359901190609210619", "applicant.phone": "13800000006"}}
call draft.save {"case": $case, "page": "premises", "values": {"premises.premises_address": "云帆市帆湖区学府路 2 号", "premises.signboard_size": "3 x 0.9 x 0.3"}}
upload $case business_licence_copy.enterprise licence.pdf
upload $case signboard_drawing.premises paper.pdf
call draft.delivery {"case": $case, "way": "electronic"}
call draft.submit {"case": $case, "declared": true}
save $number = reply.number
jobs
include parts/accept.part
include parts/approve.part login=urban_management_approver case_no=$number
state $case == running
include parts/approve.part login=urban_management_head case_no=$number
state $case == closed granted
# In the area: the same papers, a filing, done by one decision on the spot.
as seabreeze
call draft.start {"what": "signboard_permit", "area": "port_zone"}
save $case = reply.case
call draft.save {"case": $case, "page": "enterprise", "values": {"enterprise.enterprise_name": "云帆市海风餐饮店", "enterprise.uscc": "92359900MA0Y90023Q"}}
call draft.save {"case": $case, "page": "applicant", "values": {"applicant.name": "吴餐厅", "applicant.id_number": "359901190609210619", "applicant.phone": "13800000006"}}
call draft.save {"case": $case, "page": "premises", "values": {"premises.premises_address": "云帆市望海区港湾路 30 号", "premises.signboard_size": "3 x 0.9 x 0.3"}}
upload $case business_licence_copy.enterprise licence.pdf
upload $case signboard_drawing.premises paper.pdf
call draft.delivery {"case": $case, "way": "electronic"}
call draft.submit {"case": $case, "declared": true}
save $number = reply.number
jobs
include parts/accept.part
include parts/approve.part login=urban_management_approver case_no=$number
state $case == closed granted
as seabreeze
call case.get {"case": $case}
expect reply.name_parts.0 == 户外招牌设置许可（自贸片区）
# A bundle follows its items: one is gone, the plan of the premises is not asked for.
call guide.get {"what": "open_restaurant", "area": "port_zone"}
expect reply.area.changes.2 == 餐饮项目环境影响登记表备案：直接取消审批
call draft.start {"what": "open_restaurant", "area": "port_zone", "answers": "shop_size:small,signboard:yes,drainage:mall"}
save $case = reply.case
call draft.materials {"case": $case}
expect reply.list[id=premises_plan.premises] missing
call draft.save {"case": $case, "page": "applicant", "values": {"applicant.name": "吴餐厅", "applicant.id_number": "359901190609210619", "applicant.phone": "13800000006"}}
call draft.save {"case": $case, "page": "premises", "values": {"premises.premises_address": "云帆市望海区港湾路 30 号", "premises.premises_area": "80", "premises.food_business": "restaurant", "premises.signboard_size": "4.2 x 0.9 x 0.3", "premises.daily_meals": "150"}}
upload $case identity_document.applicant id.pdf
upload $case food_safety_rules.enterprise paper.pdf
upload $case signboard_drawing.premises paper.pdf
upload $case waste_contract.enterprise paper.pdf
call draft.delivery {"case": $case, "way": "electronic"}
call draft.submit {"case": $case, "declared": true}
save $number = reply.number
jobs
include parts/accept.part
include parts/approve.part login=market_approver case_no=$number-01
include parts/approve.part login=market_approver case_no=$number-01
include parts/approve.part login=market_second case_no=$number-01
include parts/approve.part login=market_head case_no=$number-01
state $case food_licence__port_zone == closed granted
include parts/approve.part login=urban_management_approver case_no=$number-02
state $case signboard_permit__port_zone == closed granted
include parts/approve.part login=urban_management_approver case_no=$number-03
state $case == closed granted
verify
