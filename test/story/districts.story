# One thing, done differently by three districts: the comparison shows what differs.
at 2026-11-17 09:00
as editor
call item.compare {"basic": "350110041000"}
expect reply.columns count 3
expect reply.rows.0.name == 承诺时限
expect reply.rows.0.differs == true
expect reply.rows.1.name == 法定时限
expect reply.rows.1.differs missing
expect reply.rows.5.name == 申请材料
expect reply.rows.5.differs == true
expect reply.rows.9.name == 办理地点
expect reply.rows.9.differs == true
expect reply.groups[basic=350110041000].differs == true
expect reply.groups[basic=350110041000].offices == 3
verify
