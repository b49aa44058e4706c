# Wrong passwords say nothing of the account, are counted, and lock it for a while.
at 2026-11-17 09:00
as nobody
call session.sign_in {"login": "nobody_of_this_name", "password": "x"}
fails SIGN_IN_WRONG
call session.sign_in {"login": "elder", "password": "wrong"}
fails SIGN_IN_WRONG recorded
call session.sign_in {"login": "elder", "password": "wrong"}
fails SIGN_IN_WRONG recorded
call session.sign_in {"login": "elder", "password": "wrong"}
fails SIGN_IN_WRONG recorded
call session.sign_in {"login": "elder", "password": "wrong"}
fails SIGN_IN_WRONG recorded
call session.sign_in {"login": "elder", "password": "wrong"}
fails SIGN_IN_WRONG recorded
call session.sign_in {"login": "elder", "password": "yunfan-demo-2026"}
fails SIGN_IN_LOCKED
advance 16 minutes
call session.sign_in {"login": "elder", "password": "yunfan-demo-2026"}
expect reply.name == 孙**
expect reply.kind == person
call session.choices
expect reply.demo == true
# Who signed out is nobody; who did nothing for half a day signs in again.
call case.list
fails SIGN_IN
as seller
call session.sign_out
call case.list
as window1
call desk.get
call draft.start {"what": "dog_licence"}
fails FORBIDDEN
verify
