# Every instant item of the city once granted by its table, and once handed to a person.
at 2026-11-17 09:00

# 社会保障卡挂失、解挂
as mother
call draft.start {"what": "social_card_loss"}
save $case = reply.case
include parts/instant.part state=closed
state $case == closed granted
as mother
call draft.start {"what": "social_card_found"}
save $case = reply.case
include parts/instant.part state=closed
state $case == closed granted

# 个人权益单，缴交查询
as mother
call draft.start {"what": "rights_statement"}
save $case = reply.case
include parts/instant.part state=closed
state $case == closed granted
as mother
call draft.start {"what": "contribution_query"}
save $case = reply.case
include parts/instant.part state=closed
state $case == closed granted

# 新生儿医保参保报销: the birth certificate of the library says the same day
as mother
call draft.start {"what": "newborn_insurance"}
save $case = reply.case
call draft.save {"case": $case, "page": "newborn", "values": {"newborn.name": "沈小舟", "newborn.birth_date": "2026-11-01", "newborn.medical_cost": "3200"}}
include parts/instant.part state=closed
state $case == closed granted

# Another day than the certificate: no refusal, a person looks.
as mother
call draft.start {"what": "newborn_insurance"}
save $case = reply.case
call draft.save {"case": $case, "page": "newborn", "values": {"newborn.name": "沈小舟", "newborn.birth_date": "2026-10-31", "newborn.medical_cost": "3200"}}
include parts/instant.part state=received
state $case == received

# One fen above the limit.
as mother
call draft.start {"what": "newborn_insurance"}
save $case = reply.case
call draft.save {"case": $case, "page": "newborn", "values": {"newborn.name": "沈小舟", "newborn.birth_date": "2026-11-01", "newborn.medical_cost": "5000.01"}}
include parts/instant.part state=received
state $case == received

# 高龄老人长寿补贴: not renewed before it was granted first
as elder
call draft.start {"what": "longevity_renew"}
save $case = reply.case
call draft.save {"case": $case, "page": "elder", "values": {"elder.name": "孙长寿", "elder.id_number": "359901190102030504", "elder.phone": "13800000004"}}
include parts/instant.part state=received
state $case == received
as elder
call draft.start {"what": "longevity_first"}
save $case = reply.case
call draft.save {"case": $case, "page": "elder", "values": {"elder.name": "孙长寿", "elder.id_number": "359901190102030504", "elder.phone": "13800000004", "elder.birth_date": "1901-02-03", "elder.address": "云帆市帆湖区学府路 5 号", "elder.bank_account": "6200000000000000000", "elder.has_pension": "false"}}
include parts/instant.part state=closed
state $case == closed granted
as elder
call draft.start {"what": "longevity_renew"}
save $case = reply.case
call draft.save {"case": $case, "page": "elder", "values": {"elder.name": "孙长寿", "elder.id_number": "359901190102030504", "elder.phone": "13800000004"}}
include parts/instant.part state=checking
jobs
state $case == closed granted

# A birth date that the identity number contradicts.
as elder
call draft.start {"what": "longevity_first"}
save $case = reply.case
call draft.save {"case": $case, "page": "elder", "values": {"elder.name": "孙长寿", "elder.id_number": "359901190102030504", "elder.phone": "13800000004", "elder.birth_date": "1931-02-03", "elder.address": "云帆市帆湖区学府路 5 号", "elder.bank_account": "6200000000000000000", "elder.has_pension": "false"}}
include parts/instant.part state=received
state $case == received

# 律师事务所执业许可证遗失补证
as lawfirm
call draft.start {"what": "law_firm_reissue"}
save $case = reply.case
call draft.save {"case": $case, "page": "enterprise", "values": {"enterprise.enterprise_name": "云帆帆影律师事务所", "enterprise.uscc": "31359900MD0Y900326"}}
call draft.save {"case": $case, "page": "applicant", "values": {"applicant.phone": "13800000010", "applicant.reason": "搬迁时遗失"}}
include parts/instant.part state=closed
state $case == closed granted
# The lost licence is no longer valid for anybody who asks; the new one is.
as lawfirm
call cert.list
expect reply.list.0.state == valid
expect reply.list.1.state == revoked
save $old = reply.list.1.code
as nobody
call cert.verify {"code": $old}
expect reply.state == revoked

# 公共场所卫生许可证注销
# Another licence number than on the certificate.
as seabreeze
call draft.start {"what": "sanitation_cancel"}
save $case = reply.case
call draft.save {"case": $case, "page": "enterprise", "values": {"enterprise.enterprise_name": "云帆市海风餐饮店", "enterprise.uscc": "92359900MA0Y90023Q", "enterprise.licence_number": "云卫公证字〔2024〕第0999号"}}
call draft.save {"case": $case, "page": "applicant", "values": {"applicant.phone": "13800000006"}}
include parts/instant.part state=received
state $case == received

# The number on the certificate: it is cancelled with the grant.
as seabreeze
call draft.start {"what": "sanitation_cancel"}
save $case = reply.case
call draft.save {"case": $case, "page": "enterprise", "values": {"enterprise.enterprise_name": "云帆市海风餐饮店", "enterprise.uscc": "92359900MA0Y90023Q", "enterprise.licence_number": "云卫公证字〔2024〕第0123号"}}
call draft.save {"case": $case, "page": "applicant", "values": {"applicant.phone": "13800000006"}}
include parts/instant.part state=closed
state $case == closed granted
as seabreeze
call cert.list
expect reply.list[type=公共场所卫生许可证].state == revoked

# 个体工商户设立
as owner
call draft.start {"what": "sole_trader_setup"}
save $case = reply.case
call draft.save {"case": $case, "page": "enterprise", "values": {"enterprise.enterprise_name": "云帆市望海区海味小馆"}}
call draft.save {"case": $case, "page": "premises", "values": {"premises.premises_address": "云帆市望海区港湾路 32 号"}}
include parts/instant.part state=checking
jobs
state $case == closed granted
as owner
# A name no machine grants: nobody is asked, a person decides.
call draft.start {"what": "sole_trader_setup"}
save $case = reply.case
call draft.save {"case": $case, "page": "enterprise", "values": {"enterprise.enterprise_name": "海味国际集团"}}
call draft.save {"case": $case, "page": "premises", "values": {"premises.premises_address": "云帆市望海区港湾路 32 号"}}
include parts/instant.part state=received
state $case == received

# 企业信息变更
as seabreeze
call draft.start {"what": "enterprise_change"}
save $case = reply.case
call draft.save {"case": $case, "page": "enterprise", "values": {"enterprise.enterprise_name": "云帆市海风餐饮店", "enterprise.uscc": "92359900MA0Y90023Q", "enterprise.phone": "13800000066", "enterprise.change_kind": "contact"}}
include parts/instant.part state=closed
state $case == closed granted
as seabreeze
call draft.start {"what": "enterprise_change"}
save $case = reply.case
call draft.save {"case": $case, "page": "enterprise", "values": {"enterprise.enterprise_name": "云帆市海风餐饮店", "enterprise.uscc": "92359900MA0Y90023Q", "enterprise.phone": "13800000066", "enterprise.change_kind": "name"}}
include parts/instant.part state=received
state $case == received

# 经营场所备案
as seabreeze
call draft.start {"what": "premises_filing"}
save $case = reply.case
call draft.save {"case": $case, "page": "enterprise", "values": {"enterprise.enterprise_name": "云帆市海风餐饮店", "enterprise.uscc": "92359900MA0Y90023Q"}}
call draft.save {"case": $case, "page": "premises", "values": {"premises.premises_address": "云帆市帆湖区湖滨路 2 号"}}
include parts/instant.part state=closed
state $case == closed granted

# 健康账户共济关系修改
as seller
call draft.start {"what": "family_account"}
save $case = reply.case
call draft.save {"case": $case, "page": "member", "values": {"member.name": "赵同舟", "member.id_number": "359902190402290312", "member.relation": "spouse", "member.account_change": "add"}}
include parts/instant.part state=closed
state $case == closed granted
as seller
call draft.start {"what": "family_account"}
save $case = reply.case
call draft.save {"case": $case, "page": "member", "values": {"member.name": "赵同舟", "member.id_number": "359902190402290312", "member.relation": "spouse", "member.account_change": "remove"}}
include parts/instant.part state=closed
state $case == closed granted
as seller
call draft.start {"what": "family_account"}
save $case = reply.case
call draft.save {"case": $case, "page": "member", "values": {"member.name": "赵同舟", "member.id_number": "359902190402290312", "member.relation": "parent", "member.account_change": "add"}}
include parts/instant.part state=received
state $case == received

# Whoever does not want a machine to decide gets a person (个人信息保护法 24).
as mother
call draft.start {"what": "social_card_loss"}
save $case = reply.case
call draft.delivery {"case": $case, "way": "electronic"}
call draft.check {"case": $case}
save $version = reply.version
call draft.check {"case": $case}
expect reply.instant == true
call draft.submit {"case": $case, "version": $version, "declared": true, "by_person": true}
expect reply.state == received

# An uploaded paper that no machine can read: a person reads it, after the job that tried.
as buyer
call draft.start {"what": "social_card_found"}
save $case = reply.case
call draft.use_certificate {"case": $case, "material": "social_card_copy.applicant", "use": false}
upload $case social_card_copy.applicant card.png
include parts/instant.part state=received
jobs
state $case == received
as window1
call desk.case {"case": $case}
expect reply.can_accept == true

# Every grant of this item is looked at afterwards by a person; disagreement is counted, nothing is undone.
as medical_insurance_approver
call rule.reviews
expect reply.rows[rule=newborn_insurance].kind == sample
save $review = reply.rows[rule=newborn_insurance].id
call rule.review {"review": $review, "agree": false, "opinion": "票据需要核对。"}
expect reply.state == disagreed
call rule.reviews {"state": "done"}
expect reply.rows[id=$review].opinion == 票据需要核对。

jobs
verify
