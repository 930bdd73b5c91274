"""The lists of the register as Excel has them: one column each, with what it means."""

from operator import itemgetter
from typing import Any

from projects.sheets import Column, Kind

CHANGE_REQUESTS = [
    Column[Any]("项目名称", itemgetter("project")),
    Column[Any]("牵头单位", lambda row: row["unit"].name),
    Column[Any]("申请事项", itemgetter("matter")),
    Column[Any]("从何到何", itemgetter("move"), definition="批准前和申请后的日期或内容"),
    Column[Any]("此前已调整", itemgetter("replans"), Kind.NUMBER, unit="次", definition="该节点批准日期以前变更的次数"),
    Column[Any]("原因类别", itemgetter("reason")),
    Column[Any]("申请人", itemgetter("by")),
    Column[Any]("申请时间", itemgetter("at"), Kind.MOMENT),
    Column[Any]("状态", itemgetter("state")),
    Column[Any]("等待", itemgetter("waits_for"), definition="现在由谁办理；到期不会自动批准"),
    Column[Any]("办理期限", itemgetter("limit")),
    Column[Any]("办结时间", itemgetter("ended_at"), Kind.MOMENT),
]
PLAN_EDITIONS = [
    Column[Any]("版本", str),
    Column[Any]("年度", lambda row: str(row.plan.year)),
    Column[Any]("版次", lambda row: row.number, Kind.NUMBER),
    Column[Any]("状态", lambda row: row.get_state_display()),
    Column[Any]("生效日期", lambda row: row.effective_on, Kind.DATE, definition="一个月按当月生效的版本考核"),
    Column[Any]("批准文号", lambda row: row.document_number),
    Column[Any](
        "项目数", lambda row: getattr(row, "projects", None), Kind.NUMBER, unit="个", definition="阅览全区的人才列出"
    ),
    Column[Any](
        "年度计划投资",
        lambda row: getattr(row, "amount", None),
        Kind.AMOUNT,
        definition="各项目之和，阅览全区的人才列出",
    ),
    Column[Any]("编制人", lambda row: row.drafted_by),
    Column[Any]("批准人", lambda row: row.decided_by or ""),
]
PLAN_CHANGES = [
    Column[Any]("变化", itemgetter("kind"), definition="与上一版已批准的计划相比"),
    Column[Any]("项目名称", itemgetter("name")),
    Column[Any]("牵头单位", itemgetter("unit")),
    Column[Any]("年度计划投资增减", itemgetter("change"), Kind.AMOUNT, definition="本版减上一版"),
    Column[Any]("变化内容", itemgetter("said")),
    Column[Any]("调整理由", itemgetter("reason")),
]
PERMITS = [
    Column[Any]("审批阶段", itemgetter("phase")),
    Column[Any]("审批事项", itemgetter("name")),
    Column[Any]("审批部门", itemgetter("agency")),
    Column[Any]("开工必备", itemgetter("required")),
    Column[Any]("状态", itemgetter("status"), definition="截止日当天的状态；有效期届满而未开工的为过期"),
    Column[Any]("办理时限", itemgetter("limit"), definition="有承诺时限的按承诺时限计算"),
    Column[Any]("计划办结", itemgetter("planned")),
    Column[Any]("受理日期", itemgetter("accepted"), definition="时限从受理次日起算"),
    Column[Any]("应办结日期", itemgetter("due")),
    Column[Any]("时限情况", itemgetter("clock")),
    Column[Any]("办结日期", itemgetter("finished")),
    Column[Any]("文号", itemgetter("number")),
    Column[Any]("有效期至", itemgetter("expires")),
]
HISTORY = [
    Column[Any]("时间", itemgetter("at"), Kind.MOMENT, definition="记入系统的时间"),
    Column[Any]("办理人", itemgetter("by")),
    Column[Any]("事项", itemgetter("title")),
    Column[Any]("内容", itemgetter("said"), definition="改动的字段，改前和改后"),
]


def _counted(name: str, label: str, unit: str, definition: str = "") -> Column[Any]:
    return Column(label, lambda row: row.counts.get(name), Kind.NUMBER, unit=unit, definition=definition)


IMPORTS = [
    Column[Any]("文件", lambda row: row.file.name),
    Column[Any]("文件大小", lambda row: row.file.size, Kind.NUMBER, unit="字节"),
    Column[Any]("SHA-256", lambda row: row.file.sha256, definition="原文件的校验值，文件改动一个字就不同"),
    Column[Any]("导入人", lambda row: row.requested_by or "系统"),
    Column[Any]("提交时间", lambda row: row.requested_at, Kind.MOMENT),
    Column[Any]("完成时间", lambda row: row.finished_at, Kind.MOMENT),
    Column[Any]("状态", lambda row: row.get_state_display()),
    Column[Any](
        "试导入",
        lambda row: None if row.is_unchecked else row.is_dry_run,
        definition="是：只试算，没有写入；列对应还没有核对的为空",
    ),
    Column[Any]("写入时间", lambda row: row.written_at, Kind.MOMENT, definition="空白的没有写入任何内容"),
    _counted("rows_read", "读取行数", "行"),
    _counted("projects_new", "新增项目", "个"),
    _counted("projects_changed", "变化项目", "个"),
    _counted("rows_rejected", "不能导入", "行", "有问题而整行没有导入的"),
    _counted("problems", "问题", "项", "不能照原样登记的单元格和行"),
    _counted("vanished", "消失", "个", "以前导入过、这份台账不再列出的"),
    Column[Any]("撤销人", lambda row: row.undone_by or ""),
    Column[Any]("撤销时间", lambda row: row.undone_at, Kind.MOMENT),
    Column[Any]("原因", lambda row: row.error, definition="未能导入的原因"),
]
VANISHED = [
    Column[Any]("项目编号", lambda row: row.project.code),
    Column[Any]("项目名称", lambda row: row.project.name),
    Column[Any](
        "节点", lambda row: row.milestone or "整个项目", definition="以前导入过、这份台账不再列出的节点或整个项目"
    ),
    Column[Any]("处理", lambda row: row.get_decision_display() if row.decision else "", definition="空白的还没有处理"),
    Column[Any]("处理人", lambda row: row.decided_by or ""),
    Column[Any]("处理时间", lambda row: row.decided_at, Kind.MOMENT),
]
