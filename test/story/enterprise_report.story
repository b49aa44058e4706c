# Recurring reports: the second period offers what the first said, and only changes are typed.
at 2026-04-07 09:00
as seabreeze
call draft.start {"what": "enterprise_report", "answers": "industry:service,report_period:quarter"}
save $case = reply.case
call draft.save {"case": $case, "page": "applicant", "values": {"applicant.name": "吴餐厅", "applicant.id_number": "359901190609210619", "applicant.phone": "13800000006"}}
call draft.save {"case": $case, "page": "report", "values": {"report.report_month": "q1", "report.revenue": "1260000.00", "report.employee_count": "8", "report.wages_total": "320000.00", "report.vacancies": "0"}}
call draft.delivery {"case": $case, "way": "electronic"}
call draft.submit {"case": $case, "declared": true}
expect reply.state == received
save $number = reply.number
jobs
include parts/accept.part
include parts/approve.part login=statistics_approver case_no=$number-01
include parts/approve.part login=social_security_approver case_no=$number-02
state $case == closed granted

at 2026-07-06 09:00
as seabreeze
call draft.start {"what": "enterprise_report", "answers": "industry:service,report_period:quarter"}
save $again = reply.case
call draft.page {"case": $again, "page": "report"}
expect reply contains 1260000.00
expect reply contains 320000.00
expect reply contains 上次申报
call draft.save {"case": $again, "page": "report", "values": {"report.report_month": "q2", "report.revenue": "1310000.00"}}
call draft.delivery {"case": $again, "way": "electronic"}
call draft.submit {"case": $again, "declared": true}
expect reply.state == received
jobs
save $case = $again
include parts/accept.part
verify
