# Returned once to be corrected, a field and a material; only these may change; a second return is refused.
at 2026-11-17 09:00
include parts/received.part
as window1
call desk.case {"case": $case}
save $version = reply.version
call desk.correct {"case": $case, "version": $version, "marks": []}
fails CASE_NO_MARKS field marks
call desk.correct {"case": $case, "version": $version, "marks": [{"kind": "field", "key": "house.floor_area", "reason": ""}]}
fails REQUIRED field house.floor_area
call desk.correct {"case": $case, "version": $version, "marks": [{"kind": "field", "key": "house.colour", "reason": "没有这一项"}]}
fails UNKNOWN_FIELD field house.colour
call desk.correct {"case": $case, "version": 1, "marks": [{"kind": "field", "key": "buyer.phone", "reason": "打不通"}]}
fails STALE
call desk.correct {"case": $case, "version": $version, "note": "其余材料齐全", "marks": [
	{"kind": "field", "key": "buyer.phone", "reason": "电话打不通，请核对"},
	{"kind": "material", "key": "household_register.buyer", "reason": "缺家庭成员页"}]}
jobs
state $case == correcting

# The applicant sees the reasons at the field and at the material, and nothing else to change.
as buyer
call case.get {"case": $case}
expect reply.action.label == 去补正
expect reply.correction.points count 2
call case.correction {"case": $case}
expect reply.fields count 1
expect reply.fields.0.error == 电话打不通，请核对
expect reply.materials count 1
expect reply.total == 2
call case.correct {"case": $case, "values": {"deal.deal_price": "1"}}
fails CASE_NOT_MARKED field deal.deal_price
call case.correct {"case": $case, "values": ["13800000009"]}
fails TYPE
call case.correct {"case": $case, "values": {"buyer.phone": ""}}
fails REQUIRED field buyer.phone
call case.correct {"case": $case, "values": {"buyer.phone": "1380000"}}
fails PHONE field buyer.phone
upload $case contract_draft.deal another.pdf
fails CASE_NOT_MARKED
call draft.save {"case": $case, "page": "buyer", "values": {"buyer.phone": "13800000009", "buyer.ownership": "sole"}}
fails CASE_STATE
call case.resubmit {"case": $case}
fails CASE_NOT_FIXED field buyer.phone
call case.correct {"case": $case, "values": {"buyer.phone": "13800000009"}}
call case.resubmit {"case": $case}
fails CASE_NOT_FIXED field household_register.buyer
upload $case household_register.buyer register2.pdf
call case.correction {"case": $case}
expect reply.ready == 2
save $version = reply.version
advance 1 working days
call case.resubmit {"case": $case, "version": $version}
# The seller and the co-owner were not concerned: their confirmations stand, and it is received again.
expect reply.state == received
jobs
call case.resubmit {"case": $case}
fails CASE_STATE

# 行政许可法 32(4): everything at once, so a second return is refused.
as window1
call desk.case {"case": $case}
expect reply.can_correct == false
expect reply.fields[key=buyer.phone] exists
save $version = reply.version
call desk.correct {"case": $case, "version": $version, "marks": [{"kind": "field", "key": "buyer.phone", "reason": "还是打不通"}]}
fails CASE_CORRECTED_ONCE
call desk.accept {"case": $case, "version": $version}
state $case == running
timeline $case
verify
