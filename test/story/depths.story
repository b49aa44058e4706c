# The four depths of an online service, each with what it means: guide, pre-check, decided online, wholly online.
at 2026-11-17 09:00
as nobody
call guide.get {"what": "homestead"}
expect reply.depths.0.current == true
expect reply.online == false
expect reply.steps.0.note == 到窗口递交
call guide.get {"what": "foreign_marriage"}
expect reply.depths.1.current == true
expect reply.online == true
expect reply.steps.1.note == 带原件到窗口核对后受理
call guide.get {"what": "passport"}
expect reply.depths.2.current == true
expect reply.steps.3.note == 到现场一次，核对原件
call guide.get {"what": "dog_licence"}
expect reply.depths.3.current == true
expect reply.visits == 0
# I: the guide is all there is online.
as islander
call draft.start {"what": "homestead"}
fails CASE_DEPTH
# II: sent online for a first look; not accepted before the originals were shown at the window.
call draft.start {"what": "foreign_marriage"}
save $case = reply.case
call draft.get {"case": $case}
expect reply.depth_note contains 带原件到窗口
call draft.save {"case": $case, "page": "applicant", "values": {"applicant.nationality": "示例国"}}
upload $case passport.applicant passport.pdf
upload $case single_statement.applicant single.pdf
call draft.delivery {"case": $case, "way": "pickup"}
call draft.submit {"case": $case, "declared": true}
expect reply.state == received
save $number = reply.number
call case.done {"case": $case}
expect reply.next.0.title == 带原件到窗口
jobs
as window1
call desk.case {"case": $case}
expect reply.papers == true
save $version = reply.version
call desk.accept {"case": $case, "version": $version}
fails CASE_PAPERS
call desk.accept {"case": $case, "version": $version, "papers": false}
fails CASE_PAPERS
state $case == received
call desk.accept {"case": $case, "version": $version, "papers": true}
jobs
state $case == running
# III: accepted and decided online, one visit to collect.
as islander
call draft.start {"what": "passport"}
save $case = reply.case
call draft.get {"case": $case}
expect reply.depth_note contains 最多到现场一次
# IV: nothing to say: it is all online.
call draft.start {"what": "dog_licence"}
save $case = reply.case
call draft.get {"case": $case}
expect reply.depth_note missing
verify
