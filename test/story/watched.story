# What those see who watch over processes: the ways cases really took, with times, and what a simulation says.
at 2026-11-17 09:30
as islander
call draft.start {"what": "dog_licence"}
save $one = reply.case
call draft.save {"case": $one, "page": "applicant", "values": {"applicant.dog_breed": "中华田园犬"}}
upload $one vaccination_record.applicant record.pdf
call draft.delivery {"case": $one, "way": "electronic"}
call draft.submit {"case": $one, "declared": true}
jobs
as supervisor
call flow.paths
expect reply.model == apply:dog_licence
expect reply.running == 1
expect reply.ended == 0
expect reply.ways count 0
# Two hours later it is accepted, a day later decided.
advance 2 hours
as window1
call desk.case {"case": $one}
save $version = reply.version
call desk.accept {"case": $one, "version": $version}
jobs
advance 1 days
as public_security_approver
call task.list
save $task = reply.rows.0.id
call task.get {"task": $task}
save $version = reply.version
call task.decide {"task": $task, "version": $version, "outcome": "agree", "opinion": "同意"}
jobs
state $one == closed granted
# Another is withdrawn before anybody looked at it: another way, another time.
as islander
call draft.start {"what": "dog_licence"}
save $two = reply.case
call draft.save {"case": $two, "page": "applicant", "values": {"applicant.dog_breed": "中华田园犬"}}
upload $two vaccination_record.applicant record.pdf
call draft.delivery {"case": $two, "way": "electronic"}
call draft.submit {"case": $two, "declared": true}
advance 30 minutes
call case.withdraw {"case": $two, "reason": "不养了"}
jobs
as supervisor
call flow.paths {"model": "apply:dog_licence", "days": 30}
expect reply.begun == 2
expect reply.ended == 2
expect reply.running == 0
expect reply.capped == false
expect reply.ways count 2
expect reply.ways.0.share == 50.0%
expect reply.ways.0.outcome == withdrawn
expect reply.ways.0.median_ms == 1800000
expect reply.ways.0.steps == 受理
expect reply.ways.1.outcome == granted
expect reply.ways.1.median == 26.0 小时
expect reply.ways.1.steps == 受理 → 决定 → 制证 → 送达 → 办结
expect reply.steps[name=受理].passed == 2
expect reply.steps[name=受理].wait == 2.0 小时
expect reply.steps[name=决定].wait == 24.0 小时
expect reply.diagram contains bpmn-note
expect reply.diagram contains 24.0 小时
# What began before the window is not looked at; a window or model that is none is refused.
advance 40 days
call flow.paths {"model": "apply:dog_licence", "days": 30}
expect reply.begun == 0
call flow.paths {"days": 0}
fails TYPE field days
call flow.paths {"model": "apply:no_such_thing"}
fails NOT_FOUND
as islander
call flow.paths
fails FORBIDDEN
# The simulation: the same figures from the same seed, others from another, and the bottleneck where the work is.
as supervisor
call flow.simulate {"model": "apply:dog_licence", "arrivals": 20, "days": 60, "seed": 7, "staff": {"clerk": "1", "approver": "4"}, "service": {"accept": "18"}}
expect reply.result.roles count 2
expect reply.result.roles.0.bottleneck == true
expect reply.result.weeks count 11
expect reply.result.wait_chart contains 窗口人员 25.5
expect reply.form.choices.0.value == 10
save $through = reply.result.through_ms
call flow.simulate {"model": "apply:dog_licence", "arrivals": 20, "days": 60, "seed": 7, "staff": {"clerk": "1", "approver": "4"}, "service": {"accept": "18"}}
expect reply.result.through_ms == $through
call flow.simulate {"model": "apply:dog_licence", "arrivals": 20, "days": 60, "seed": 8, "staff": {"clerk": "1", "approver": "4"}, "service": {"accept": "18"}}
expect reply.result.through_ms != $through
call flow.simulate {"model": "apply:dog_licence", "arrivals": 20, "days": 60, "seed": 7, "spread": "const", "staff": {"clerk": "1", "approver": "4"}, "service": {"accept": "18"}}
expect reply.result.through_ms != $through
expect reply.form.spread == const
# A bundle: its own process, and those of its items begun by the calls in it, on one staff; an item nobody wants is not begun.
call flow.simulate {"model": "apply:second_hand_home", "arrivals": 6, "days": 60, "seed": 7, "staff": {"clerk": "3", "approver": "6"}, "share": {"want/gas_transfer": "0"}}
expect reply.result.arrived > 200
expect reply.result.items.0.begun > 100
expect reply.result.roles count 2
expect reply.result.steps contains · 决定
call flow.simulate {"model": "apply:second_hand_home", "arrivals": 1000, "days": 100}
fails SIMULATE_LARGE field days
call flow.simulate {"model": "apply:dog_licence", "days": 241}
fails TYPE field days
call flow.simulate {"model": "apply:dog_licence", "arrivals": 2000, "days": 240}
fails SIMULATE_LARGE field days
call flow.simulate {"model": "apply:dog_licence", "staff": {"clerk": "none"}}
fails TYPE field staff-clerk
call flow.simulate {"model": "item:dog_licence"}
fails NOT_FOUND
call flow.simulate {"model": "apply:dog_licence", "staff": [1]}
expect reply.form.staff.0.value == 2
verify
