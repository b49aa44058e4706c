# Processes that would never come to an end, multiply, or hold a name that is meant to break the reader: an editor may
# write them into a draft, but nobody can propose it. The finding names the element; the version in force stays as it is.
at 2026-11-17 09:00
as editor
call release.file {"path": "process/food_licence.bpmn"}
save $good = reply.text
as nobody
call guide.get {"what": "food_licence"}
save $promise = reply.promise.n
as editor
save $text = file ../bpmn/bad/nested-too-deeply.bpmn
call release.save {"path": "process/food_licence.bpmn", "text": $text}
save $release = reply.release
checkpoint
call release.propose {"release": $release, "title": "炸弹"}
fails RELEASE_FINDINGS
call release.get {"release": $release}
expect reply.errors > 0
expect reply.findings contains 子流程嵌套超过 40 层
expect reply.findings contains （n3）

save $text = file ../bpmn/bad/multi-of-a-billion.bpmn
call release.save {"path": "process/food_licence.bpmn", "release": $release, "text": $text}
call release.propose {"release": $release, "title": "炸弹"}
fails RELEASE_FINDINGS
call release.get {"release": $release}
expect reply.findings contains （t）
expect reply.findings contains 超过了允许的 1000 个

save $text = file ../bpmn/bad/timer-every-millisecond.bpmn
call release.save {"path": "process/food_licence.bpmn", "release": $release, "text": $text}
call release.propose {"release": $release, "title": "炸弹"}
fails RELEASE_FINDINGS
call release.get {"release": $release}
expect reply.findings contains 不能作为这个定时器的时间

save $text = file ../bpmn/unsound/circle-without-wait.bpmn
call release.save {"path": "process/food_licence.bpmn", "release": $release, "text": $text}
call release.propose {"release": $release, "title": "炸弹"}
fails RELEASE_FINDINGS
call release.get {"release": $release}
expect reply.findings contains 令牌在这里兜圈

save $text = file ../bpmn/bombs/choices-multiply.bpmn
call release.save {"path": "process/food_licence.bpmn", "release": $release, "text": $text}
call release.propose {"release": $release, "title": "炸弹"}
fails RELEASE_FINDINGS
call release.get {"release": $release}
expect reply.findings contains 仍不能判定
expect reply.findings contains p 中同时有

# Entities that grow are no part of a model; a text longer than a form may send does not come in at all.
save $text = file ../bpmn/bad/doctype.bpmn
call release.save {"path": "process/food_licence.bpmn", "release": $release, "text": $text}
call release.propose {"release": $release, "title": "炸弹"}
fails RELEASE_FINDINGS

# Nobody else can put it in force either, and what holds is what held.
as publisher
call release.judge {"release": $release, "agree": true}
fails RELEASE_STATE
as editor
call release.file {"path": "process/food_licence.bpmn"}
expect reply.text == $good
as nobody
call guide.get {"what": "food_licence"}
expect reply.promise.n == $promise
as editor
call release.drop_file {"release": $release, "path": "process/food_licence.bpmn"}
verify
