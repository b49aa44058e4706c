# Nobody confirms within three days: back to draft, by the timer.
at 2026-11-17 15:00
include parts/draft.part answers=home_count:first,co_owned:spouse,mortgage:none,payment:full,agent_used:self,utilities:both
call draft.submit {"case": $case, "declared": true}
jobs
as seller
call sign.get {"case": $case}
save $digest = reply.full_digest
call sign.confirm {"case": $case, "digest": $digest, "declared": true}
advance 2 days
jobs
state $case == signing
advance 1 days
as coowner
call sign.get {"case": $case}
save $digest = reply.full_digest
advance 3 hours
call sign.confirm {"case": $case, "digest": $digest, "declared": true}
fails SIGN_EXPIRED
as buyer
call sign.waiting {"case": $case}
expect reply.list[id=co_owner].state == expired
jobs
state $case == draft
call draft.get {"case": $case}
expect reply.state == draft
timeline $case
# A second pass finds nothing more to do.
checkpoint
jobs
verify
call draft.submit {"case": $case, "declared": true}
include parts/sign.part
state $case == received
verify
