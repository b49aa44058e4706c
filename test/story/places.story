# Delegation and moved-forward reception are told apart on the guide; each depth says what it means.
at 2026-11-17 09:00
as nobody
call guide.get {"what": "signboard_permit"}
expect reply.place.address contains 委托“望海区行政审批服务局”办理
call guide.get {"what": "temporary_land"}
expect reply.place.address contains 委托“青屿县行政审批服务局”办理
call guide.get {"what": "fishing_licence"}
expect reply.place.address contains 在这里递交，由“云帆市海洋与渔业局”决定
expect reply.visits_note contains 全程网办
call guide.get {"what": "foreign_marriage"}
expect reply.visits_note contains 网上预审
call guide.get {"what": "passport"}
expect reply.visits_note contains 网上终审
