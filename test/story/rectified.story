# A bad rating opens its rectification in the same moment: contacted, answered and rated again, never by who was rated.
at 2026-11-17 09:00
as islander
call draft.start {"what": "drainage_licence"}
save $case = reply.case
call draft.save {"case": $case, "page": "applicant", "values": {"applicant.name": "吴餐厅", "applicant.id_number": "359901190609210619", "applicant.phone": "13800000006"}}
call draft.save {"case": $case, "page": "enterprise", "values": {"enterprise.enterprise_name": "云帆市海风餐饮店", "enterprise.uscc": "92359900MA0Y90023Q"}}
call draft.save {"case": $case, "page": "premises", "values": {"premises.premises_address": "云帆市望海区港湾路 30 号", "premises.discharge": "6.5", "premises.grease_trap": "true"}}
upload $case business_licence_copy.enterprise licence.pdf
upload $case drainage_plan.premises paper.pdf
call draft.delivery {"case": $case, "way": "electronic"}
call draft.submit {"case": $case, "declared": true}
save $number = reply.number
jobs
include parts/accept.part
include parts/approve.part login=urban_management_approver case_no=$number
include parts/approve.part login=urban_management_second case_no=$number
as urban_management_head
call task.list
save $task = reply.rows[case=$number].id
call task.get {"task": $task}
save $version = reply.version
call task.decide {"task": $task, "version": $version, "outcome": "agree", "opinion": "准予。"}
jobs
state $case == closed granted
as islander
call case.rate {"case": $case, "level": 4}
fails REVIEW_TAGS
call case.rate {"case": $case, "level": 4, "tags": "slow", "comment": "等了太久"}
call case.get {"case": $case}
expect reply.rectification.state == open
expect reply.rectification.due exists
call notice.mine
expect reply.rows.0.title == 您的评价正在整改
# The office sees it with its terms; other offices do not.
as market_approver
call rectify.list
expect reply.rows count 0
as urban_management_head
call rectify.list
expect reply.rows count 1
expect reply.rows.0.case == $number
expect reply.rows.0.contact_due == 2026-11-18
expect reply.rows.0.due == 2026-11-24
save $r = reply.rows.0.id
# Who handled the case may not look into it.
call rectify.get {"rectification": $r}
expect reply.blocked exists
call rectify.contact {"rectification": $r, "version": 1, "way": "phone", "finding": "true", "note": "属实"}
fails RECTIFY_RATED
as elder
call rectify.get {"rectification": $r}
fails FORBIDDEN
as market_approver
call rectify.get {"rectification": $r}
fails NOT_FOUND
as urban_management_third
call rectify.answer {"rectification": $r, "version": 1, "measures": "x", "reply": "x"}
fails RECTIFY_STATE
call rectify.contact {"rectification": $r, "version": 7, "way": "phone", "finding": "true", "note": "属实"}
fails STALE
# Said to be a mistake: that is for another unit to say.
call rectify.contact {"rectification": $r, "version": 1, "way": "phone", "finding": "mistaken", "note": "评价人说点错了", "longer": "需要核对叫号记录"}
expect reply.state == disputed
call rectify.get {"rectification": $r}
expect reply.due == 2026-12-08
call rectify.rule {"rectification": $r, "version": 2, "set_aside": true, "note": "x"}
fails FORBIDDEN
as supervisor
call rectify.list
expect reply.rows count 1
call rectify.rule {"rectification": $r, "version": 2, "set_aside": false, "note": "记录显示等候四十分钟，评价成立"}
expect reply.state == contacted
as urban_management_third
call rectify.answer {"rectification": $r, "version": 3, "measures": "增开窗口", "reply": "已增开窗口，向您致歉。"}
expect reply.state == answered
as islander
call case.get {"case": $case}
expect reply.rectification.reply == 已增开窗口，向您致歉。
expect reply.rectification.can_rate == true
call rectify.rate {"rectification": $r, "level": 9}
fails REVIEW_LEVEL
as elder
call rectify.rate {"rectification": $r, "level": 1}
fails NOT_FOUND
as islander
call rectify.rate {"rectification": $r, "level": 2}
expect reply.state == closed
call rectify.rate {"rectification": $r, "level": 2}
fails RECTIFY_STATE
as urban_management_third
call rectify.list
expect reply.rows count 0
call rectify.list {"state": "done"}
expect reply.rows count 1
verify
