# The whole bundle: from the buyer's search to the certificate, and the journal is whole.
at 2026-11-17 09:00
as nobody
call search.find {"q": "二手房"}
expect reply contains second_hand_home
call search.find {"q": "esf"}
expect reply contains second_hand_home
call guide.get {"what": "second_hand_home"}
include parts/draft.part answers=home_count:first,co_owned:spouse,mortgage:none,payment:full,agent_used:self,utilities:both

# What the library holds is not asked for, also of those who must sign.
call draft.materials {"case": $case}
expect reply.list[id=identity_document.buyer].state == exempt
expect reply.list[id=realty_certificate.house].state == exempt
expect reply.list[id=marriage_certificate.seller].state == exempt
expect reply.list[id=contract_draft.deal].state == uploaded
save $register = reply.list[id=household_register.buyer].files.0.id
save $contract = reply.list[id=contract_draft.deal].files.0.id
expect reply.ready == 12
expect reply.total == 12
call draft.check {"case": $case}
expect reply.signers == 2
expect reply.error missing
save $version = reply.version
call draft.submit {"case": $case, "version": $version, "declared": true}
expect reply.state == signing
state $case == signing
call sign.waiting {"case": $case}
expect reply.total == 3
expect reply.confirmed == 1
include parts/sign.part
state $case == received

# The window accepts; the clock starts, the eight items wait for each other.
as window1
call desk.get
expect reply.receipts count 1
call desk.case {"case": $case}
expect reply.can_accept == true
save $version = reply.version
call desk.accept {"case": $case, "version": $version}
jobs
state $case == running
state $case contract_filing == running
state $case deed_tax == waiting
state $case realty_transfer == waiting
state $case water_transfer == waiting

include parts/approve.part login=housing_approver case_no=$number-01
state $case contract_filing == closed granted
state $case deed_tax == running
include parts/approve.part login=tax_approver case_no=$number-02
state $case deed_tax == running

# The process, drawn and in words: the whole and each item; who may see the case may see it, nobody else.
as buyer
call case.flow {"case": $case}
expect reply.list count 3
expect reply.list.0.outline[text=受理].mark == done
expect reply.list.0.outline[text=房屋交易合同网签备案].mark == done
expect reply.list.2.outline[text=缴费].mark == current
expect reply.list.2.outline[text=制证].mark == possible
expect reply.list.0.outline[text=不再办理] missing
expect reply.rest count 6
expect reply.rest.0.text == 还没有轮到
as seller
call case.flow {"case": $case}
expect reply.list count 3
as gas_approver
call case.flow {"case": $case}
expect reply.list count 3
as elder
call case.flow {"case": $case}
fails NOT_FOUND
as nobody
call case.flow {"case": $case}
fails SIGN_IN

# The tax is paid through the gateway; a repeated notification changes nothing.
as buyer
call case.get {"case": $case}
expect reply.payment.state == due
expect reply.payment.fen == 1280000
save $order = reply.payment.id
call pay.start {"order": $order}
pay $order twice
jobs
state $case deed_tax == closed granted
state $case realty_transfer == running

# The registry reviews, then decides; its fee is paid; the certificate is made and mailed.
include parts/approve.part login=resources_approver case_no=$number-03
include parts/approve.part login=resources_approver case_no=$number-03
as buyer
call case.get {"case": $case}
expect reply.payment.fen == 8000
save $order = reply.payment.id
pay $order
jobs
state $case realty_transfer == closed granted

# Its dependents run side by side.
state $case water_transfer == running
state $case power_transfer == running
state $case gas_transfer == running
state $case tv_transfer == running
state $case fund_transfer == running
include parts/approve.part login=gas_approver case_no=$number-06
include parts/approve.part login=water_approver case_no=$number-04
state $case gas_transfer == closed granted
state $case power_transfer == running
include parts/approve.part login=power_approver case_no=$number-05
include parts/approve.part login=cable_tv_approver case_no=$number-07
state $case == running
include parts/approve.part login=maintenance_fund_approver case_no=$number-08
state $case == closed granted

# The certificate: in the buyer's library, verified by anybody who has its code.
as buyer
call cert.list
expect reply.list.0.type == 不动产权证书
expect reply.list.0.state == valid
save $certificate = reply.list.0.id
save $code = reply.list.0.code
call cert.pdf {"certificate": $certificate}
expect reply.stream.type == application/pdf
as nobody
call cert.verify {"code": $code}
expect reply.state == valid
expect reply.checks.0.ok == true
call cert.verify {"code": "0000000000000000"}
expect reply.state == unknown
call cert.pdf {"certificate": $certificate}
fails SIGN_IN
# The seller's old certificate of the same home has been replaced.
as seller
call cert.list
expect reply.list[type=不动产权证书].state == revoked
call cert.pdf {"certificate": $certificate}
fails NOT_FOUND

# What everybody sees: the case page, its papers, what was saved; the parcel on its way.
as buyer
call case.get {"case": $case}
expect reply.state == closed
expect reply.outcome == granted
expect reply.branches count 8
call case.flow {"case": $case}
expect reply.list.0.outline[text=办结].mark == done
expect reply.list count 9
expect reply.rest count 0
call case.get {"case": $case}
expect reply.savings.visits == 8
expect reply.trail contains 缴费成功
expect reply.papers[name=受理通知书] exists
save $paper = reply.papers[name=受理通知书].id
expect reply.delivery.method == post
save $number_again = reply.no
call paper.get {"paper": $paper}
expect reply.stream.size > 1000
call case.find {"number": $number_again}
expect reply.case == $case
as elder
call case.get {"case": $case}
fails NOT_FOUND
call case.find {"number": $number_again}
fails NOT_FOUND
as seller
call case.get {"case": $case}
expect reply.state == closed
expect reply.sections[title=买方].rows count 1
expect reply.sections[title=买方].rows.0.value == 王**
expect reply.papers missing
call paper.get {"paper": $paper}
fails NOT_FOUND
call file.get {"file": $register}
fails NOT_FOUND
call file.get {"file": $contract}
expect reply.stream.type == application/pdf

# The courier tells of the parcel; a forged word of it is refused.
advance 1 working days
as buyer
call case.get {"case": $case}
save $tracking = reply.delivery.tracking
expect reply.delivery.text == 快件已揽收，正在运往收件地
courier $case delivered forged
fails POST_SIGNATURE
courier $case delivered
as buyer
call case.get {"case": $case}
expect reply.delivery.text == 快件已签收

# One rating of five grades, once.
call case.rate {"case": $case, "level": 6}
fails REVIEW_LEVEL
call case.rate {"case": $case, "level": 1}
call case.rate {"case": $case, "level": 1}
fails REVIEW_TWICE
call case.get {"case": $case}
expect reply.can_rate == false
# The seller's account cannot rate what the buyer asked for.
as seller
call case.rate {"case": $case, "level": 5, "tags": "slow"}
fails NOT_FOUND
timeline $case
verify
xes 9
