# A correction of what is shared or a signatory's own must be confirmed again by those it concerns.
at 2026-11-17 10:00
include parts/received.part
as window1
call desk.case {"case": $case}
save $version = reply.version
call desk.correct {"case": $case, "version": $version, "marks": [{"kind": "field", "key": "seller.phone", "reason": "与联系人不符"}]}
as buyer
call case.correct {"case": $case, "values": {"seller.phone": "13800000012"}}
call case.resubmit {"case": $case}
expect reply.state == signing
call sign.waiting {"case": $case}
expect reply.list[id=seller].state == invited
expect reply.list[id=co_owner].state == confirmed
expect reply.confirmed == 2
as coowner
call sign.list
expect reply.rows[case=$case] missing
as seller
call sign.get {"case": $case}
expect reply.state == invited
save $digest = reply.full_digest
call sign.confirm {"case": $case, "digest": $digest, "declared": true}
expect reply.state == received
jobs
include parts/accept.part
verify
