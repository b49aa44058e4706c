# Messages: sent, kept, read by their receiver alone; an invited person finds them on signing in.
at 2026-11-17 09:00
as seller
call notice.mine
expect reply.unread == 0
include parts/draft.part answers=home_count:first,co_owned:spouse,mortgage:none,payment:full,agent_used:self,utilities:both
call draft.submit {"case": $case, "declared": true}
# The seller is asked to confirm; the message names nobody and leads to the confirmation.
as seller
call notice.mine
expect reply.unread == 1
expect reply.rows count 1
expect reply.rows.0.text contains 二手房
expect reply.rows.0.read == false
save $invited = reply.rows.0.id
call notice.get {"message": $invited}
expect reply.link.href == "/sign/$case/confirm"
expect reply.read == false
# The same in the reader's other language: what the template and the matter are called there.
reads en
call notice.mine
expect reply.rows.0.title == "Please confirm an application"
expect reply.rows.0.text contains Second-hand home
expect reply.rows.0.text contains 20 Nov 2026
expect reply.rows.0.chinese == false
expect reply.chinese == false
reads zh
# Another person's message and none look the same.
as elder
call notice.get {"message": $invited}
fails NOT_FOUND
call notice.read {"message": $invited}
fails NOT_FOUND
call notice.get {"message": "17"}
fails NOT_FOUND
as nobody
call notice.mine
fails SIGN_IN
as window1
call notice.mine
fails FORBIDDEN
call notice.get {"message": $invited}
fails FORBIDDEN
as seller
call notice.read {"message": $invited}
expect reply.unread == 0
call notice.read {"message": $invited}
expect reply.unread == 0
call notice.mine {"state": "unread"}
expect reply.rows count 0
call notice.get {"message": $invited}
expect reply.read == true
include parts/sign.part
# The applicant hears that it was received; the message leads to the case.
as buyer
call notice.mine
expect reply.rows.0.title == 申请已收到
save $got = reply.rows.0.id
call notice.get {"message": $got}
expect reply.case == $number
expect reply.link.href == "/case/$number"
# Older ones after a key; a key that is none is refused.
call notice.mine {"after": $got}
expect reply.rows count 0
call notice.mine {"after": "x"}
fails TYPE field after
include parts/accept.part
as buyer
call notice.mine
expect reply.rows.0.title == 已受理
expect reply.unread == 2
call notice.read {"message": $got}
expect reply.unread == 1
# A signatory's old invitation leads to the case, now that it has a number.
as seller
call notice.get {"message": $invited}
expect reply.link.href == "/case/$number"
verify
