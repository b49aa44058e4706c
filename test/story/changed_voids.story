# Any change voids confirmations: recalled, changed, confirmed under another digest.
at 2026-11-17 09:00
include parts/draft.part answers=home_count:first,co_owned:spouse,mortgage:none,payment:full,agent_used:self,utilities:both
call draft.submit {"case": $case, "declared": false}
fails CASE_DECLARE field declared
call draft.submit {"case": $case, "declared": true}
as seller
call sign.get {"case": $case}
save $old = reply.full_digest
as coowner
call sign.get {"case": $case}
expect reply.full_digest == $old
# Each sees only what is shared and what is his own.
expect reply.sections[title=卖方共有人].rows.0.value == 赵同舟
call sign.confirm {"case": $case, "digest": "0000", "declared": true}
fails SIGN_CHANGED
call sign.confirm {"case": $case, "digest": $old, "declared": false}
fails CASE_DECLARE field declared
call sign.confirm {"case": $case, "digest": $old, "declared": true}
call sign.confirm {"case": $case, "digest": $old, "declared": true}
fails SIGN_NOT_ASKED

# While others confirm nothing can be changed; the buyer takes it back first.
as buyer
call draft.delivery {"case": $case, "way": "pickup"}
fails CASE_STATE
upload $case contract_draft.deal other.pdf
fails CASE_STATE
call sign.recall {"case": $case}
state $case == draft
as seller
call sign.confirm {"case": $case, "digest": $old, "declared": true}
fails NOT_FOUND
as buyer
upload $case contract_draft.deal other.pdf
call draft.submit {"case": $case, "declared": true}
expect reply.state == signing
call sign.waiting {"case": $case}
expect reply.confirmed == 1
expect reply.digest != $old
as seller
call sign.confirm {"case": $case, "digest": $old, "declared": true}
fails SIGN_CHANGED
include parts/sign.part
state $case == received
# After the legal receipt it cannot be taken back to draft any more.
as buyer
call sign.recall {"case": $case}
fails CASE_STATE
verify
