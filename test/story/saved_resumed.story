# Saved on one device, resumed on another days later; given up in the end.
at 2026-11-17 21:30
as buyer
call draft.start {"what": "second_hand_home", "answers": "home_count:first,co_owned:spouse,mortgage:none,payment:full,agent_used:self,utilities:both"}
save $case = reply.case
call draft.get {"case": $case}
save $first = reply.version
expect reply.next contains /buyer
call draft.save {"case": $case, "page": "buyer", "version": $first, "values": {"buyer.phone": "13800000099", "buyer.ownership": "sole"}}
call home.todo
expect reply contains 二手房
# Three days later, after the session has ended: signed in anew, all is there.
advance 3 days
call draft.get {"case": $case}
expect reply.next contains /seller
expect reply.state == draft
save $second = reply.version
call draft.page {"case": $case, "page": "buyer"}
expect reply.groups contains 13800000099
# What is still being written is seen by nobody else, at no window either.
as window1
call draft.get {"case": $case}
fails NOT_FOUND
call draft.delivery {"case": $case, "way": "electronic"}
fails NOT_FOUND
as supervisor
call case.get {"case": $case}
fails NOT_FOUND
as buyer
call draft.get {"case": $case}
# The old device still shows the old page: it may not overwrite.
call draft.save {"case": $case, "page": "seller", "version": $first, "values": {"seller.name": "李望海", "seller.id_number": "359901190208170230", "seller.phone": "13800000002", "co_owner.name": "赵同舟", "co_owner.id_number": "359902190402290312", "co_owner.phone": "13800000003"}}
fails STALE
call draft.save {"case": $case, "page": "seller", "version": $second, "values": {"seller.name": "李望海", "seller.id_number": "359901190208170230", "seller.phone": "13800000002", "co_owner.name": "赵同舟", "co_owner.id_number": "359902190402290312", "co_owner.phone": "13800000003"}}
call case.list
expect reply.rows count 1
call draft.drop {"case": $case, "version": $second}
fails STALE
call draft.drop {"case": $case}
state $case == dropped
call draft.drop {"case": $case}
fails CASE_STATE
call draft.submit {"case": $case, "declared": true}
fails CASE_STATE
call home.todo
expect reply contains []
verify
