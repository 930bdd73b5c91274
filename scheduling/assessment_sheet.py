"""考核 as Excel: every subject with its value and points for each item, and what each means."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from projects.sheets import Column, Kind, Sheet
from scheduling.funding import Candidate
from scheduling.models import Assessment, SubjectScore
from scheduling.score_indicators import INDICATORS, Measure


def assessment_sheet(found: Assessment, scores: Iterable[SubjectScore], *, as_of: str) -> Sheet[SubjectScore]:
    """In the order of the screen, of all its pages; people without a place."""
    items = found.scheme.content["items"]
    columns: list[Column[SubjectScore]] = [
        Column(_("分组"), lambda row: row.pool, definition=_("只在同类对象中排名")),
        Column(_("对象"), lambda row: str(row.subject)),
        Column(_("总分"), lambda row: row.total, Kind.AMOUNT, unit=_("分"), definition=found.scheme.note),
    ]
    if not found.kind.is_of_people:
        said = _("得分相同的并列；不足最少个数的组不排名")
        columns.insert(1, Column(_("名次"), lambda row: row.rank, Kind.NUMBER, definition=said))
    for place, item in enumerate(items):
        columns += _of_item(place, item)
    columns += [
        Column(_("加分"), lambda row: Decimal(row.breakdown["added"]), Kind.AMOUNT, unit=_("分")),
        Column(_("减分"), lambda row: Decimal(row.breakdown["taken"]), Kind.AMOUNT, unit=_("分")),
        Column(_("计算"), lambda row: row.breakdown["words"]),
        Column(_("不排名的原因"), lambda row: row.breakdown["excused"]),
    ]
    return Sheet(
        title=found.title, as_of=as_of, columns=columns, rows=scores, filters={_("考核方案"): str(found.scheme)}
    )


def _of_item(place: int, item: dict[str, Any]) -> list[Column[SubjectScore]]:
    """The value as measured, and the points it gave; a value that does not apply is empty."""
    indicator = INDICATORS[item["indicator"]]
    kind = Kind.RATE if indicator.measure is Measure.PERCENT else Kind.AMOUNT
    unit = "" if kind is Kind.RATE else indicator.measure.value

    def value(row: SubjectScore) -> Decimal | None:
        text = row.breakdown["items"][place]["value"]
        return None if text is None else Decimal(text)

    def points(row: SubjectScore) -> Decimal:
        return Decimal(row.breakdown["items"][place]["points"])

    said = _("权重 %(weight)s 分") % {"weight": item["weight"]}
    return [
        Column(f"{item['name']}　{indicator.name}", value, kind, unit=unit, definition=indicator.definition),
        Column(_("%s得分") % item["name"], points, Kind.AMOUNT, unit=_("分"), definition=said),
    ]


def funding_sheet(found: Assessment, rows: Iterable[Candidate], *, as_of: str) -> Sheet[Candidate]:
    columns: list[Column[Candidate]] = [
        Column(_("顺序"), lambda row: row.place, Kind.NUMBER, definition=RULE),
        Column(_("项目编号"), lambda row: row.project.code),
        Column(_("项目名称"), lambda row: row.project.name),
        Column(_("亮灯"), lambda row: row.light_word),
        Column(_("牵头单位"), lambda row: row.project.lead_unit.name),
        Column(_("单位得分"), lambda row: row.total, Kind.AMOUNT, unit=_("分")),
        Column(_("单位名次"), lambda row: row.rank, Kind.NUMBER),
        Column(_("年度计划投资"), lambda row: row.planned, Kind.AMOUNT),
        Column(_("当年完成投资"), lambda row: row.done, Kind.AMOUNT),
        Column(_("同期计划完成率"), lambda row: row.rate, Kind.RATE),
        Column(_("理由"), lambda row: row.reason),
    ]
    return Sheet(title=_("资金安排优先清单"), as_of=as_of, columns=columns, rows=rows, filters={_("考核"): found.title})


RULE = "推进顺畅（绿灯）的项目在前，其次关注、预警；同一种灯按牵头单位考核得分由高到低，再按同期计划完成率由高到低"
