# The same key with the same body answers as the first time; with another body it is refused; stale versions too.
at 2026-11-17 09:00
as buyer
call draft.start key start-1 {"what": "dog_licence"}
save $case = reply.case
checkpoint
call draft.start key start-1 {"what": "dog_licence"}
expect reply.case == $case
call draft.start key start-1 {"what": "social_card_loss"}
fails IDEMPOTENCY
# Somebody else's key of the same name is another key.
as seller
call draft.start key start-1 {"what": "dog_licence"}
expect reply.case != $case
as buyer
call draft.start key start-2 {"what": "dog_licence"}
expect reply.case != $case
call draft.page {"case": $case, "page": "applicant"}
save $version = reply.version
call draft.save key save-1 {"case": $case, "page": "applicant", "version": $version, "values": {"applicant.dog_breed": "中华田园犬", "applicant.address": "云帆市帆湖区湖滨路 10 号 302 室"}}
call draft.save key save-1 {"case": $case, "page": "applicant", "version": $version, "values": {"applicant.dog_breed": "中华田园犬", "applicant.address": "云帆市帆湖区湖滨路 10 号 302 室"}}
expect reply.case == $case
call draft.save key save-1 {"case": $case, "page": "applicant", "version": $version, "values": {"applicant.dog_breed": "狼犬"}}
fails IDEMPOTENCY
call draft.save key save-2 {"case": $case, "page": "applicant", "version": $version, "values": {"applicant.dog_breed": "狼犬"}}
fails STALE
# After 72 hours the key is free again.
advance 73 hours
call draft.start key start-1 {"what": "social_card_loss"}
expect reply.case != $case
verify
