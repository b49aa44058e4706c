# 秒批: granted by the table within the very set that receives the application; explained, reviewed.
at 2026-11-17 09:00
as buyer
call draft.start {"what": "social_card_loss"}
save $case = reply.case
call draft.delivery {"case": $case, "way": "electronic"}
call draft.check {"case": $case}
save $version = reply.version
call draft.submit {"case": $case, "version": $version, "declared": true}
expect reply.state == closed
state $case == closed granted

# No job was left over; the page says which rule decided, on which ground, and offers a person.
checkpoint
jobs
as buyer
call case.get {"case": $case}
expect reply.machine.granted == true
expect reply.machine.sentence contains 社会保障卡
expect reply.machine.sentence contains 规则 1
expect reply.machine.can_ask == true
expect reply.outcome == granted

# Somebody else cannot ask; the applicant asks once.
as seller
call case.review_request {"case": $case}
fails NOT_FOUND
as buyer
call case.review_request {"case": $case, "words": "卡是今天刚丢的，想确认一下。"}
save $review = reply.review
call case.review_request {"case": $case}
fails RULE_ASKED

# The office that answers for the item reviews; another office does not see it.
as civil_affairs_approver
call rule.review {"review": $review, "agree": true}
fails NOT_FOUND
as social_security_approver
call rule.reviews
expect reply.rows[id=$review].kind == request
call rule.review {"review": $review, "agree": false}
fails REQUIRED
call rule.review {"review": $review, "agree": true, "opinion": "核对无误。"}
expect reply.state == agreed
call rule.review {"review": $review, "agree": true}
fails RULE_REVIEWED
as buyer
call case.get {"case": $case}
expect reply.machine.review == agreed
expect reply.machine.can_ask == false

# A person without a card in the library: the table does not refuse, a person decides.
as seller
call draft.start {"what": "social_card_loss"}
save $other = reply.case
call draft.delivery {"case": $other, "way": "electronic"}
call draft.check {"case": $other}
save $version = reply.version
call draft.submit {"case": $other, "version": $version, "declared": true}
expect reply.state == received
state $other == received
call case.get {"case": $other}
expect reply.machine missing
call case.review_request {"case": $other}
fails RULE_NO_DECISION
as window1
call desk.case {"case": $other}
expect reply.can_accept == true
call desk.accept {"case": $other, "version": 3}
jobs
state $other == running
verify
