# Withdrawal of one item while it waits, of one that runs, and of the whole.
at 2026-11-17 09:00
include parts/received.part
include parts/accept.part
as seller
call case.withdraw {"case": $case, "reason": "不卖了"}
fails NOT_FOUND
as buyer
call case.withdrawal {"case": $case}
expect reply.items count 8
call case.withdraw {"case": $case, "item": "no_such_item", "reason": "多余"}
fails NOT_FOUND
call case.withdraw {"case": $case, "item": "tv_transfer", "reason": ""}
fails REQUIRED field reason
call case.withdraw {"case": $case, "item": "tv_transfer", "reason": "不装电视"}
state $case tv_transfer == closed withdrawn
call case.withdraw {"case": $case, "item": "tv_transfer", "reason": "再撤一次"}
fails CASE_STATE
include parts/approve.part login=housing_approver case_no=$number-01
include parts/approve.part login=tax_approver case_no=$number-02
include parts/pay.part
include parts/approve.part login=resources_approver case_no=$number-03
include parts/approve.part login=resources_approver case_no=$number-03
include parts/pay.part
state $case tv_transfer == closed withdrawn
state $case gas_transfer == running
as buyer
call case.withdraw {"case": $case, "item": "gas_transfer", "reason": "改用电"}
state $case gas_transfer == closed withdrawn
as gas_approver
call task.list
expect reply.rows count 0
include parts/approve.part login=water_approver case_no=$number-04
include parts/approve.part login=power_approver case_no=$number-05
state $case == running
include parts/approve.part login=maintenance_fund_approver case_no=$number-08
state $case == closed partly
as buyer
call case.withdraw {"case": $case, "reason": "太晚了"}
fails CASE_STATE
verify
