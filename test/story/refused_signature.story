# A signatory refuses: back to draft, the other's confirmation is void, the digest gone.
at 2026-11-17 09:00
include parts/draft.part answers=home_count:first,co_owned:spouse,mortgage:none,payment:full,agent_used:self,utilities:both
call draft.submit {"case": $case, "declared": true}
jobs
as seller
call sign.get {"case": $case}
save $digest = reply.full_digest
call sign.confirm {"case": $case, "digest": $digest, "declared": true}
as coowner
call sign.refuse {"case": $case, "reason": ""}
fails REQUIRED field reason
call sign.refuse {"case": $case, "reason": "价格没有谈妥"}
expect reply.state == draft
state $case == draft
call sign.get {"case": $case}
fails NOT_FOUND
call case.get {"case": $case}
fails NOT_FOUND
call sign.list
expect reply.rows count 0
as seller
call sign.list
expect reply.rows count 0
call sign.confirm {"case": $case, "digest": $digest, "declared": true}
fails NOT_FOUND

# Changed and submitted again, everybody is asked anew.
as buyer
call draft.page {"case": $case, "page": "house"}
save $version = reply.version
call draft.save {"case": $case, "page": "house", "version": 1, "values": {"deal.deal_price": "1180000.00", "deal.signed_on": "2026-11-05"}}
fails STALE
call draft.get {"case": $case}
expect reply.state == draft
include parts/fill.part
call draft.submit {"case": $case, "declared": true}
expect reply.state == signing
call sign.waiting {"case": $case}
expect reply.confirmed == 1
include parts/sign.part
state $case == received
verify
