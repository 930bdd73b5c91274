"""The lists of the week, the quarter and the lights as Excel has them: one column each, with what it means."""

from datetime import date
from operator import itemgetter
from typing import Any

from projects.recorded import day_of
from projects.sheets import Column, Kind
from scheduling.inspection_candidates import Stand
from scheduling.views.report_words import state_said

_PROJECT = [
    Column[Any]("项目编号", lambda row: row.project.code),
    Column[Any]("项目名称", lambda row: row.project.name, definition="项目库登记的名称"),
    Column[Any]("牵头单位", lambda row: row.project.lead_unit.name, definition="责任口径"),
]
NOTICES = [
    Column[Any]("类别", lambda row: row.get_kind_display()),
    Column[Any]("标题", lambda row: row.title),
    Column[Any]("内容", lambda row: row.body),
    Column[Any]("送达", lambda row: row.user or row.unit.name, definition="送达到人的写人，送达到单位的写单位"),
    Column[Any]("发出人", lambda row: row.issued_by or "系统"),
    Column[Any]("发出时间", lambda row: row.issued_at, Kind.MOMENT),
    Column[Any]("阅知人", lambda row: row.read_by or ""),
    Column[Any]("阅知时间", lambda row: row.read_at, Kind.MOMENT, definition="空白的还没有人阅知"),
]
MEETINGS = [
    Column[Any]("会议名称", lambda row: row.title),
    Column[Any]("会议类别", lambda row: row.get_kind_display()),
    Column[Any]("会议时间", lambda row: row.held_at, Kind.MOMENT),
    Column[Any]("会议地点", lambda row: row.place),
    Column[Any]("召集单位", lambda row: row.unit.name if row.unit else "区重点办"),
    Column[Any]("主持人", lambda row: row.chair),
    Column[Any]("状态", lambda row: row.get_state_display()),
    Column[Any]("议定事项", lambda row: row.decided, Kind.NUMBER, unit="项"),
    Column[Any]("未销号", lambda row: row.open, Kind.NUMBER, unit="项", definition="议定事项中还没有销号的"),
    Column[Any]("纪要编号", lambda row: row.minutes_number),
    Column[Any]("印发时间", lambda row: row.issued_at, Kind.MOMENT),
]
WAIVERS = [
    *_PROJECT,
    Column[Any]("豁免的灯", lambda row: row.get_dimension_display(), definition="该维度的灯不计入项目亮灯"),
    Column[Any]("起", lambda row: row.starts_on, Kind.DATE),
    Column[Any]("止", lambda row: row.ends_on, Kind.DATE, definition="含当日；次日起恢复亮灯"),
    Column[Any]("正当理由", lambda row: row.reason),
    Column[Any]("佐证文号", lambda row: row.document_number),
    Column[Any]("状态", lambda row: row.get_state_display()),
    Column[Any]("申请人", lambda row: row.asked_by),
    Column[Any]("办理意见", lambda row: row.decision_note),
]
TASK_FORCES = [
    Column[Any]("项目编号", lambda row: row.project.code),
    Column[Any]("项目名称", lambda row: row.project.name),
    Column[Any]("专班负责人", lambda row: row.head),
    Column[Any]("未办结诉求", lambda row: row.open_requests, Kind.NUMBER, unit="项"),
    Column[Any]("超期诉求", lambda row: row.overdue_requests, Kind.NUMBER, unit="项", definition="未办结且已过期限"),
    Column[Any]("今日任务", lambda row: row.tasks_today, Kind.NUMBER, unit="项"),
    Column[Any]("今日已完成", lambda row: row.tasks_done, Kind.NUMBER, unit="项"),
    Column[Any]("最近日报日期", lambda row: row.line_day, Kind.DATE),
    Column[Any]("最近日报", lambda row: row.line_text),
]
PERIODS = [
    Column[Any]("报告期", itemgetter("period")),
    Column[Any]("起", lambda row: row["period"].starts_on, Kind.DATE),
    Column[Any]("止", lambda row: row["period"].ends_on, Kind.DATE),
    Column[Any]("阶段", itemgetter("stage"), definition="填报、审核、锁定"),
    Column[Any]("应报", lambda row: row["counts"].expected, Kind.NUMBER, unit="个", definition="锁定时应报的项目"),
    Column[Any]("已报", lambda row: row["counts"].told, Kind.NUMBER, unit="个", definition="已审核和待审核的"),
    Column[Any]("按时", lambda row: row["counts"].on_time, Kind.NUMBER, unit="个", definition="报送截止前首次报出"),
    Column[Any]("未审核", lambda row: row["counts"].unreviewed, Kind.NUMBER, unit="个"),
    Column[Any]("退回未重报", lambda row: row["counts"].returned, Kind.NUMBER, unit="个"),
    Column[Any]("未报", lambda row: row["counts"].missing, Kind.NUMBER, unit="个"),
    Column[Any]("锁定后补报", lambda row: row["counts"].came_late, Kind.NUMBER, unit="个"),
    Column[Any]("按时率", lambda row: row["counts"].on_time_rate, Kind.RATE, definition="按时 ÷ 应报"),
]
PERIOD_LINES = [
    *_PROJECT,
    Column[Any]("报送", lambda row: row.get_reported_display(), definition="报告期锁定时的情形，以后不变"),
    Column[Any]("按时", lambda row: row.is_on_time),
    Column[Any]("无变化", lambda row: row.is_unchanged, definition="所报与上期相同"),
    Column[Any]("锁定后补报", lambda row: row.came_late),
    Column[Any]("本期完成投资", lambda row: row.period_amount, Kind.AMOUNT, definition="已审核的"),
    Column[Any]("未审核投资", lambda row: row.unreviewed_amount, Kind.AMOUNT, definition="锁定时待审核的，不计入"),
    Column[Any]("连续无变化", lambda row: row.unchanged_periods, Kind.NUMBER, unit="期"),
]
LACKING = [
    Column[Any]("牵头单位", lambda row: row.unit.name),
    Column[Any]("应报", lambda row: row.owed, Kind.NUMBER, unit="个"),
    Column[Any]("已报", lambda row: row.owed - row.lacking, Kind.NUMBER, unit="个"),
    Column[Any]("按时率", lambda row: row.on_time_rate, Kind.RATE, definition="报送截止前首次报出 ÷ 应报"),
    Column[Any]("未报和退回未重报", lambda row: row.lacking, Kind.NUMBER, unit="个"),
    Column[Any]("未报的项目", lambda row: "、".join(each.name for each in row.missing)),
    Column[Any]("退回未重报的项目", lambda row: "、".join(each.name for each in row.returned)),
]
REVIEWED = [
    Column[Any]("项目名称", itemgetter("name")),
    Column[Any]("牵头单位", itemgetter("unit")),
    Column[Any]("责任人", itemgetter("person")),
    Column[Any]("亮灯", lambda row: row["lit"]["word"], definition="截止日项目的亮灯"),
    Column[Any]("本期完成投资", lambda row: row.get("amount", ""), unit="万元", definition="所报数额，审核通过后计入"),
    Column[Any]("形象进度", lambda row: row.get("percent", "")),
    Column[Any]("形象进度说明", lambda row: row.get("text", "")),
    Column[Any]("完成情况", lambda row: row.get("done", "")),
    Column[Any]("照片", lambda row: row.get("photos"), Kind.NUMBER, unit="张"),
    Column[Any]("提示", lambda row: "；".join(row.get("flags", [])), definition="系统核对时发现的疑点，由审核人判断"),
    Column[Any]("填报人说明", lambda row: row.get("explanation", "")),
    Column[Any]("审核意见", lambda row: row.get("note", "")),
]
ROUNDS = [
    Column[Any]("名称", lambda row: row.title),
    Column[Any]("年份", lambda row: str(row.year)),
    Column[Any]("季度", lambda row: row.quarter, Kind.NUMBER),
    Column[Any]("出发时间", lambda row: row.starts_at, Kind.MOMENT),
    Column[Any]("集合地点", lambda row: row.origin),
    Column[Any]("观摩点", lambda row: row.chosen, Kind.NUMBER, unit="个"),
    Column[Any]("发现问题", lambda row: row.found, Kind.NUMBER, unit="项"),
    Column[Any]("状态", lambda row: row.get_state_display()),
    Column[Any]("公布时间", lambda row: row.published_at, Kind.MOMENT),
]
CANDIDATES = [
    *_PROJECT,
    Column[Any]("可以观摩", lambda row: row.candidacy.is_eligible, definition="按本轮开办时的观摩规则"),
    Column[Any]("符合的条件", lambda row: _reasons(row, Stand.MET)),
    Column[Any]("不符合的条件", lambda row: _reasons(row, Stand.UNMET)),
    Column[Any]("不明的条件", lambda row: _reasons(row, Stand.UNKNOWN), definition="没有登记，无从判断"),
    Column[Any]("投资进度", lambda row: row.share, Kind.RATE, definition="开工累计完成投资 ÷ 总投资"),
    Column[Any]("初审", lambda row: row.said.get_verdict_display() if row.said else ""),
    Column[Any]("初审意见", lambda row: row.said.note if row.said else ""),
    Column[Any]("已选定", lambda row: row.stop is not None),
]
FINDINGS = [
    Column[Any]("观摩点", lambda row: row.stop.project.name),
    Column[Any]("问题", lambda row: row.problem.title),
    Column[Any]("责任单位", lambda row: row.problem.responsible_unit.name),
    Column[Any]("当前办理单位", lambda row: row.problem.court_unit.name),
    Column[Any]("需解决日期", lambda row: row.problem.needed_by, Kind.DATE),
    Column[Any]("状态", lambda row: row.problem.get_state_display()),
    Column[Any]("提出人", lambda row: row.found_by),
    Column[Any]("提出时间", lambda row: row.found_at, Kind.MOMENT),
]
PRACTICES = [
    Column[Any]("观摩点", lambda row: row.stop.project.name),
    Column[Any]("做法", lambda row: row.title),
    Column[Any]("怎么做的、效果如何", lambda row: row.what),
    Column[Any]("可向谁请教", lambda row: row.contact),
    Column[Any]("记录人", lambda row: row.written_by),
]
RESULTS = [
    Column[Any]("分组", lambda row: row.stop.pool),
    Column[Any]("名次", lambda row: row.rank, Kind.NUMBER, definition="组内名次，得分相同的并列"),
    Column[Any]("项目名称", lambda row: row.stop.project.name),
    Column[Any]("牵头单位", lambda row: row.stop.project.lead_unit.name),
    Column[Any]("日常得分", lambda row: row.routine, Kind.AMOUNT, unit="分"),
    Column[Any]("观摩得分", lambda row: row.observation, Kind.AMOUNT, unit="分"),
    Column[Any]("综合得分", lambda row: row.result, Kind.AMOUNT, unit="分", definition="日常和观摩得分按权重合成"),
    Column[Any]("未排名原因", lambda row: row.breakdown.get("why", "")),
]
DRAWS = [
    Column[Any]("随机种子", itemgetter("seed"), definition="抽取前公开产生，可用它复核名单"),
    Column[Any]("抽取日期", itemgetter("when")),
    Column[Any]("抽取人", itemgetter("by")),
    Column[Any]("抽中", itemgetter("drawn"), Kind.NUMBER, unit="个"),
    Column[Any]("已核查", itemgetter("settled"), Kind.NUMBER, unit="个"),
    Column[Any]("核实率", itemgetter("rate"), definition="核实 ÷ 已核查"),
]
ASSESSMENTS = [
    Column[Any]("名称", lambda row: row.title),
    Column[Any]("考核方案", lambda row: row.scheme),
    Column[Any]("考核期起", lambda row: row.starts_on, Kind.DATE),
    Column[Any]("考核期止", lambda row: row.ends_on, Kind.DATE),
    Column[Any]("状态", lambda row: row.get_state_display()),
    Column[Any]("编制人", lambda row: row.prepared_by),
    Column[Any]("公布人", lambda row: row.published_by or ""),
    Column[Any]("公布时间", lambda row: row.published_at, Kind.MOMENT),
]
OVERDUE_CHANGES = [
    Column[Any]("变化", itemgetter("change"), definition="与上周锁定时相比：新增逾期，或不再逾期"),
    Column[Any]("项目名称", itemgetter("name")),
    Column[Any]("牵头单位", itemgetter("unit")),
    Column[Any]("类别", itemgetter("kind")),
    Column[Any]("事项", itemgetter("item")),
    Column[Any]("批准日期", itemgetter("due")),
    Column[Any]("逾期", lambda row: row.get("late", "")),
]
MEASURES = [
    Column[Any]("措施", lambda row: row.get_kind_display()),
    Column[Any]("状态", lambda row: row.get_state_display()),
    Column[Any]("原因", lambda row: row.reasons),
    Column[Any]("文号", lambda row: row.notice_number),
    Column[Any]("提出时间", lambda row: row.proposed_at, Kind.MOMENT),
    Column[Any]("送达时间", lambda row: row.told_at, Kind.MOMENT),
    Column[Any]("结果", lambda row: row.outcome),
]

COURTS = [
    Column[Any]("单位", lambda row: row.unit.name),
    Column[Any]("在办", lambda row: row.waiting, Kind.NUMBER, unit="项", definition="未解决、现由该单位办理的问题"),
    Column[Any]("其中逾期", lambda row: row.late, Kind.NUMBER, unit="项", definition="已过需解决日期的"),
    Column[Any](
        "在办最久", lambda row: row.oldest, Kind.NUMBER, unit="工作日", definition="从转到的次日起算，到今天仍在办的"
    ),
    Column[Any](
        "办理过",
        lambda row: row.matters,
        Kind.NUMBER,
        unit="项",
        definition="未解决的和本年内解决的问题中，本年内曾由该单位办理的",
    ),
    Column[Any](
        "办理用时合计",
        lambda row: row.days,
        Kind.NUMBER,
        unit="工作日",
        definition="本年内在该单位手里的工作日，从转到的次日起算，等待提出人确认的不计",
    ),
    Column[Any]("单项最长", lambda row: row.longest, Kind.NUMBER, unit="工作日", definition="用时最长的一项"),
]
LIGHTS = [
    Column[Any]("报告期末", itemgetter("day"), Kind.DATE, definition="已锁定的最近几周和最近几个月"),
    Column[Any]("报告期", itemgetter("kind")),
    Column[Any]("锁定时", lambda row: row["then"]["word"], definition="锁定时的亮灯，以后不变"),
    Column[Any]("锁定时的豁免", lambda row: row["then"]["waived"], definition="有豁免时，不计豁免应亮的灯"),
    Column[Any]("现在看", lambda row: row["now"]["word"], definition="按此后补报、更正和豁免，重新判定同一天的亮灯"),
    Column[Any]("现在看的豁免", lambda row: row["now"]["waived"], definition="有豁免时，不计豁免应亮的灯"),
    Column[Any]("与当时不同", itemgetter("differs")),
    Column[Any]("不同之处", itemgetter("changed"), definition="各维度的灯，锁定时→现在看"),
]
OWED = [
    Column[Any]("项目编号", lambda row: row.project.code),
    Column[Any]("项目名称", lambda row: row.project.name),
    Column[Any]("报告期", lambda row: row.period.get_kind_display()),
    Column[Any]("起", lambda row: row.period.starts_on, Kind.DATE),
    Column[Any]("止", lambda row: row.period.ends_on, Kind.DATE),
    Column[Any]("报送截止", lambda row: row.period.due_at, Kind.MOMENT),
    Column[Any]("状态", state_said, definition="未报、草稿、待审核、已退回、已通过"),
    Column[Any]("退回意见", lambda row: row.return_note),
]
JUDGES = [
    Column[Any]("评委组", itemgetter("group")),
    Column[Any]("权重", itemgetter("weight"), definition="各组权重不必合计 100，按比例计算"),
    Column[Any]("评委", itemgetter("name")),
    Column[Any]("应评", itemgetter("due"), Kind.NUMBER, unit="个", definition="不须回避的观摩点"),
    Column[Any]("已评", itemgetter("done"), Kind.NUMBER, unit="个", definition="匿名评分的不列"),
    Column[Any]("回避", itemgetter("recused"), definition="须回避的观摩点及原因"),
]


def orders(on: date) -> list[Column[Any]]:
    """督办单: lateness is that of this day."""
    return [
        Column("督办单号", lambda row: row.number),
        Column("等级", lambda row: row.get_level_display()),
        Column("议定事项", lambda row: row.decision.text),
        Column("被督办单位", lambda row: row.unit.name),
        Column("签发人", lambda row: row.issued_by),
        Column("签发日期", lambda row: day_of(row.issued_at), Kind.DATE),
        Column("督办期限", lambda row: row.due_on, Kind.DATE),
        Column("签收时间", lambda row: row.received_at, Kind.MOMENT),
        Column("回复", lambda row: row.reply),
        Column("回复时间", lambda row: row.replied_at, Kind.MOMENT),
        Column(
            "逾期未回复",
            lambda row: max(0, (on - row.due_on).days) if not row.reply else None,
            Kind.NUMBER,
            unit="天",
            definition="督办期限次日起的日历天数；已回复的为空",
        ),
    ]


def service_requests(on: date) -> list[Column[Any]]:
    """服务台账: lateness is that of this day."""
    return [
        Column("诉求", lambda row: row.text),
        Column("提出日期", lambda row: row.asked_on, Kind.DATE),
        Column("提出单位", lambda row: row.asked_by),
        Column("承办人", lambda row: row.handler),
        Column("办理期限", lambda row: row.due_on, Kind.DATE),
        Column("办结日期", lambda row: row.handled_on, Kind.DATE, definition="空白的没有办结"),
        Column(
            "超期",
            lambda row: None if row.handled_on else max(0, (on - row.due_on).days),
            Kind.NUMBER,
            unit="天",
            definition="办理期限次日起的日历天数；已办结的为空",
        ),
        Column("办理结果", lambda row: row.result),
        Column("登记人", lambda row: row.logged_by),
    ]


def _reasons(row: Any, stand: Stand) -> str:
    return "；".join(each.text for each in row.candidacy.reasons if each.stand is stand)
