# Filed at the counter by a clerk for an applicant, confirmed at the window; also for somebody the city did not know.
at 2026-11-18 09:30
as window1
# A digit chooses one of nine; how many there are is told.
call desk.find {"q": "登记"}
expect reply.items count 9
expect reply.more == true
call desk.find {"q": "esf"}
expect reply.items.0.code == second_hand_home
call desk.start {"what": "second_hand_home", "name": "钱来", "document": "359901190001011234", "answers": "home_count:second,co_owned:spouse,mortgage:none,payment:loan,agent_used:self,utilities:neither"}
fails DOC_CHECKSUM field document
call desk.start {"what": "second_hand_home", "name": "", "document": "359901190208170230"}
fails REQUIRED field name
call desk.start {"what": "dog_licence", "name": "钱来", "document": "359901190102037773", "phone": "13800000077"}
save $dog = reply.case
call draft.get {"case": $dog}
call draft.check {"case": $dog}
expect reply.sections.0.rows.0.value == 钱*
call desk.start {"what": "second_hand_home", "name": "孙长寿", "document": "359901190102030504", "phone": "13800000004",
	"answers": "home_count:second,co_owned:spouse,mortgage:none,payment:loan,agent_used:self,utilities:neither"}
save $case = reply.case
call draft.save {"case": $case, "page": "buyer", "values": {"buyer.phone": "13800000004", "buyer.ownership": "sole"}}
call draft.save {"case": $case, "page": "seller", "values": {
	"seller.name": "李望海", "seller.id_number": "359901190208170230", "seller.phone": "13800000002",
	"co_owner.name": "赵同舟", "co_owner.id_number": "359902190402290312", "co_owner.phone": "13800000003"}}
call draft.save {"case": $case, "page": "house", "values": {
	"house.certificate_number": "云（2018）云帆市不动产权第0001234号", "house.house_address": "云帆市望海区港湾路 20 号 501 室",
	"house.floor_area": "89.6", "house.house_use": "flat", "house.water_account": "10023456", "house.power_account": "3501002345",
	"deal.deal_price": "1000000", "deal.signed_on": "2026-11-05", "deal.loan_bank": "云帆银行帆湖支行"}}
call draft.materials {"case": $case}
upload $case contract_draft.deal contract.pdf
upload $case home_count_statement.buyer statement.png
upload $case household_register.buyer register.pdf
upload $case loan_contract.buyer loan.pdf
call draft.delivery {"case": $case, "way": "pickup"}
call desk.case {"case": $case}
expect reply.applicant.masked == 孙**
expect reply.missing == 0
call draft.submit {"case": $case, "declared": true}
expect reply.state == signing

# The elder sees his own case on his own account; nobody else does.
as elder
call case.get {"case": $case}
expect reply.state == signing
as buyer
call case.get {"case": $case}
fails NOT_FOUND

# The seller comes to the window: the clerk checks the document in hand. The co-owner confirms at home.
as window1
call sign.waiting {"case": $case}
save $digest = reply.digest
call sign.at_window {"case": $case, "role": "seller", "digest": $digest, "document": "359902190402290312"}
fails SIGN_DOCUMENT field document
call sign.at_window {"case": $case, "role": "nobody", "digest": $digest, "document": "359901190208170230"}
fails SIGN_NOT_ASKED
call sign.at_window {"case": $case, "role": "seller", "digest": $digest, "document": "359901190208170230"}
expect reply.state == signing
as coowner
call sign.confirm {"case": $case, "digest": $digest, "declared": true}
expect reply.state == received
save $number = reply.number
jobs
include parts/accept.part
state $case gas_transfer == missing
include parts/approve.part login=housing_approver case_no=$number-01
include parts/approve.part login=tax_approver case_no=$number-02
as elder
call case.get {"case": $case}
expect reply.payment.fen == 1000000
save $order = reply.payment.id
pay $order
jobs
include parts/approve.part login=resources_approver case_no=$number-03
include parts/approve.part login=resources_approver case_no=$number-03
as elder
call case.get {"case": $case}
save $order = reply.payment.id
pay $order
jobs
state $case realty_transfer == closed granted

# The certificate is picked up at the window, once.
as elder
call desk.hand_over {"case": $case}
fails FORBIDDEN
as window1
call desk.hand_over {"case": $case}
call desk.hand_over {"case": $case}
fails POST_STATE
as elder
call case.get {"case": $case}
expect reply.delivery.method == counter
verify

# Not only holders of a resident identity card file here: a firm by its credit code, a Taiwan compatriot, a foreigner by passport.
as window1
call desk.wizard {"receipt": "new", "step": "item", "name": "云帆示例电子有限公司", "document_type": "uscc", "document": "91350200MA31ABCD0D", "phone": "13800000078"}
expect reply.applicant.document == 营业执照（统一社会信用代码）
call desk.start {"what": "sanitation_cancel", "name": "云帆示例电子有限公司", "document_type": "uscc", "document": "91350200MA31ABCD0D", "phone": "13800000078"}
save $firm = reply.case
call desk.case {"case": $firm}
expect reply.applicant.document == 营业执照（统一社会信用代码）
call desk.start {"what": "dog_licence", "name": "林台生", "document_type": "511", "document": "0123456", "phone": "13800000079"}
fails DOC_FORMAT field document
call desk.start {"what": "dog_licence", "name": "林台生", "document_type": "511", "document": "01234567", "phone": "13800000079"}
call desk.start {"what": "dog_licence", "name": "Anna Berg", "document_type": "414", "document": "C01X00T47", "phone": "13800000080"}
call desk.start {"what": "dog_licence", "name": "Anna Berg", "document_type": "999", "document": "C01X00T47", "phone": "13800000080"}
fails UNKNOWN_FIELD field document_type

# What the office's windows take often comes first: a draft does not count, another colleague's filing does, 90 days later nothing does.
as window2
call desk.wizard {"receipt": "new", "step": "item", "name": "钱来", "document": "359901190102037773"}
expect reply.frequent count 6
expect reply.frequent.0.code != dog_licence
expect reply.frequent.0.key == Alt+U
as window1
call draft.save {"case": $dog, "page": "applicant", "values": {"applicant.address": "云帆市青屿县星礁岛镇码头路 9 号", "applicant.dog_breed": "中华田园犬"}}
upload $dog identity_document.applicant card.pdf
upload $dog vaccination_record.applicant record.pdf
call draft.delivery {"case": $dog, "way": "pickup"}
call draft.submit {"case": $dog, "declared": true}
expect reply.state == received
as window2
call desk.wizard {"receipt": "new", "step": "item", "name": "钱来", "document": "359901190102037773"}
expect reply.frequent count 6
expect reply.frequent.0.code == dog_licence
expect reply.frequent.1.code != dog_licence
advance 91 days
call desk.wizard {"receipt": "new", "step": "item", "name": "钱来", "document": "359901190102037773"}
expect reply.frequent.0.code != dog_licence
