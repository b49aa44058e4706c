# Finding: by words or without, cut by what is asked for, a page at a time.
at 2026-11-17 11:00
as nobody
call search.find {"q": "二手房"}
expect reply.first.code == "second_hand_home"
expect reply.more == false
expect reply.filtered == false
expect reply.page_number == 1
call search.find {}
expect reply contains next
expect reply contains second_hand_home
save $pages = reply.pages
call search.find {"page": 2}
expect reply.page_number == 2
expect reply.previous == "/search?q="
call search.find {"page": 99999}
expect reply.page_number == $pages
call search.find {"page": -3}
expect reply.page_number == 1
call search.find {"kind": "bundle", "who": "legal", "theme": "business"}
expect reply.filtered == true
expect reply.all == "/search?q=&kind=bundle"
expect reply.hits.0.kind == "bundle"
expect reply contains who=legal
call search.find {"q": "二手房", "theme": "transport"}
expect reply.total == 0
expect reply.filtered == true
call search.find {"q": "二手房", "theme": "no_such_theme"}
expect reply.total == 0
call search.find {"q": "登记&kind=x", "office": "realty", "online": true, "novisit": true}
expect reply contains %26kind%3Dx
call search.find {"who": "cat"}
fails TYPE
call search.find {"page": "x"}
fails TYPE
