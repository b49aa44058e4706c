# A city in which an online receipt outside office hours is the next working day's: the five days begin there, and so does
# the clock of what is then deemed accepted.
at 2026-11-17 09:00
publish city.yaml online_next_day: false => online_next_day: true
at 2026-11-17 18:30
include parts/received.part
advance 5 working days
advance 2 hours
jobs
state $case == received
advance 21 hours
jobs
state $case == running
as buyer
call case.get {"case": $case}
expect reply.steps.1.at == 1794931200000
verify
