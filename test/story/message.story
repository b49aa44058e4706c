# A diagram that waits for another system: its message finds the case by the number, brings a choice, and comes once.
at 2026-11-16 09:30
as islander
call draft.start {"what": "food_licence"}
save $old = reply.case
# The city draws a wait for the fire brigade's report before the review and the inspections.
publish process/food_licence.bpmn <message id="m_corrected" => <message id="m_fire" name="fire_report"/><message id="m_corrected"
publish process/food_licence.bpmn <sequenceFlow id="f_begin" sourceRef="begin" targetRef="fork"/> => <sequenceFlow id="f_begin" sourceRef="begin" targetRef="fire"/><intermediateCatchEvent id="fire" name="等待消防意见"><messageEventDefinition messageRef="m_fire"/></intermediateCatchEvent><sequenceFlow id="f_fire" sourceRef="fire" targetRef="fire_ok"/><exclusiveGateway id="fire_ok" name="消防合格？" default="f_fire_ok"/><sequenceFlow id="f_fire_ok" sourceRef="fire_ok" targetRef="fork"/><sequenceFlow id="f_fire_bad" sourceRef="fire_ok" targetRef="fire_no"><conditionExpression>= fire_report.result = "failed"</conditionExpression></sequenceFlow><endEvent id="fire_no" name="消防不合格，不予许可" tb:outcome="refused"/>
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
save $number = reply.number
jobs
# Too early: nobody waits for it yet, and nothing changes.
as admin
call flow.message {"number": $number, "name": "fire_report", "vars": {"result": "passed"}}
fails FLOW_NOT_WAITING
as window1
call desk.case {"case": $case}
save $version = reply.version
call desk.accept {"case": $case, "version": $version}
jobs
as market_approver
call task.list
expect reply.rows count 0
# Only an administrator or a connected system; only messages from outside; only choices, no texts and no structures.
call flow.message {"number": $number, "name": "fire_report"}
fails FORBIDDEN
as admin
call flow.message {"number": $number, "name": "paid"}
fails TYPE field name
call flow.message {"number": $number, "name": "another"}
fails FLOW_NOT_WAITING
call flow.message {"number": "359900000000000000", "name": "fire_report"}
fails NOT_FOUND
call flow.message {"number": $number, "name": "fire_report", "vars": {"result": {"a": 1}}}
fails TYPE field vars
call flow.message {"number": $number, "name": "fire_report", "vars": [1]}
fails TYPE field vars
call flow.message {"number": $number, "name": "fire_report", "vars": {"result": "passed"}}
expect reply.case == $case
call flow.message {"number": $number, "name": "fire_report", "vars": {"result": "failed"}}
fails FLOW_NOT_WAITING
as market_approver
call task.list
expect reply.rows count 3
verify
replay
