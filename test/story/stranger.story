# An invitation reveals nobody to a stranger, and opens nothing for him.
at 2026-11-17 09:00
include parts/draft.part answers=home_count:first,co_owned:spouse,mortgage:none,payment:full,agent_used:self,utilities:both
call draft.submit {"case": $case, "declared": true}
save $token = invitation
as nobody
call sign.invitation {"token": $token}
expect reply.state == open
expect reply.matter == 二手房转移登记及水电气联动过户
expect reply != nothing
call sign.open {"token": $token}
fails SIGN_IN
call sign.invitation {"token": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}
expect reply.state == unknown
as elder
call sign.invitation {"token": $token}
expect reply.state == open
call sign.open {"token": $token}
fails NOT_FOUND
call sign.get {"case": $case}
fails NOT_FOUND
call sign.confirm {"case": $case, "digest": "0", "declared": true}
fails NOT_FOUND
call sign.refuse {"case": $case, "reason": "与我无关"}
fails NOT_FOUND
call draft.get {"case": $case}
fails NOT_FOUND
call draft.drop {"case": $case}
fails NOT_FOUND
call case.get {"case": "1"}
fails NOT_FOUND
# The co-owner got this one: the seller cannot open it as his own.
as seller
call sign.open {"token": $token}
fails NOT_FOUND
as coowner
call sign.open {"token": $token}
expect reply.case == $case
# Signatories see the applicant masked and never change the application.
call sign.get {"case": $case}
expect reply.asked_by_masked == 王**
call draft.get {"case": $case}
fails NOT_FOUND
call draft.delivery {"case": $case, "way": "electronic"}
fails NOT_FOUND
include parts/sign.part
as nobody
call sign.invitation {"token": $token}
expect reply.state == used
verify
