# Another answer to a situation question gives other items, materials, fee and days.
at 2026-11-17 09:00
as nobody
call guide.question {"what": "second_hand_home"}
expect reply.question.key == home_count
expect reply.question.number == 1
expect reply.question.options count 3
call guide.question {"what": "second_hand_home", "answers": "home_count:first"}
expect reply.question.key == co_owned
expect reply.result missing
call guide.question {"what": "second_hand_home", "answers": "home_count:ninth"}
fails CHOICE
call guide.question {"what": "second_hand_home", "answers": "colour:red"}
fails UNKNOWN_FIELD
call guide.question {"what": "no_such_matter"}
fails NOT_FOUND

# A sole owner, no gas: seven items, five days.
call guide.question {"what": "second_hand_home", "answers": "home_count:first,co_owned:single,mortgage:none,payment:full,agent_used:self,utilities:tv"}
expect reply.question missing
expect reply.result.items count 7
expect reply.result.items contains 有线电视过户
expect reply.result.promise.n == 5
expect reply.result.materials contains 家庭住房情况承诺书
expect reply.result.materials count 10
expect reply.result.fee_fen == 8000
# A mortgage that stays, other co-owners, an agent, a loan, a third home: eight items, more papers, seven days.
call guide.question {"what": "second_hand_home", "answers": "home_count:more,co_owned:others,mortgage:keep,payment:loan,agent_used:agent,utilities:both"}
expect reply.result.items count 8
expect reply.result.promise.n == 7
expect reply.result.materials contains 抵押权人同意带押过户
expect reply.result.materials contains 借款合同
expect reply.result.materials contains 授权委托书
expect reply.result.materials contains 共有人同意出售

# The same in an application: fewer fields, one signatory, no gas item.
as buyer
call draft.start {"what": "second_hand_home", "answers": "home_count:first,co_owned:single"}
fails CASE_ANSWERS
call draft.start {"what": "second_hand_home", "answers": "home_count:first,co_owned:single,mortgage:none,payment:full,agent_used:self,utilities:tv"}
save $case = reply.case
call draft.page {"case": $case, "page": "house"}
expect reply.groups contains house.tv_account
expect reply.groups.0.fields[key=house.gas_account] missing
call draft.save {"case": $case, "page": "buyer", "values": {"buyer.phone": "13800000001", "buyer.ownership": "shares"}}
fails REQUIRED field buyer.share
call draft.save {"case": $case, "page": "buyer", "values": {"buyer.phone": "13800000001", "buyer.ownership": "shares", "buyer.share": "50"}}
call draft.save {"case": $case, "page": "seller", "values": {"seller.name": "李望海", "seller.id_number": "359901190208170230", "seller.phone": "13800000002", "co_owner.name": "赵同舟"}}
fails UNKNOWN_FIELD field co_owner.name
call draft.save {"case": $case, "page": "seller", "values": {"seller.name": "李望海", "seller.id_number": "359901190208170230", "seller.phone": "13800000002"}}
call draft.save {"case": $case, "page": "house", "values": {
	"house.certificate_number": "云（2018）云帆市不动产权第0001234号", "house.house_address": "云帆市望海区港湾路 20 号 501 室",
	"house.floor_area": "89.60", "house.house_use": "flat", "house.water_account": "10023456", "house.power_account": "3501002345",
	"house.tv_account": "60045678", "deal.deal_price": "1280000.00", "deal.signed_on": "2026-11-05"}}
upload $case contract_draft.deal contract.pdf
upload $case home_count_statement.buyer statement.png
upload $case household_register.buyer register.pdf
call draft.delivery {"case": $case, "way": "electronic"}
call draft.submit {"case": $case, "declared": true}
expect reply.state == signing
as seller
call sign.get {"case": $case}
save $digest = reply.full_digest
call sign.confirm {"case": $case, "digest": $digest, "declared": true}
expect reply.state == received
save $number = reply.number
jobs
include parts/accept.part
state $case gas_transfer == missing
state $case tv_transfer == waiting
include parts/approve.part login=housing_approver case_no=$number-01
include parts/approve.part login=tax_approver case_no=$number-02
as buyer
call case.get {"case": $case}
# 1 % of the price: the only home, at most 140 m².
expect reply.payment.fen == 1280000
include parts/pay.part
include parts/approve.part login=resources_approver case_no=$number-03
include parts/approve.part login=resources_approver case_no=$number-03
include parts/pay.part
state $case realty_transfer == closed granted
state $case tv_transfer == running
# Electronic only: nothing is handed over.
as buyer
call case.get {"case": $case}
expect reply.delivery.tracking missing
verify
