"""未报: who has not reported a period, unit by unit, in words that can be sent."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Exists, Min, OuterRef, Q, Subquery
from django.utils.timezone import localtime  # noqa: TID251 - given its moment

from projects.models import KeyProject, Unit
from projects.models.key_project import KeyProjectQuerySet
from scheduling.models import ProgressSubmission, ProgressVersion, ReportPeriod
from scheduling.reporting import on_time_rate, owing


class OfUnit(NamedTuple):
    """One lead unit and one period: what it owes, what came in time, what is lacking and what was sent back."""

    unit: Unit
    period: ReportPeriod
    owed: int
    on_time: int
    missing: Sequence[KeyProject]
    returned: Sequence[KeyProject]

    @property
    def lacking(self) -> int:
        return len(self.missing) + len(self.returned)

    @property
    def on_time_rate(self) -> Decimal | None:
        return on_time_rate(on_time=self.on_time, owed=self.owed)


def with_report(projects: KeyProjectQuerySet, period: ReportPeriod) -> KeyProjectQuerySet:
    """``is_reported``: one stands; ``is_returned``: the last was sent back; ``first_at``: when one first came."""
    known = ProgressVersion.objects.current().filter(report__project=OuterRef("pk"), report__period=period)
    came = ProgressSubmission.objects.filter(report__project=OuterRef("pk"), report__period=period)
    first = came.order_by().values("report").annotate(first=Min("submitted_at")).values("first")
    returned = ProgressVersion.State.RETURNED
    return projects.annotate(
        is_reported=Exists(known.exclude(state=returned)),
        is_returned=Exists(known.filter(state=returned)),
        first_at=Subquery(first),
    )


def lacking_q() -> Q:
    """Of projects as ``with_report`` gives them: a report is still to come."""
    return Q(is_reported=False) | Q(is_returned=True)


def missing(projects: KeyProjectQuerySet, period: ReportPeriod) -> list[OfUnit]:
    """Of these projects, the units with most reports lacking first: one query."""
    owed = with_report(projects.filter(pk__in=owing(period, known_at=None).values("pk")), period)
    of: dict[int, list[Any]] = defaultdict(list)
    for project in owed.select_related("lead_unit", "responsible_person").order_by("sort_key", "code"):
        of[project.lead_unit_id].append(project)
    rows = [_of_unit(found, period) for found in of.values()]
    return sorted(rows, key=lambda row: (-row.lacking, row.unit.sort_key))


def _of_unit(projects: Sequence[Any], period: ReportPeriod) -> OfUnit:
    return OfUnit(
        unit=projects[0].lead_unit,
        period=period,
        owed=len(projects),
        on_time=sum(each.first_at is not None and each.first_at <= period.due_at for each in projects),
        missing=[each for each in projects if not (each.is_reported or each.is_returned)],
        returned=[each for each in projects if each.is_returned],
    )


def chase_said(row: OfUnit) -> str:
    """What a unit is told: when it was due, and which projects lack what."""
    due = localtime(row.period.due_at)
    lines = [f"{row.period}应于 {due:%Y-%m-%d %H:%M} 前报送，{row.unit.name}还有 {row.lacking} 个项目没有报送："]
    return "\n".join([*lines, *_lines(row)])


def all_said(rows: Iterable[OfUnit], period: ReportPeriod, *, at: datetime) -> str:
    """The whole list as plain text for a chat group."""
    lacking = [row for row in rows if row.lacking]
    count = sum(row.lacking for row in lacking)
    due, now = localtime(period.due_at), localtime(at)
    if not count:
        return f"{period}应报项目已全部报送（截至 {now:%m-%d %H:%M}）。"
    head = f"【催报】{period}应于 {due:%m-%d %H:%M} 前报送。截至 {now:%m-%d %H:%M}，还有 {count} 个项目没有报送："
    blocks = ["\n".join([f"{row.unit.name}（{row.lacking} 个）", *_lines(row)]) for row in lacking]
    return "\n".join([head, *blocks, "请责任人尽快在系统中填报，牵头单位督促。"])


def _lines(row: OfUnit) -> list[str]:
    told = [(each, "") for each in row.missing] + [(each, "，已退回待重报") for each in row.returned]
    return [
        f"{place}. {each.name}（{each.responsible_person or '未定责任人'}{why}）"
        for place, (each, why) in enumerate(told, 1)
    ]
