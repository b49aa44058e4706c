# 数据核验: other offices are asked before a table decides; whatever is not an answer goes to a person.
at 2026-11-17 09:00

# Answered: the office of public security proves the register, so it is not handed in; decided with the answer.
as buyer
call draft.start {"what": "longevity_first"}
save $case = reply.case
call draft.save {"case": $case, "page": "elder", "values": {"elder.name": "王小帆", "elder.id_number": "359901190305120120", "elder.phone": "13800000001", "elder.birth_date": "1903-05-12", "elder.address": "云帆市帆湖区湖滨路 10 号 302 室", "elder.bank_account": "6200000000000000000", "elder.has_pension": "false"}}
call draft.delivery {"case": $case, "way": "electronic"}
call draft.check {"case": $case}
expect reply.asks count 1
expect reply.asks.0.office contains 公安局
save $version = reply.version
call draft.submit {"case": $case, "version": $version, "declared": true}
expect reply.state == checking
call case.get {"case": $case}
expect reply.state == checking
expect reply.sources.0.state == asked
expect reply.sources.0.office contains 公安局
jobs
state $case == closed granted
as buyer
call case.get {"case": $case}
expect reply.machine.granted == true
expect reply.sources.0.state == answered
expect reply.sources.0.reused == false
verify

# The same again within the source's age: the answer is used again, and the case is decided as it is handed in.
at 2026-11-17 10:00
as buyer
call draft.start {"what": "longevity_first"}
save $case = reply.case
include parts/longevity.part state=closed
state $case == closed granted
as buyer
call case.get {"case": $case}
expect reply.sources.0.reused == true

# With the register in the library nobody is asked: decided in the set that receives it.
as elder
call draft.start {"what": "longevity_first"}
save $case = reply.case
call draft.save {"case": $case, "page": "elder", "values": {"elder.name": "孙长寿", "elder.id_number": "359901190102030504", "elder.phone": "13800000004", "elder.birth_date": "1901-02-03", "elder.address": "云帆市帆湖区学府路 5 号", "elder.bank_account": "6200000000000000000", "elder.has_pension": "false"}}
include parts/instant.part state=closed
state $case == closed granted
as elder
call case.get {"case": $case}
expect reply.sources missing

# Silent: tried three times, then a person decides; no refusal. The answer that comes later changes nothing.
at 2026-11-19 09:00
as nobody
call source.behave {"source": "population", "behaviour": "silent"}
fails SIGN_IN
as admin
call source.behave {"source": "population", "behaviour": "silent"}
as buyer
call draft.start {"what": "longevity_first"}
save $case = reply.case
include parts/longevity.part state=checking
jobs
state $case == checking
advance 1 minutes
jobs
advance 1 minutes
jobs
state $case == received
as buyer
call case.get {"case": $case}
expect reply.sources.0.state == silent
expect reply.machine missing
as window1
call desk.case {"case": $case}
expect reply.can_accept == true
expect reply.machine.why.0 contains 数据来源没有回答
expect reply.sources.0.why contains 没有回应

# Late: it says that it will answer, and does so when the time is over. Noted; the case stays with the person.
as admin
call source.behave {"source": "population", "behaviour": "late"}
as buyer
call draft.start {"what": "longevity_first"}
save $case = reply.case
include parts/longevity.part state=checking
jobs
state $case == checking
advance 5 minutes
jobs
state $case == received
advance 2 minutes
jobs
state $case == received
as editor
call source.list
expect reply.rows[code=population].late == 1
expect reply.rows[code=population].silent == 2
expect reply.rows[code=population].light == bad
as buyer
call case.get {"case": $case}
expect reply.sources.0.state == silent
verify

# Slow, but in time: granted when it comes. Twice: the second changes nothing.
as admin
call source.behave {"source": "population", "behaviour": "slow"}
as buyer
call draft.start {"what": "longevity_first"}
save $case = reply.case
include parts/longevity.part state=checking
jobs
state $case == checking
advance 1 minutes
jobs
state $case == closed granted
at 2026-11-21 09:00
as admin
call source.behave {"source": "population", "behaviour": "twice"}
as buyer
call draft.start {"what": "longevity_first"}
save $case = reply.case
include parts/longevity.part state=checking
jobs
state $case == closed granted
advance 1 minutes
jobs
state $case == closed granted

# Wrong signature, nonsense, no record, another opinion: each a person, with the reason.
at 2026-11-23 09:00
include parts/not_an_answer.part behaviour=unsigned ends=wrong why=不能采信
at 2026-11-24 09:00
include parts/not_an_answer.part behaviour=malformed ends=wrong why=不能采信
at 2026-11-25 09:00
include parts/not_an_answer.part behaviour=none ends=none why=查无记录
at 2026-11-26 09:00
include parts/not_an_answer.part behaviour=differ ends=answered why=不一致

# Somebody who is not the source: refused, whether the question exists or not.
as nobody
call source.answer {"query": "17", "body": "{}", "signature": "00"}
fails SOURCE_SIGNATURE

# Withdrawn while an office is asked: its answer finds nobody.
at 2026-11-30 09:00
as admin
call source.behave {"source": "population", "behaviour": "slow"}
as buyer
call draft.start {"what": "longevity_first"}
save $case = reply.case
include parts/longevity.part state=checking
jobs
as buyer
call case.withdraw {"case": $case, "reason": "填错了"}
state $case == closed withdrawn
advance 1 minutes
jobs
state $case == closed withdrawn

# Whoever wants a person: nobody is asked.
as buyer
call draft.start {"what": "longevity_renew"}
save $case = reply.case
call draft.save {"case": $case, "page": "elder", "values": {"elder.name": "王小帆", "elder.id_number": "359901190305120120", "elder.phone": "13800000001"}}
call draft.delivery {"case": $case, "way": "electronic"}
call draft.check {"case": $case}
save $version = reply.version
call draft.submit {"case": $case, "version": $version, "declared": true, "by_person": true}
expect reply.state == received
as buyer
call case.get {"case": $case}
expect reply.sources missing

# 新生儿医保: the hospital's register proves the certificate of birth.
as buyer
call draft.start {"what": "newborn_insurance"}
save $case = reply.case
call draft.save {"case": $case, "page": "newborn", "values": {"newborn.name": "王一诺", "newborn.birth_date": "2026-11-03", "newborn.medical_cost": "3200"}}
include parts/instant.part state=checking
jobs
state $case == closed granted

# 个体工商户: a person on the list is not refused; a person looks.
as seller
call draft.start {"what": "sole_trader_setup"}
save $case = reply.case
call draft.save {"case": $case, "page": "enterprise", "values": {"enterprise.enterprise_name": "云帆市望海区望海小馆"}}
call draft.save {"case": $case, "page": "premises", "values": {"premises.premises_address": "云帆市望海区港湾路 32 号"}}
include parts/instant.part state=checking
jobs
state $case == received
verify
