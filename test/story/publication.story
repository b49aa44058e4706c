# One change of the catalogue: proposed, refused, proposed again, approved by another person, seen at once, taken back.
at 2026-11-17 09:00
as buyer
call item.list {}
fails FORBIDDEN
as nobody
call guide.get {"what": "social_card_loss"}
save $promise = reply.promise.n

# An editor changes two elements; the file's other lines stay.
as editor
call item.get {"code": "food_licence"}
expect reply.percent > 50
call item.edit {"code": "food_licence", "fields": {"promised.n": "abc"}}
fails TYPE field promised.n
call item.edit {"code": "food_licence", "fields": {"office": "tax"}}
fails UNKNOWN_FIELD field office
call item.edit {"code": "food_licence", "fields": {"promised.n": "7", "hours.zh": "工作日 8:30–17:30"}}
save $release = reply.release
call release.get {"release": $release}
expect reply.state == draft
expect reply.changes.0.rows.0.text contains 改为7 个工作日
expect reply.errors == 0
call item.preview {"release": $release, "what": "food_licence"}
expect reply.promise.n == 7
as nobody
call guide.get {"what": "food_licence"}
expect reply.promise.n == 8

# Only its author may edit it.
as editor2
call item.edit {"code": "food_licence", "release": $release, "fields": {"promised.n": "1"}}
fails RELEASE_AUTHOR

# What the checker refuses cannot be proposed; it says where.
as editor
call item.edit {"code": "food_licence", "release": $release, "fields": {"promised.n": "99"}}
call release.propose {"release": $release}
fails RELEASE_FINDINGS
call release.get {"release": $release}
expect reply.errors > 0
expect reply.findings.0.file == items/food_licence.yaml
expect reply.findings.0.line > 1
call item.edit {"code": "food_licence", "release": $release, "fields": {"promised.n": "7"}}
call release.propose {"release": $release, "from": 1}
fails RELEASE_PAST field from
call release.propose {"release": $release, "title": "食品经营许可承诺改为 7 个工作日"}
call item.edit {"code": "food_licence", "release": $release, "fields": {"promised.n": "9"}}
fails RELEASE_STATE

# An editor cannot approve, and nobody their own.
call release.judge {"release": $release, "agree": true}
fails FORBIDDEN
as publisher
call release.judge {"release": $release, "agree": false}
fails REQUIRED field reason
call release.judge {"release": $release, "agree": false, "reason": "请把英文时间一起改"}
as editor
call release.get {"release": $release}
expect reply.state == refused
expect reply.reason contains 英文
call item.edit {"code": "food_licence", "release": $release, "fields": {"hours.en": "Working days 8:30 to 17:30"}}
call release.propose {"release": $release}
as publisher
call release.get {"release": $release}
expect reply.can_judge == true
expect reply.changes.1.rows.0.text contains 已受理的办件仍按
call release.judge {"release": $release, "agree": true, "reason": "可以"}
expect reply.state == in_force
call release.judge {"release": $release, "agree": true}
fails RELEASE_STATE

# The guide shows it at once.
as nobody
call guide.get {"what": "food_licence"}
expect reply.promise.n == 7
expect reply.place.hours contains 8:30
as editor
call item.get {"code": "food_licence"}
expect reply.history.0.state == in_force
expect reply.history.0.judge contains 江审之

# Somebody else publishes meanwhile: the proposal must be tried again on the new version.
call item.edit {"code": "social_card_loss", "fields": {"phone": "0599-2100999"}}
save $late = reply.release
as publisher2
call item.edit {"code": "food_licence", "fields": {"promised.n": "9"}}
save $own = reply.release
call release.propose {"release": $own}
call release.judge {"release": $own, "agree": true}
fails RELEASE_SAME_PERSON
as publisher
call release.judge {"release": $own, "agree": true}
as editor
call release.propose {"release": $late}
fails RELEASE_BASE
call release.retry {"release": $late}
advance 1 days
call release.propose {"release": $late, "from": 1795190400000}
as publisher
call release.judge {"release": $late, "agree": true}
expect reply.state == scheduled
jobs
as nobody
call guide.get {"what": "social_card_loss"}
expect reply.phone != 0599-2100999
advance 10 days
jobs
as nobody
call guide.get {"what": "social_card_loss"}
expect reply.phone == 0599-2100999
as editor
call release.get {"release": $late}
expect reply.state == in_force

# Two change one file: neither is silently overwritten.
call item.edit {"code": "food_licence", "fields": {"promised.n": "8"}}
save $one = reply.release
as editor2
call item.edit {"code": "food_licence", "fields": {"promised.n": "10"}}
save $two = reply.release
call release.propose {"release": $two}
as publisher
call release.judge {"release": $two, "agree": true}
as editor
call release.retry {"release": $one}
fails RELEASE_CONFLICT
call release.drop_file {"release": $one, "path": "items/food_licence.yaml"}
call release.retry {"release": $one}
call item.edit {"code": "food_licence", "release": $one, "fields": {"promised.n": "8"}}
call release.propose {"release": $one}

# Taken back: only what is in force, with a reason; the version before holds again.
as publisher
call release.take_back {"release": $release, "reason": "x"}
fails RELEASE_NOT_LAST
call release.take_back {"release": $two, "reason": "部门要求暂缓"}
save $back = reply.release
as nobody
call guide.get {"what": "food_licence"}
expect reply.promise.n == 9
as publisher
call release.get {"release": $back}
expect reply.title contains 撤回
expect reply.reason contains 暂缓
call release.judge {"release": $one, "agree": true}
fails RELEASE_BASE

# Files that are none of a city.
as editor
call release.save {"path": "../keys/master", "text": "x"}
fails RELEASE_PATH field path
call release.save {"path": "items/.hidden.yaml", "text": "x"}
fails RELEASE_PATH field path
call release.file {"path": "../../keys/master"}
fails NOT_FOUND
call release.save {"path": "items/food_licence.yaml", "text": "code: [", "title": "坏文件"}
save $bad = reply.release
call release.get {"release": $bad}
expect reply.errors > 0
call release.propose {"release": $bad}
fails RELEASE_FINDINGS
# A district does the same item in its own way: side by side, what differs is marked.
as editor
call release.save {"path": "items/signboard_wanghai.yaml", "title": "望海区的招牌设置", "text": "code: signboard_wanghai\nname: {zh: 户外招牌设置许可（望海区）, en: Signboard permit}\nsummary: {zh: 在店外新装、更换招牌前办理。, en: Before a signboard is put up or changed.}\noffice: wanghai_approval\ncodes: {basic: \"350100102000\", implementation: \"11359900MB0Y0038614350100102000\", handling: \"11359900MB0Y003861435010010200001\"}\ntype: \"01\"\nversion: \"2026.1\"\nlevel: 4\nkind: promised\ndepth: 4\nvisits: 0\nstatutory: {n: 20, unit: working_day, basis: {zh: 示例：市容和环境卫生管理条例, en: \"Sample: Regulation on city appearance\"}}\npromised: {n: 7, unit: working_day}\nconditions:\n  - {zh: 招牌不挡住窗户、消防通道和交通标志, en: \"The sign covers no window, fire lane or traffic sign\"}\n  - {zh: 与店面名称一致, en: It bears the name of the shop}\nsteps:\n  - {kind: accept, role: clerk, limit: {unit: on_spot}}\n  - {kind: review, role: approver, limit: {n: 4, unit: working_day}}\n  - {kind: decide, role: approver, limit: {n: 1, unit: working_day}}\n  - {kind: make, role: clerk, limit: {unit: on_spot}}\n  - {kind: deliver, role: clerk, limit: {unit: on_spot}}\nfields:\n  - {subject: enterprise, element: enterprise_name}\n  - {subject: enterprise, element: uscc}\n  - {subject: applicant, element: name}\n  - {subject: applicant, element: id_number}\n  - {subject: applicant, element: phone}\n  - {subject: premises, element: premises_address}\n  - {subject: premises, element: signboard_size}\nmaterials:\n  - {material: application_form, subject: enterprise}\n  - {material: business_licence_copy, subject: enterprise, copies: 1}\n  - {material: signboard_drawing, subject: premises, originals: 1}\ncertificate: signboard_permit\ndeliver: [window, mail, online]\nbasis:\n  - {code: signboard_wanghai_ok, approve: true, law: {zh: 示例依据：市容和环境卫生管理条例, en: \"Sample basis: Regulation on city appearance\"}, clause: {zh: 有关条款（示例）, en: relevant clause (sample)}}\n  - {code: signboard_wanghai_no, refuse: true, law: {zh: 示例依据：市容和环境卫生管理条例, en: \"Sample basis: Regulation on city appearance\"}, clause: {zh: 有关条款（示例）, en: relevant clause (sample)}, text: {zh: 遮挡消防通道或者超出墙面规定高度的，不予许可。, en: Refused when it blocks a fire lane or exceeds the height allowed.}}\naudience: [\"2\", \"6\"]\nthemes: [business]\nsynonyms: [招牌, 店招, 门头]\nfaq:\n  - {q: {zh: 旧招牌换个灯箱也要办吗？, en: Must I apply to renew the light box?}, a: {zh: 尺寸和位置不变的不用办。, en: Not if size and place stay the same.}}\nplace: {zh: 市政务服务中心三楼 S 区 S11 号窗口, en: \"City Service Centre, 3rd floor, zone S, counter S11\"}\nhours: {zh: \"工作日 9:00–12:00，13:00–17:00\", en: \"Working days 9:00–12:00, 13:00–17:00\"}\nsingle: true\nsample: {zh: 时限、材料和依据为示例, en: \"Limits, materials and basis are samples\"}\n"}
save $district = reply.release
call release.get {"release": $district}
expect reply.errors == 0
call release.propose {"release": $district}
as publisher
call release.judge {"release": $district, "agree": true}
call item.compare {"basic": "350100102000"}
expect reply.columns count 2
expect reply.rows.0.differs == true
expect reply.rows[name=到场次数].differs missing
verify
