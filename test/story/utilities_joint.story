# One application, one trench, five connections.
at 2026-11-17 09:00
as nobody
call guide.get {"what": "utilities_joint"}
as seabreeze
call draft.start {"what": "utilities_joint", "answers": "needs:all,digging:yes"}
save $case = reply.case
call draft.save {"case": $case, "page": "applicant", "values": {"applicant.name": "吴餐厅", "applicant.id_number": "359901190609210619", "applicant.phone": "13800000006"}}
call draft.save {"case": $case, "page": "site", "values": {"site.premises_address": "云帆市望海区港湾路 30 号", "site.meter_size": "dn20", "site.power_load": "100", "site.gas_use": "12.5", "site.bandwidth": "m300", "site.dig_length": "35"}}
upload $case site_plan.site paper.pdf
upload $case dig_plan.site paper.pdf
call draft.delivery {"case": $case, "way": "electronic"}
call draft.submit {"case": $case, "declared": true}
expect reply.state == received
save $number = reply.number
jobs
include parts/accept.part
include parts/approve.part login=water_approver case_no=$number-01
state $case water_connection == closed granted
include parts/approve.part login=power_approver case_no=$number-02
state $case power_connection == closed granted
include parts/approve.part login=gas_approver case_no=$number-03
state $case gas_connection == closed granted
include parts/approve.part login=telecom_approver case_no=$number-04
state $case telecom_connection == closed granted
include parts/approve.part login=urban_management_approver case_no=$number-05
# No opinion is asked for.
as urban_management_approver
call task.list
save $pick = reply.rows[case=$number-05].id
call task.get {"task": $pick}
save $version = reply.version
call task.picked_all {"task": $pick, "version": $version}
include parts/approve.part login=urban_management_head case_no=$number-05
state $case road_digging == closed granted
state $case == closed granted
verify
