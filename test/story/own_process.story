# An item that brings its own BPMN file: the papers are reviewed while two officers inspect the premises; then it is decided.
at 2026-11-16 09:30
as islander
call draft.start {"what": "food_licence"}
save $case = reply.case
call draft.save {"case": $case, "page": "enterprise", "values": {"enterprise.enterprise_name": "云帆市海风餐饮店", "enterprise.uscc": "92359900MA0Y90023Q"}}
call draft.save {"case": $case, "page": "premises", "values": {"premises.premises_address": "云帆市望海区港湾路 30 号", "premises.premises_area": "60.00", "premises.food_business": "restaurant"}}
upload $case premises_plan.premises plan.pdf
upload $case food_safety_rules.enterprise rules.pdf
upload $case business_licence_copy.enterprise licence.pdf
call draft.delivery {"case": $case, "way": "electronic"}
call draft.submit {"case": $case, "declared": true}
expect reply.state == received
save $number = reply.number
jobs
# The window accepts.
as window1
call desk.case {"case": $case}
save $version = reply.version
call desk.accept {"case": $case, "version": $version}
jobs
state $case == running
# Three tasks at once: one review, two inspections; the decision is not there yet.
as market_approver
call task.list
expect reply.rows count 3
save $one = reply.rows.0.id
save $two = reply.rows.1.id
save $three = reply.rows.2.id
call task.get {"task": $three}
expect reply contains 现场核查
save $version = reply.version
call task.decide {"task": $three, "version": $version, "outcome": "agree", "opinion": "现场符合要求。"}
# A second answer to the same task changes nothing.
call task.decide {"task": $three, "version": $version, "outcome": "agree", "opinion": "再来一次"}
fails STALE
call task.get {"task": $one}
save $version = reply.version
call task.decide {"task": $one, "version": $version, "outcome": "agree", "opinion": "材料齐全。"}
call task.list
expect reply.rows count 1
jobs
state $case == running
# The two inspections are two people's (行政许可法 34).
call task.get {"task": $two}
expect reply.blocked exists
save $version = reply.version
call task.decide {"task": $two, "version": $version, "outcome": "agree", "opinion": "现场符合要求。"}
fails TASK_TWICE
as market_second
call task.decide {"task": $two, "version": $version, "outcome": "agree", "opinion": "现场符合要求。"}
call task.list
expect reply.rows count 1
save $last = reply.rows.0.id
call task.get {"task": $last}
expect reply.element == decide
expect reply.opinions count 4
save $version = reply.version
call task.decide {"task": $last, "version": $version, "outcome": "agree", "opinion": "准予。"}
fails TASK_APART
as market_head
call task.get {"task": $last}
expect reply.blocked missing
call task.decide {"task": $last, "version": $version, "outcome": "agree", "opinion": "准予。"}
jobs
state $case == closed granted
as islander
call cert.list
expect reply contains 食品经营许可证
# Another application, which the window leaves lying and the applicant withdraws.
at 2026-11-18 09:00
call draft.start {"what": "food_licence"}
save $case = reply.case
call draft.save {"case": $case, "page": "enterprise", "values": {"enterprise.enterprise_name": "云帆市海风餐饮店", "enterprise.uscc": "92359900MA0Y90023Q"}}
call draft.save {"case": $case, "page": "premises", "values": {"premises.premises_address": "云帆市望海区港湾路 30 号", "premises.premises_area": "60.00", "premises.food_business": "restaurant"}}
upload $case premises_plan.premises plan.pdf
upload $case food_safety_rules.enterprise rules.pdf
upload $case business_licence_copy.enterprise licence.pdf
call draft.delivery {"case": $case, "way": "electronic"}
call draft.submit {"case": $case, "declared": true}
save $number = reply.number
jobs
# Nobody told the applicant anything within five working days: deemed accepted (行政许可法 32(4)).
advance 6 working days
jobs
state $case == running
as market_approver
call task.list
expect reply.rows count 3
as islander
call case.withdraw {"case": $case, "reason": "不办了"}
state $case == closed withdrawn
as market_approver
call task.list
expect reply.rows count 0
verify
replay
