# Searches that find nothing, a list carried to a window or sent to a phone, certificates explained.
at 2026-11-17 09:00
as nobody
call search.missed {"q": "食品"}
expect reply.kept == false
call search.missed {"q": "火星签证 359901190102030504"}
expect reply.kept == true
call search.missed {"q": "火星签证"}
call search.missed {"q": "13800000001"}
expect reply.kept == false
call search.missing {}
fails SIGN_IN
as editor
call search.missing {}
expect reply.rows count 1
expect reply.rows.0.text == 火星签证
expect reply.rows.0.count == 2

# The problem list: worked off, or no problem because …
call flaw.list {"kind": "search"}
expect reply.rows.0.name == 火星签证
expect reply.rows.0.count == 2
call flaw.mark {"key": "search:火星签证", "state": "dismissed"}
fails REQUIRED field reason
call flaw.mark {"key": "nonsense", "state": "done"}
fails NOT_FOUND
call flaw.mark {"key": "search:火星签证", "state": "dismissed", "reason": "不是本市的事"}
call flaw.list {"kind": "search"}
expect reply.rows count 0
call flaw.list {"kind": "search", "state": "dismissed"}
expect reply.rows.0.reason == 不是本市的事
call flaw.list {"office": "market", "kind": "item"}
expect reply.rows.0.code exists
as publisher
call flaw.mark {"key": "search:火星签证", "state": "open"}
fails FORBIDDEN

# A number for the window: the clerk types it where items are searched.
as nobody
call guide.carry {"what": "no_such"}
fails NOT_FOUND
call guide.carry {"what": "second_hand_home", "answers": "nonsense:x"}
fails UNKNOWN_FIELD
call guide.carry {"what": "second_hand_home", "answers": "home_count:first,co_owned:single"}
save $code = reply.code
call guide.carried {"code": $code}
expect reply.answers == home_count:first,co_owned:single
call guide.carried {"code": "x"}
fails NOT_FOUND
call guide.send {"what": "second_hand_home"}
fails SIGN_IN
as window1
call desk.wizard {"receipt": "new", "name": "王小帆", "document": "359901190102030504", "q": $code}
expect reply.item.code == second_hand_home
as buyer
call guide.send {"what": "second_hand_home", "answers": "home_count:first"}
call notice.mine {}
expect reply.rows.0.text contains /guide/second_hand_home/result
advance 31 days
as nobody
call guide.carried {"code": $code}
fails NOT_FOUND

# Certificates explained.
call certificate.types {}
save $kind = reply.rows.0.code
call certificate.type {"code": "realty"}
expect reply.get.0.code exists
expect reply.spared.0.code exists
call certificate.type {"code": "none"}
fails NOT_FOUND
call search.find {"q": "不动产权证书"}
expect reply.certificates.0.href == /certificates/types/realty
verify
