# Wrong input at a field of every type: each mistake is named at its field, and nothing is saved.
at 2026-11-17 09:00
as buyer
call draft.start {"what": "second_hand_home", "answers": "home_count:first,co_owned:spouse,mortgage:none,payment:loan,agent_used:self,utilities:both"}
save $case = reply.case
call draft.save {"case": $case, "page": "nowhere", "values": {}}
fails NOT_FOUND
call draft.save {"case": $case, "page": "buyer", "values": ["a", "b"]}
fails TYPE
call draft.save {"case": $case, "page": "buyer", "values": {"buyer.phone": "12", "buyer.ownership": "alone", "buyer.bank_account": "六二零零"}}
fails PHONE field buyer.phone
expect reply.error.fields count 3
expect reply.error.fields[field=buyer.ownership].code == CHOICE
expect reply.error.fields[field=buyer.bank_account].code == PATTERN
call draft.save {"case": $case, "page": "buyer", "values": {"buyer.phone": "13800000001", "buyer.ownership": "shares", "buyer.share": "0"}}
fails TOO_SMALL field buyer.share
call draft.save {"case": $case, "page": "buyer", "values": {"buyer.phone": "13800000001", "buyer.ownership": "shares", "buyer.share": "100.01"}}
fails TOO_LARGE field buyer.share
call draft.save {"case": $case, "page": "buyer", "values": {"buyer.phone": "13800000001", "buyer.ownership": "shares", "buyer.share": "33.333"}}
fails NUMBER_SCALE field buyer.share
call draft.save {"case": $case, "page": "buyer", "values": {"buyer.phone": "13800000001", "buyer.ownership": "shares", "buyer.share": "half"}}
fails NUMBER field buyer.share
call draft.save {"case": $case, "page": "seller", "values": {
	"seller.name": "李<script>", "seller.id_number": "359901190208170231", "seller.phone": "13800000002",
	"co_owner.name": "赵同舟", "co_owner.id_number": "35990219040229031", "co_owner.phone": "1"}}
fails DOC_CHECKSUM field seller.id_number
expect reply.error.fields[field=co_owner.id_number].code == DOC_FORMAT
expect reply.error.fields[field=co_owner.phone].code == PHONE
call draft.save {"case": $case, "page": "seller", "values": {"seller.name": "", "seller.id_number": "359901190213170230", "seller.phone": "13800000002",
	"co_owner.name": "赵同舟", "co_owner.id_number": "359902190402290312", "co_owner.phone": "13800000003"}}
fails DOC_DATE field seller.id_number
expect reply.error.fields[field=seller.name].code == REQUIRED
call draft.save {"case": $case, "page": "house", "values": {
	"house.certificate_number": "云（2018）云帆市不动产权第0001234号", "house.house_address": "云帆市望海区港湾路 20 号 501 室",
	"house.floor_area": "89,60", "house.house_use": "castle", "house.water_account": "1002", "house.power_account": "3501002345",
	"house.gas_account": "80034567", "house.tv_account": "60045678", "deal.deal_price": "-5", "deal.signed_on": "2026-11-31", "deal.loan_bank": ""}}
fails NUMBER field house.floor_area
expect reply.error.fields[field=house.house_use].code == CHOICE
expect reply.error.fields[field=house.water_account].code == PATTERN
expect reply.error.fields[field=deal.deal_price].code == TOO_SMALL
expect reply.error.fields[field=deal.signed_on].code == DATE
expect reply.error.fields[field=deal.loan_bank].code == REQUIRED
call draft.save {"case": $case, "page": "house", "values": {"deal.signed_on": "2026-11-18", "deal.deal_price": "12.345", "house.floor_area": "0.5"}}
fails DATE_FUTURE field deal.signed_on
expect reply.error.fields[field=deal.deal_price].code == NUMBER_SCALE
expect reply.error.fields[field=house.floor_area].code == TOO_SMALL
# What is known for sure is read-only: what comes back for it is ignored, not taken.
call draft.save {"case": $case, "page": "buyer", "values": {"buyer.name": "别人", "buyer.phone": "13800000001", "buyer.ownership": "sole"}}
call draft.check {"case": $case}
expect reply.sections.0.rows.0.value == 王小帆
# Files: empty, of another kind than their name says, for no material of this case.
upload $case contract_draft.deal empty
fails FILE_EMPTY field file
upload $case contract_draft.deal virus.exe
fails FILE_TYPE
upload $case contract_draft.deal notes.txt
fails FILE_TYPE
upload $case power_of_attorney.agent letter.pdf
fails NOT_FOUND
upload $case contract_draft.seller letter.pdf
fails NOT_FOUND
call draft.delivery {"case": $case, "way": "pigeon"}
fails TYPE field way
call draft.delivery {"case": $case, "way": "mail", "name": "王小帆"}
fails REQUIRED field phone
expect reply.error.fields count 2
# The same person on both sides.
call draft.save {"case": $case, "page": "seller", "values": {
	"seller.name": "王小帆", "seller.id_number": "359901190305120120", "seller.phone": "13800000001",
	"co_owner.name": "赵同舟", "co_owner.id_number": "359902190402290312", "co_owner.phone": "13800000003"}}
call draft.check {"case": $case}
call draft.submit {"case": $case, "declared": true}
fails REQUIRED
expect reply.error.fields[field=seller].code == CASE_SAME_PERSON
call draft.start {"what": "deed_tax"}
fails CASE_NOT_SINGLE
call draft.start {"what": ""}
fails REQUIRED field what
call draft.start {"what": 17}
fails TYPE field what
call draft.start {"what": "dog_licence", "colour": "red"}
fails UNKNOWN_FIELD field colour
verify
