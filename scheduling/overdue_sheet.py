"""逾期清单 as Excel: what the screen shows, of all its pages."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal

from projects.sheets import Column, Kind, Sheet
from scheduling.lateness import Gap, Split
from scheduling.overdue_words import OverdueRow, item_name, kind_word, not_yet, person_name, split_words, stage_word

_NEW = {True: "新增", False: "", None: "无可比数据"}


def overdue_sheet(
    rows: Iterable[OverdueRow], *, on: date, as_of: str, filters: Mapping[str, str]
) -> Sheet[OverdueRow]:  # fmt: skip
    """One row per overdue item, in the order of the screen."""
    columns: list[Column[OverdueRow]] = [*_what(), *_when(), *_whose(), *_why(on)]
    return Sheet(title="逾期清单", as_of=as_of, columns=columns, rows=rows, filters=filters)


def _what() -> list[Column[OverdueRow]]:
    return [
        Column("项目编号", lambda row: row.project.code),
        Column("项目名称", lambda row: row.project.name, definition="项目库登记的名称"),
        Column("牵头单位", lambda row: row.project.lead_unit.name),
        Column("镇街", lambda row: row.project.town and row.project.town.name, definition="项目所在镇街（属地口径）"),
        Column(
            "责任人",
            lambda row: person_name(row.project, row.late.item),
            definition="节点和交办事项的责任人；没有单列责任人的为项目责任人",
        ),
        Column("包联领导", lambda row: row.project.linked_leader or ""),
        Column(
            "类别",
            lambda row: kind_word(row.late.item.kind),
            definition="应开未开、应竣未竣、节点逾期（含阶段目标）、审批逾期、投资滞后、交办逾期",
        ),
        Column("阶段", lambda row: stage_word(row.late.item)),
        Column("逾期事项", lambda row: item_name(row.late.item)),
    ]


def _when() -> list[Column[OverdueRow]]:
    return [
        Column("原定日期", lambda row: row.late.item.original_on, Kind.DATE, definition="首次批准的日期，此后不变"),
        Column(
            "批准日期",
            lambda row: row.late.item.approved_on,
            Kind.DATE,
            definition="现行计划批准的日期；审批为应办结日期，交办为办理期限，投资为最后一个不欠进度的日期",
        ),
        Column("预计日期", lambda row: row.late.item.forecast_on, Kind.DATE, definition="项目单位现在预计的完成日期"),
        Column(
            "逾期天数",
            lambda row: row.late.days,
            Kind.NUMBER,
            unit="天",
            definition="批准日期次日起至截止日的日历天数；经批准不计逾期的停缓建天数已扣除",
        ),
        Column(
            "较原定晚",
            lambda row: row.late.original_days,
            Kind.NUMBER,
            unit="天",
            definition="原定日期次日起至截止日的日历天数；扣除同上",
        ),
        Column(
            "改期次数", lambda row: row.told.replans, Kind.NUMBER, unit="次", definition="节点和阶段目标批准日期的变更"
        ),
        Column("较上周", lambda row: _NEW[row.told.is_new], definition="上一个已锁定周的周末尚未逾期的为新增"),
    ]


def _whose() -> list[Column[OverdueRow]]:
    return [
        _days_of("自身原因", lambda split: split.own, "批准日期次日起的日历天数中，没有问题说明由他方造成的天数"),
        _days_of("其他单位", lambda split: split.of_others, "影响本节点的问题在各单位手上的天数，按登记的影响天数计"),
        _days_of("天气", lambda split: split.weather, "因天气批准停缓建的天数"),
        _days_of("不可抗力", lambda split: split.force_majeure, "因不可抗力批准停缓建的天数"),
        _days_of("停缓建", lambda split: split.paused, "因其他原因批准停缓建且不计逾期的天数"),
        Column("天数划分", lambda row: split_words(row.told.split), definition="仅节点有划分，各部分之和为已过的天数"),
        _of_gap("投资欠额", lambda gap: gap.amount, "万元", "截止日应完成投资减实际完成"),
        _of_gap("投资低于应完成", lambda gap: gap.points, "个百分点", "欠额占年度计划投资"),
    ]


def _why(on: date) -> list[Column[OverdueRow]]:
    return [
        Column("情况", lambda row: not_yet(row.told, on=on)),
        Column(
            "原因",
            lambda row: row.told.cause,
            definition="影响本事项的未解决问题；没有的依次取项目未解决的问题、最近填报的存在问题、亮灯依据",
        ),
        Column("承诺", lambda row: row.told.promise, definition="预计日期；没有的为最近填报的下期计划"),
    ]


def _days_of(label: str, days: Callable[[Split], int], definition: str) -> Column[OverdueRow]:
    def value(row: OverdueRow) -> int | None:
        return None if row.told.split is None else days(row.told.split)

    return Column(label, value, Kind.NUMBER, unit="天", definition=definition)


def _of_gap(label: str, part: Callable[[Gap], Decimal], unit: str, definition: str) -> Column[OverdueRow]:
    def value(row: OverdueRow) -> Decimal | None:
        return None if row.told.gap is None else part(row.told.gap)

    return Column(label, value, Kind.AMOUNT, unit=unit, definition=definition)
