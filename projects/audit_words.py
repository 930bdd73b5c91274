"""The words for what the audit records: every action's name as people call it.

A test holds that no action is recorded that has no words here.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext as said_now
from django.utils.translation import gettext_lazy as _

from projects.figures import exactly

ACTIONS: dict[str, Promise] = {
    "user.signed_in": _("登录"),
    "user.signed_out": _("退出登录"),
    "user.timed_out": _("超时退出"),
    "user.sign_in_failed": _("登录失败"),
    "user.sign_in_refused": _("锁定期间尝试登录"),
    "user.locked_out": _("登录锁定"),
    "user.unlocked": _("解除锁定"),
    "address.unlocked": _("解除地址锁定"),
    "user.password_changed": _("修改密码"),
    "user.password_reset": _("重置密码"),
    "user.account_opened": _("开设账号"),
    "user.account_closed": _("停用账号"),
    "user.account_reopened": _("重新启用账号"),
    "user.corrected": _("修改人员信息"),
    "post.given": _("任命"),
    "post.ended": _("结束任职"),
    "unit.added": _("登记单位"),
    "unit.corrected": _("修改单位信息"),
    "unit.moved": _("调整单位隶属"),
    "unit.closed": _("停用单位"),
    "unit.reopened": _("重新启用单位"),
    "key_project.registered": _("登记项目"),
    "key_project.amended": _("修改项目信息"),
    "key_project.budget_revised": _("登记或调整总投资"),
    "key_project.tier_entered": _("调整项目库层级"),
    "key_project.funded": _("登记资金来源"),
    "key_project.dated": _("登记关键日期"),
    "key_project.suspended": _("登记停缓建"),
    "key_project.resumed": _("登记复工"),
    "key_project.suspension_excused": _("批准不计逾期"),
    "key_project.task_force_formed": _("成立或调整工作专班"),
    "key_project.task_force_joined": _("增加专班成员"),
    "key_project.task_force_left": _("专班成员离开"),
    "key_project.daily_line_switched": _("启用或停用日报"),
    "service_request.logged": _("登记专班诉求"),
    "service_request.settled": _("办结专班诉求"),
    "service_request.handed_over": _("转交专班诉求"),
    "daily_line.said": _("填写日报"),
    # 视图
    "saved_view.saved": _("保存视图"),
    "saved_view.renamed": _("视图改名"),
    "saved_view.deleted": _("删除视图"),
    "saved_view.chosen": _("设置默认视图"),
    # 考核
    "assessment_scheme.drafted": _("起草考核方案"),
    "assessment_scheme.amended": _("修改考核方案"),
    "assessment_scheme.adopted": _("启用考核方案"),
    "assessment_scheme.discarded": _("作废考核方案草稿"),
    "assessment.begun": _("开展考核"),
    "assessment.reckoning_asked": _("提出计算考核结果"),
    "assessment.reckoned": _("算出考核结果"),
    "assessment.given_by_hand": _("登记人工评定"),
    "assessment.bonus_added": _("登记加减分"),
    "assessment.bonus_withdrawn": _("撤销加减分"),
    "assessment.appeals_opened": _("公示考核结果"),
    "assessment.published": _("公布考核结果"),
    "appeal.made": _("提出考核申诉"),
    "appeal.answered": _("答复考核申诉"),
    "attachment.attached": _("上传附件"),
    "score_sheet.added": _("登记评分表"),
    "judge_group.added": _("增加评委组"),
    "judge_group.amended": _("修改评委组"),
    "judge.appointed": _("聘请评委"),
    "judge.dismissed": _("移出评委"),
    "judge.recused": _("登记评委回避"),
    "judge.recusal_lifted": _("撤销评委回避"),
    "stop_score.recorded": _("观摩评分"),
    "inspection_round.scoring_begun": _("开始观摩评分"),
    "inspection_round.locked": _("锁定观摩评分"),
    "inspection_round.unlocked": _("解除观摩评分锁定"),
    "inspection_round.published": _("公布观摩结果"),
    "attachment.captioned": _("修改附件说明"),
    "attachment.removed": _("移除附件"),
    "stored_file.quarantined": _("隔离染毒文件"),
    "milestone.added": _("增加节点"),
    "milestone.amended": _("修改节点"),
    "milestone.promised": _("定计划日期"),
    "milestone.reapproved": _("调整批准日期"),
    "milestone.forecast": _("填报预计日期"),
    "milestone.completed": _("登记节点完成"),
    "milestone.reopened": _("撤销节点完成"),
    "stage_target.set": _("填写阶段目标"),
    "stage_target.promised": _("定阶段计划日期"),
    "stage_target.reapproved": _("调整阶段批准日期"),
    "stage_target.forecast": _("填报阶段预计日期"),
    "stage_target.completed": _("审核阶段完成"),
    "stage_target.reopened": _("撤销阶段完成"),
    "verification_draw.drawn": _("抽取核查项目"),
    "verification.recorded": _("登记核查结果"),
    "meeting.called": _("召集会议"),
    "meeting.amended": _("修改会议安排"),
    "meeting.cancelled": _("取消会议"),
    "meeting.agenda_drawn_up": _("编制或更新议程"),
    "meeting.item_added": _("增加议题"),
    "meeting.item_removed": _("撤下议题"),
    "meeting.item_moved": _("调整议题顺序"),
    "meeting.attendance_recorded": _("登记到会情况"),
    "meeting.concluded": _("登记会议结束"),
    "meeting.minutes_written": _("修改会议纪要"),
    "meeting.minutes_issued": _("印发会议纪要"),
    "agenda_item.input_handed_in": _("报送会前材料"),
    "agenda_item.noted": _("记录会议意见"),
    "measure.proposed": _("提出结果运用"),
    "measure.approved": _("批准结果运用"),
    "measure.dismissed": _("不采纳结果运用"),
    "measure.withdrawn": _("撤回结果运用"),
    "measure.reminded": _("发出提醒"),
    "measure.told": _("印发通知书"),
    "measure.answered": _("书面说明"),
    "measure.interview_arranged": _("安排约谈"),
    "measure.interview_recorded": _("记录约谈"),
    "measure.item_demanded": _("提出整改事项"),
    "measure.item_handed_in": _("报送整改情况"),
    "measure.item_sent_back": _("复查退回"),
    "measure.item_closed": _("复查销号"),
    "measure.closed": _("办结结果运用"),
    "measure.escalated": _("升级结果运用"),
    "measure_rule.adopted": _("登记结果运用规则"),
    "decision.assigned": _("交办"),
    "decision.received": _("签收交办事项"),
    "decision.progress_noted": _("填报办理进展"),
    "decision.chased": _("催办交办事项"),
    "decision.closing_asked_for": _("申请销号"),
    "decision.closed_out": _("销号"),
    "decision.sent_back": _("退回重办"),
    "decision.extension_asked_for": _("申请延期"),
    "decision.extended": _("同意延期"),
    "decision.extension_refused": _("不同意延期"),
    "decision.supervised": _("督办"),
    "decision.withdrawn": _("撤销交办事项"),
    "decision.reopened": _("重新交办"),
    "supervision_order.issued": _("签发督办单"),
    "supervision_order.received": _("签收督办单"),
    "supervision_order.answered": _("回复督办单"),
    "change_request.sent": _("提出变更申请"),
    "change_request.resent": _("修改后重新报送变更申请"),
    "change_request.withdrawn": _("撤回变更申请"),
    "change_request.chased": _("催办变更申请"),
    "change_request.agreed": _("同意变更申请"),
    "change_request.refused": _("不同意变更申请"),
    "change_request.returned": _("退回变更申请"),
    "change_request.passed_on": _("转办变更申请"),
    "change_request.countersign_added": _("加签"),
    "change_request.approved": _("批准变更申请"),
    "substitute.appointed": _("授权代办"),
    "substitute.taken_back": _("收回代办授权"),
    "baseline.taken": _("建立基线"),
    "schedule.drafted": _("编制倒排计划"),
    "schedule.saved": _("修改倒排计划"),
    "schedule.discarded": _("作废倒排计划"),
    "schedule.approved": _("批准倒排计划"),
    "key_project.permits_taken": _("按模板增加审批事项"),
    "permit.added": _("增加审批事项"),
    "permit.amended": _("修改审批事项"),
    "permit.ruled_out": _("登记不涉及"),
    "permit.prepared": _("登记材料准备"),
    "permit.accepted": _("登记受理"),
    "permit.paused": _("登记时限中止"),
    "permit.resumed": _("登记时限恢复"),
    "permit.granted": _("登记办结"),
    "permit.refused": _("登记不予许可"),
    "permit.extended": _("登记延期"),
    "permit.expired": _("登记过期"),
    "permit.reopened": _("撤销审批上一步"),
    "permit.corrected": _("更正审批状态"),
    "stage_target.evidence_asked_for": _("设置佐证清单"),
    "evidence_item.handed_in": _("提交佐证材料"),
    "evidence_item.waived": _("免交佐证材料"),
    "evidence_item.asked_again": _("恢复佐证要求"),
    "week_targets.set": _("分解周目标"),
    "day_task.planned": _("安排日任务"),
    "day_task.done": _("完成日任务"),
    "day_task.cancelled": _("取消日任务"),
    "milestone.quantity_set": _("设定工程量"),
    "milestone.quantity_reported": _("填报工程量"),
    "plan_version.filled": _("按台账登记年度计划"),
    "plan_version.drafted": _("编制年度计划"),
    "plan_version.corrected": _("修改计划生效日期或说明"),
    "plan_version.submitted": _("年度计划报批"),
    "plan_version.withdrawn": _("撤回年度计划"),
    "plan_version.approved": _("批准年度计划"),
    "plan_version.sent_back": _("退回年度计划"),
    "plan_version.discarded": _("作废计划版本"),
    "plan_entry.added": _("项目列入计划"),
    "plan_entry.amended": _("修改项目计划"),
    "plan_entry.removed": _("项目移出计划"),
    "progress_report.submitted": _("提交进度填报"),
    "progress_report.explained": _("说明填报提示"),
    "progress_draft.begun": _("开始填写进度填报"),
    "key_project.funds_received": _("登记资金到位和支付"),
    "progress_report.accepted": _("审核通过进度填报"),
    "progress_report.sent_back": _("退回进度填报"),
    "report_period.locked": _("锁定报告期"),
    "report_period.closed": _("登记报告期"),
    "report_period.retried": _("重试锁定报告期"),
    "reporting_rule.added": _("调整报送时限"),
    "reporting_duty.changed": _("调整报送方式"),
    "report_period.opened": _("开启填报期"),
    "problem.raised": _("提出问题"),
    "problem.amended": _("修改问题"),
    "problem.noted": _("填写问题进展"),
    "problem.handed_over": _("转办问题"),
    "problem.asked_about": _("请求协调"),
    "problem.answered": _("答复协调请求"),
    "problem.escalation_proposed": _("建议问题升级"),
    "problem.escalated": _("问题升级"),
    "problem.escalation_declined": _("暂不升级问题"),
    "problem.close_asked": _("申请问题销号"),
    "problem.closed": _("问题销号"),
    "problem.close_refused": _("不同意问题销号"),
    "problem.reopened": _("重新打开问题"),
    "notice.issued": _("发出通知"),
    "notice.acknowledged": _("阅知通知"),
    "ledger.imported": _("导入台账"),
    "ledger.refused": _("台账未能导入"),
    "ledger.received": _("上传台账"),
    "ledger.mapping_saved": _("暂存台账的列对应"),
    "ledger.mapping_checked": _("核对台账的列对应"),
    "ledger.discarded": _("放弃待核对的台账"),
    "ledger_layout.forgotten": _("删除记住的列对应"),
    "vanished_row.decided": _("处理台账中消失的项目"),
    "vanished_rows.decided": _("批量处理台账中消失的项目"),
    "calendar.holiday_entered": _("录入节假日"),
    "calendar.day_withdrawn": _("撤销节假日安排"),
    "calendar.year_taken": _("载入全年节假日"),
    "schedule_template.initial_taken": _("载入初始模板"),
    "template_version.drafted": _("编制模板新版"),
    "template_version.amended": _("修改模板"),
    "template_version.put_into_force": _("启用模板"),
    "template_version.discarded": _("作废模板草稿"),
    "list.exported": _("导出表格"),
    "wall_chart.poster_asked": _("生成挂图"),
    "wall_chart.poster_taken": _("下载挂图"),
    "demo.loaded": _("载入演示数据"),
    "audit.verified": _("校验审计链"),
    "light_rule_edition.drafted": _("起草亮灯规则"),
    "light_rule_edition.amended": _("修改亮灯规则草稿"),
    "light_rule_edition.adopted": _("启用亮灯规则"),
    "light_rule_edition.discarded": _("作废亮灯规则草稿"),
    "light_rule_edition.dry_run_asked": _("试算亮灯规则"),
    "light_waiver.asked": _("申请亮灯豁免"),
    "light_waiver.granted": _("批准亮灯豁免"),
    "light_waiver.refused": _("不批准亮灯豁免"),
    "light_waiver.withdrawn": _("撤销亮灯豁免"),
    "light_waiver.ended": _("提前终止亮灯豁免"),
    "document.frozen": _("生成文书"),
    "document.registered": _("登记文书"),
    "document.reminded": _("催阅"),
    "bulletin.retried": _("重试起草或排版"),
    "bulletin_rule.adopted": _("登记通报规则"),
    "inspection_rule.adopted": _("登记观摩规则"),
    "inspection_round.opened": _("开办季观摩"),
    "inspection_round.amended": _("修改观摩安排"),
    "inspection_round.cancelled": _("取消季观摩"),
    "inspection_round.arranged": _("编排观摩时间表"),
    "inspection_round.routed": _("确定观摩线路"),
    "inspection_round.reopened": _("退回调整观摩线路"),
    "pre_screening.said": _("观摩初审"),
    "stop.chosen": _("选定观摩点"),
    "stop.dropped": _("取消观摩点"),
    "stop.moved": _("调整观摩点顺序"),
    "stop.described": _("完善观摩点"),
    "finding.recorded": _("登记观摩发现问题"),
    "practice_card.written": _("记录好做法"),
    "practice_card.withdrawn": _("撤下好做法"),
    "draft.drafted": _("起草文稿"),
    "draft.written": _("修改文稿"),
    "draft.submitted": _("送核"),
    "draft.checked": _("核稿通过"),
    "draft.signed_off": _("签发文稿"),
    "draft.returned": _("退回文稿"),
    "draft.reopened": _("签发后修改"),
    "draft.registered": _("登记编号"),
    "draft.issued": _("印发"),
    "draft.voided": _("作废文稿"),
    "draft.proof_kept": _("生成清样"),
    "document.taken": _("下载文书"),
    "handover.drawn_up": _("生成交接单"),
    "booklet.asked": _("生成观摩手册预览稿"),
    "booklet.made": _("观摩手册预览稿生成"),
    "booklet.proof_taken": _("下载观摩手册预览稿"),
    "booklet.issued": _("印发观摩手册"),
    "inspection_result.issued": _("印发观摩结果"),
    "dispatch_sheet.retried": _("重新生成调度单"),
}

# What a change is called where the action did not say it in words itself.
_KEYS: dict[str, Promise] = {
    "amended": _("修改的项目"),
    "anchor": _("基准日"),
    "as_of": _("截至"),
    "chart": _("挂图"),
    "paper": _("纸张"),
    "scope": _("范围"),
    "dry_run": _("试导入"),
    "file": _("文件校验值"),
    "filters": _("筛选条件"),
    "list": _("表格"),
    "milestones": _("节点"),
    "milestones_changed": _("变化的节点"),
    "milestones_new": _("新增的节点"),
    "milestones_unchanged": _("无变化的节点"),
    "problems": _("问题"),
    "problems_by_code": _("问题类别"),
    "projects": _("项目"),
    "projects_changed": _("变化的项目"),
    "projects_new": _("新增的项目"),
    "projects_unchanged": _("无变化的项目"),
    "reason": _("原因"),
    "rejected_by_reason": _("未导入原因"),
    "rows": _("行数"),
    "rows_read": _("读取行数"),
    "rows_rejected": _("未导入行数"),
    "seconds": _("用时（秒）"),
    "seed": _("种子"),
    "units": _("单位"),
    "units_created": _("新增的单位"),
    "vanished": _("消失的项目和节点"),
    "versions_by_fact": _("写入版本"),
    "versions_written": _("写入版本合计"),
}

_AMOUNT = re.compile(r"-?\d+\.\d{4}")  # as a column of 万元 is written


class Line(NamedTuple):
    """One thing that changed, as a reader calls it; ``before`` is None where nothing is known of it."""

    label: str
    before: str | None
    after: str


def action_said(action: str) -> str:
    return str(ACTIONS.get(action, action))


def subject_said(subject_type: str) -> str:
    """What kind of thing an entry is about; one that is no longer kept is called by its old name."""
    model = _models().get(subject_type)
    return str(model._meta.verbose_name) if model else subject_type


def lines(changes: dict[str, Any], *, subject_type: str) -> Iterator[Line]:
    """The changes of an entry one by one, whatever shape its action gave them, in the order of its fields.

    PostgreSQL keeps no order within a JSON object.
    """
    fields = _fields(subject_type)
    called = {key: str(fields.get(key) or _KEYS.get(key) or key) for key in changes}
    order = {str(name): place for place, name in enumerate(fields.values())}
    for key in sorted(changes, key=lambda key: order.get(called[key], len(order))):
        label, value = called[key], changes[key]
        if isinstance(value, dict):
            for line in lines(value, subject_type=subject_type):
                yield line._replace(label=f"{label} · {line.label}")
        elif isinstance(value, list) and len(value) == 2:
            yield Line(label, value_said(value[0]), value_said(value[1]))
        else:
            yield Line(label, None, value_said(value))


def _fields(subject_type: str) -> dict[str, Any]:
    """The columns of such a thing, and what each is called."""
    model = _models().get(subject_type)
    return {field.attname: field.verbose_name for field in model._meta.concrete_fields} if model else {}


def value_said(value: Any) -> str:
    """A value as a reader takes it; nothing is a dash."""
    if isinstance(value, bool):
        return said_now("是") if value else said_now("否")
    if isinstance(value, list):
        return "、".join(map(value_said, value))
    if isinstance(value, Decimal) or (isinstance(value, str) and _AMOUNT.fullmatch(value)):
        return exactly(Decimal(value))
    return "—" if value is None or value == "" else str(value)


@cache
def _models() -> dict[str, type[Model]]:
    return {model._meta.model_name or "": model for model in apps.get_models()}
