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
