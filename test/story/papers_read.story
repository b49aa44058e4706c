# 秒批 by papers handed in: what a machine reads on them leads to the decision, or to a person with the reason.
at 2026-11-17 09:00
as mother
call cert.list
save $code = reply.list[type=出生医学证明].code
save $card = reply.list[type=社会保障卡].code

# The file of the library itself.
include parts/newborn_paper.part paper=handed-$code.pdf state=received
jobs
state $case == closed granted
as mother
call case.get {"case": $case}
expect reply.machine.granted == true

# The same words printed by another program: read by machine.
include parts/newborn_paper.part paper=printed-$code.pdf state=received
jobs
state $case == closed granted

# A photograph of its QR code.
include parts/newborn_paper.part paper=photo-$code.pdf state=received
jobs
state $case == closed granted

# What it says was changed: never refused, a person looks, and the page says why.
include parts/newborn_paper.part paper=altered-$code.pdf state=received
jobs
state $case == received
as mother
call case.get {"case": $case}
expect reply.machine missing
as window1
call desk.case {"case": $case}
expect reply.machine.why.0 contains 与它所指的证照记录不一致

# Another certificate of hers.
include parts/newborn_paper.part paper=handed-$card.pdf state=received
jobs
state $case == received
as window1
call desk.case {"case": $case}
expect reply.machine.why.0 contains 别的证照

# The identity card of another person, in the name of the buyer.
as mother
call cert.list
save $hers = reply.list[type=居民身份证].code
as buyer
call draft.start {"what": "social_card_loss"}
save $case = reply.case
call draft.use_certificate {"case": $case, "material": "identity_document.applicant", "use": false}
upload $case identity_document.applicant handed-$hers.pdf
include parts/instant.part state=received
jobs
state $case == received
as window1
call desk.case {"case": $case}
expect reply.machine.why.0 contains 别人的证照

# A paper that no machine can read.
include parts/newborn_paper.part paper=anything.pdf state=received
jobs
state $case == received
as window1
call desk.case {"case": $case}
expect reply.machine.why.0 contains 机器读不了
expect reply.machine.why.1 == 缺少信息：出生医学证明有效

# One that would keep a machine busy for years.
include parts/newborn_paper.part paper=bomb.pdf state=received
jobs
state $case == received
as window1
call desk.case {"case": $case}
expect reply.machine.why.0 contains 超出机器读取的限度
verify
