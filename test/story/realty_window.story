# The real estate window: questions cut the list to one situation; a gift is taxed, signed by both and registered; a mortgage ends.
at 2026-11-17 09:00
as nobody
call guide.question {"what": "realty_window"}
expect reply.question.key == realty_what
call guide.question {"what": "realty_window", "answers": "realty_what:transfer"}
expect reply.question.key == transfer_cause
call guide.question {"what": "realty_window", "answers": "realty_what:transfer,transfer_cause:gift,gift_to:relative"}
expect reply.question.key == realty_use
call guide.question {"what": "realty_window", "answers": "realty_what:transfer,transfer_cause:gift,gift_to:relative,realty_use:home"}
expect reply.result.items count 2
expect reply.result.items.1.name == 房屋赠与转移登记
expect reply.result.promise.n == 4
expect reply.result.fee_fen == 8000
# An answer of another branch, and an option that there is not.
call guide.question {"what": "realty_window", "answers": "realty_what:rent"}
fails CHOICE
call guide.question {"what": "realty_window", "answers": "realty_what:transfer,colour:red"}
fails UNKNOWN_FIELD
# Not before every question of the branch has its answer.
as buyer
call draft.start {"what": "realty_window", "answers": "realty_what:transfer,transfer_cause:gift"}
fails CASE_ANSWERS
call draft.start {"what": "realty_window", "answers": "realty_what:transfer,transfer_cause:gift,gift_to:relative,realty_use:home"}
save $case = reply.case
call draft.save {"case": $case, "page": "applicant", "values": {"applicant.phone": "13800000001", "applicant.ownership": "sole"}}
call draft.save {"case": $case, "page": "counterparty", "values": {"counterparty.name": "李望海", "counterparty.id_number": "359901190208170230", "counterparty.phone": "13800000002"}}
call draft.save {"case": $case, "page": "house", "values": {"house.house_address": "云帆市望海区港湾路 20 号 501 室", "house.floor_area": "89.60", "house.house_use": "flat", "deal.deal_price": "900000"}}
call draft.materials {"case": $case}
expect reply.list[id=gift_notary.deal] missing
expect reply.list[id=realty_tax_receipt.deal].state == exempt
upload $case realty_certificate.house certificate.pdf
upload $case gift_deed.deal deed.pdf
upload $case kinship_proof.house kinship.pdf
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
# Tax first: 3 % of the appraised value (a sample rate); the registration waits for it.
include parts/approve.part login=tax_approver case_no=$number-01
state $case realty_gift == waiting
include parts/pay.part
state $case realty_tax == closed granted
state $case realty_gift == running
include parts/approve.part login=resources_approver case_no=$number-02
include parts/approve.part login=resources_approver case_no=$number-02
include parts/pay.part
state $case realty_gift == closed granted
state $case == closed granted
as buyer
call cert.list
expect reply.list[type=不动产权证书].state == valid
# The mortgage is paid: one item, no fee, decided by one person in a day.
call draft.start {"what": "realty_window", "answers": "realty_what:mortgage,mortgage_step:end,mortgage_ended:paid"}
save $case = reply.case
call draft.save {"case": $case, "page": "house", "values": {"house.house_address": "云帆市望海区港湾路 20 号 501 室", "house.floor_area": "89.60", "house.house_use": "flat"}}
upload $case realty_proof_paper.house proof.pdf
upload $case settle_proof.deal settled.pdf
call draft.delivery {"case": $case, "way": "electronic"}
call draft.submit {"case": $case, "declared": true}
expect reply.state == received
save $number = reply.number
jobs
include parts/accept.part
include parts/approve.part login=resources_approver case_no=$number-01
state $case mortgage_discharge == closed granted
state $case == closed granted
verify
