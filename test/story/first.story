at 2026-11-17 09:00
as buyer
call draft.start {"what": "second_hand_home", "answers": "home_count:first,co_owned:spouse,mortgage:none,payment:full,agent_used:self,utilities:both"}
save $case = reply.case
call draft.get {"case": $case}
show reply
call draft.check {"case": $case}
show reply
call draft.materials {"case": $case}
show reply
