# Digging up a road (a sample process): behind the review somebody chooses which opinions to ask for, one, several or none.
at 2026-11-16 09:30
as islander
call draft.start {"what": "road_digging"}
save $case = reply.case
call draft.save {"case": $case, "page": "site", "values": {"site.premises_address": "云帆市望海区港湾路 30 号", "site.dig_length": "35"}}
call draft.save {"case": $case, "page": "enterprise", "values": {"enterprise.enterprise_name": "云帆市海风餐饮店", "enterprise.uscc": "92359900MA0Y90023Q"}}
upload $case business_licence_copy.enterprise licence.pdf
upload $case dig_plan.site paper.pdf
call draft.delivery {"case": $case, "way": "electronic"}
call draft.submit {"case": $case, "declared": true}
expect reply.state == received
save $number = reply.number
jobs
include parts/accept.part
as urban_management_approver
call task.list
save $review = reply.rows.0.id
call task.get {"task": $review}
expect reply.picks missing
save $version = reply.version
# Nothing is chosen at a step that is none of choosing.
call task.pick {"task": $review, "version": $version, "activity": "pipes"}
fails FLOW_NOT_WAITING
call task.picked_all {"task": $review, "version": $version}
fails FLOW_NOT_WAITING
call task.decide {"task": $review, "version": $version, "outcome": "agree", "opinion": "材料齐全。"}
# Now the step of choosing is in the list.
call task.list
expect reply.rows count 1
expect reply.rows.0.step == 选择征求的意见（示例）
save $pick = reply.rows.0.id
call task.get {"task": $pick}
expect reply.picks.list count 3
expect reply.picks.list.0.state == new
expect reply.picks.until == 有一项意见为不同意
expect reply.picks.sequential == false
expect reply.picks.busy == false
save $version = reply.version
reads en
call task.get {"task": $pick}
expect reply.picks.name == Opinions to ask for (sample)
expect reply.picks.list.0.label == Opinion on pipes below
expect reply.picks.until == one opinion is against it
expect reply.picks.hint contains trees
expect reply.outline contains Opinion on traffic
reads zh
# It stands on the case's page as something to do.
call desk.staff_case {"case": $case}
expect reply.actions.0.label == 选择征求的意见（示例）
# Wrong choices: no such activity, one of another step, a decision, another version; nothing changes.
call task.pick {"task": $pick, "version": $version, "activity": "no_such"}
fails PICK_UNKNOWN activity
call task.pick {"task": $pick, "version": $version, "activity": "decide"}
fails PICK_UNKNOWN activity
call task.decide {"task": $pick, "version": $version, "outcome": "agree", "opinion": "同意。"}
fails PICK_FIRST
call task.pick {"task": $pick, "version": 99, "activity": "pipes"}
fails STALE
# Another office does not find it; nor does the one that may be asked for its opinion, before it is asked.
as public_security_approver
call case.get {"case": $case}
fails NOT_FOUND
as fire_approver
call task.pick {"task": $pick, "version": $version, "activity": "pipes"}
fails NOT_FOUND
call task.picked_all {"task": $pick, "version": $version}
fails NOT_FOUND
as islander
call task.pick {"task": $pick, "version": $version, "activity": "pipes"}
fails FORBIDDEN
as urban_management_approver
call task.list
expect reply.rows count 1
# Two opinions are asked for, side by side.
call task.pick {"task": $pick, "version": $version, "activity": "pipes"}
# A colleague who saw the page before is told.
as urban_management_second
call task.pick {"task": $pick, "version": $version, "activity": "traffic"}
fails STALE
call task.get {"task": $pick}
expect reply.picks.list.0.state == running
expect reply.picks.list.0.may == false
expect reply.picks.list.1.may == true
expect reply.picks.busy == true
save $version = reply.version
call task.pick {"task": $pick, "version": $version, "activity": "pipes"}
fails PICK_RUNNING activity
call task.picked_all {"task": $pick, "version": $version}
fails PICK_BUSY activity
expect reply contains 地下管线意见
reads en
call task.picked_all {"task": $pick, "version": $version}
fails PICK_BUSY activity
expect reply contains Opinion on pipes below
reads zh
call task.pick {"task": $pick, "version": $version, "activity": "traffic"}
call task.list
expect reply.rows count 2
save $first = reply.rows[step=地下管线意见].id
call task.get {"task": $first}
save $v = reply.version
call task.decide {"task": $first, "version": $v, "outcome": "agree", "opinion": "无管线。"}
# The other opinion is another office's: it has the task, sees the case and its papers, and nothing more to choose from.
as public_security_approver
call task.list
expect reply.rows count 1
expect reply.rows.0.step == 交通组织意见
save $second = reply.rows.0.id
call task.get {"task": $second}
save $v = reply.version
save $file = reply.viewer_file
call case.get {"case": $case}
call file.get {"file": $file}
call task.pick {"task": $pick, "version": $version, "activity": "trees"}
fails NOT_FOUND
call task.decide {"task": $second, "version": $v, "outcome": "agree", "opinion": "夜间施工。"}
as urban_management_approver
call task.get {"task": $pick}
expect reply.picks.list.1.state == done
expect reply.picks.busy == false
save $version = reply.version
# Nothing more is needed: on to the decision, which another person takes.
call task.picked_all {"task": $pick, "version": $version}
call task.picked_all {"task": $pick, "version": $version}
fails STALE
call task.pick {"task": $pick, "version": $version, "activity": "trees"}
fails STALE
as urban_management_head
call task.list
expect reply.rows count 1
save $last = reply.rows.0.id
call task.get {"task": $last}
expect reply.element == decide
expect reply.trail contains 选办环节：地下管线意见
expect reply.trail contains 不再需要其他环节
reads en
call task.get {"task": $last}
expect reply.trail contains Chosen to be done next: Opinion on pipes below
reads zh
call task.get {"task": $last}
save $version = reply.version
call task.decide {"task": $last, "version": $version, "outcome": "agree", "opinion": "准予。"}
jobs
state $case == closed granted
# Another application: one opinion is against it, which ends the step; the opinion that was still awaited is not wanted any more.
at 2026-11-18 09:30
as islander
call draft.start {"what": "road_digging"}
save $case = reply.case
call draft.save {"case": $case, "page": "site", "values": {"site.premises_address": "云帆市望海区港湾路 30 号", "site.dig_length": "35"}}
call draft.save {"case": $case, "page": "enterprise", "values": {"enterprise.enterprise_name": "云帆市海风餐饮店", "enterprise.uscc": "92359900MA0Y90023Q"}}
upload $case business_licence_copy.enterprise licence.pdf
upload $case dig_plan.site paper.pdf
call draft.delivery {"case": $case, "way": "electronic"}
call draft.submit {"case": $case, "declared": true}
jobs
include parts/accept.part
as urban_management_approver
call task.list
save $review = reply.rows.0.id
call task.get {"task": $review}
save $version = reply.version
call task.decide {"task": $review, "version": $version, "outcome": "agree", "opinion": "材料齐全。"}
call task.list
save $pick = reply.rows.0.id
call task.get {"task": $pick}
save $version = reply.version
call task.pick {"task": $pick, "version": $version, "activity": "trees"}
call task.get {"task": $pick}
save $version = reply.version
call task.pick {"task": $pick, "version": $version, "activity": "pipes"}
call task.list
save $first = reply.rows[step=树木绿化意见].id
call task.get {"task": $first}
save $v = reply.version
call task.decide {"task": $first, "version": $v, "outcome": "refuse", "opinion": "古树根系在下。", "basis": "road_digging_no", "reason": "古树根系在开挖范围内"}
call task.list
expect reply.rows count 1
expect reply.rows.0.step == 决定
call task.get {"task": $pick}
expect reply.picks missing
expect reply.blocked exists
call task.pick {"task": $pick, "version": 3, "activity": "traffic"}
fails STALE
as islander
call case.withdraw {"case": $case, "reason": "改线"}
state $case == closed withdrawn
# A third one is withdrawn while somebody should choose: nothing stays in the list.
at 2026-11-19 09:30
as islander
call draft.start {"what": "road_digging"}
save $case = reply.case
call draft.save {"case": $case, "page": "site", "values": {"site.premises_address": "云帆市望海区港湾路 30 号", "site.dig_length": "35"}}
call draft.save {"case": $case, "page": "enterprise", "values": {"enterprise.enterprise_name": "云帆市海风餐饮店", "enterprise.uscc": "92359900MA0Y90023Q"}}
upload $case business_licence_copy.enterprise licence.pdf
upload $case dig_plan.site paper.pdf
call draft.delivery {"case": $case, "way": "electronic"}
call draft.submit {"case": $case, "declared": true}
save $number = reply.number
jobs
include parts/accept.part
include parts/approve.part login=urban_management_approver case_no=$number
as urban_management_approver
call task.list
expect reply.rows count 1
as islander
call case.withdraw {"case": $case, "reason": "不挖了"}
as urban_management_approver
call task.list
expect reply.rows count 0
verify
replay
