# Enquiries that need no approval: asked once, answered from the record, signed; an empty record is an answer; nobody sees another's.
at 2026-11-17 09:00
as nobody
call guide.get {"what": "realty_query"}
expect reply.query == true
call query.run {"what": "realty_query"}
fails SIGN_IN
# The owner of a home.
as seller
call query.get {"what": "realty_query"}
expect reply.reads.0 == 不动产权证书
expect reply.answer missing
call query.run {"what": "realty_query"}
expect reply.answer.found == 1
expect reply.answer.as_of == 2026-11-17 09:00:00
expect reply contains 云帆市望海区港湾路 20 号 501 室
save $answer = reply.answer.id
call query.get {"what": "realty_query", "answer": $answer}
expect reply.answer.found == 1
save $code = reply.answer.code
call cert.pdf {"certificate": $answer}
# It is no application, and what is no enquiry is none.
call draft.start {"what": "realty_query"}
fails CASE_QUERY
call query.run {"what": "passport"}
fails NOT_FOUND
call query.run {"what": "open_restaurant"}
fails NOT_FOUND
# With a home there is no proof that there is none; it says how many.
call query.run {"what": "no_home_proof"}
expect reply.answer.refused == true
expect reply.answer.found == 1
expect reply.answer.pdf missing
# Anybody may verify the answer; its text stays masked.
as nobody
call cert.verify {"code": $code}
expect reply.state == valid
expect reply contains 2026-11-17 09:00:00
expect reply.rows[label=查询结果].value == "1. 不动产权证书，共有情况 共同共有，坐落 云帆市望海区****"
# Somebody else: an empty record, told plainly; another's answer is not found.
as buyer
call query.run {"what": "realty_query"}
expect reply.answer.found == 0
expect reply.answer.text == 没有查到您名下的不动产权证书、不动产登记证明记录，截至 2026-11-17 09:00:00
call query.run {"what": "no_home_proof"}
expect reply.answer.refused == false
expect reply.answer.found == 0
call query.get {"what": "realty_query", "answer": $answer}
fails NOT_FOUND
call cert.pdf {"certificate": $answer}
fails NOT_FOUND
call query.run {"what": "fund_statement"}
expect reply.answer.found == 1
expect reply contains 43210.56
call query.run {"what": "insurance_proof"}
expect reply.answer.found == 1
call query.run {"what": "case_record"}
expect reply.answer.found == 0
verify
