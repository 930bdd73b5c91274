"""更正通报: an issued bulletin with some projects as they are known now, and the difference."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localtime  # noqa: TID251 - given its moment

from projects.models import KeyProject
from reports.bulletin import Bulletin, Cause, Erratum, LagLine, Project
from reports.bulletin_corrections import Share, Swap, changes, corrected
from reports.compose.bulletin_lists import Lists
from reports.compose.corrections import Correction
from reports.compose.month_rows import MonthEnd, Row, Seen
from reports.compose.monthly_bulletin import TABLES, boards_of
from reports.models import BulletinRule, Document
from scheduling.evaluation import Evaluation, evaluated
from scheduling.models import PeriodClosing
from scheduling.project_day import NOUGHT


@dataclass(frozen=True)
class Corrected(MonthEnd):
    """A closed month of some projects alone, as they are known at the moment of this closing, which is not stored."""

    frozen: Mapping[int, Row] = field(kw_only=True)

    @property
    def projects(self) -> QuerySet[Any, Any]:
        return KeyProject.objects.filter(pk__in=self.frozen).order_by().values("pk")

    @cached_property
    def found(self) -> Mapping[int, Evaluation]:
        return {each.project: each for each in evaluated([*self.frozen], self.asked)}

    @cached_property
    def seen(self) -> Mapping[int, Seen]:
        return {pk: Seen(each.overdue(), each.columns["verdicts"], None) for pk, each in self.found.items()}

    @cached_property
    def rows(self) -> Sequence[Row]:
        brought = self.month_amounts()
        return [
            replace(
                self.frozen[pk],
                standing=each.standing(at=self.closing.known_at),
                stage=each.stage,
                parts=each.parts,
                month_amount=brought.get(pk, NOUGHT),
            )
            for pk, each in self.found.items()
        ]


def as_corrected(
    issued: Bulletin, closing: PeriodClosing, rule: BulletinRule, projects: Collection[int], *, at: datetime
) -> Bulletin:
    """What it would say with these projects as known at this moment, every other one as it was frozen."""
    cutoff = issued.on.day if issued.on != closing.period.ends_on else None
    month = MonthEnd(closing, cutoff)
    old = {row.project.pk: row for row in month.rows if row.project.pk in projects}
    now = Corrected(PeriodClosing(period=closing.period, known_at=at), cutoff, frozen=old)
    new = {row.project.pk: row for row in now.rows}
    before = month.compared.planned if month.compared else {}
    swaps = [Swap(_share(row, before), _share(new[pk], before)) for pk, row in old.items()]
    rows = [new.get(row.project.pk, row) for row in month.rows]
    lists, touched = Lists(now), set(old)
    return replace(
        corrected(issued, swaps),
        boards=tuple(boards_of([row for row in rows if row.is_planned], month.on, before, rule)),
        lagging=_lagging(issued, lists, touched),
        starts=(*(line for line in issued.starts if line.project.pk not in touched), *lists.starts()),
        completions=(*(line for line in issued.completions if line.project.pk not in touched), *lists.completions()),
    )


def of_bulletin(
    document: Document,
    issued: Bulletin,
    printed: Mapping[str, str],
    now: Bulletin,
    found: Sequence[Correction],
    *,
    at: datetime,
) -> Erratum:
    """``printed``: every figure as it was printed last, in the bulletin or in an erratum of it since."""
    pks = {each.project for each in found}
    people = ("lead_unit", "town", "responsible_person", "linked_leader")
    named = {each.pk: each for each in KeyProject.objects.filter(pk__in=pks).select_related(*people)}
    return Erratum(
        district=issued.district,
        corrects_number=document.number,
        corrects_title=document.title,
        corrects_digest=document.digest,
        known_at=at,
        changes=changes(printed, now),
        causes=tuple(_cause(named[each.project], each) for each in found),
    )


def _share(row: Row, before: Mapping[int, Row]) -> Share:
    then = before.get(row.project.pk)
    return Share(
        groups={table.by: (f"{table.by}:{key}", name) for table in TABLES for key, name in [table.key_of(row)]},
        parts=row.parts,
        month_amount=row.month_amount,
        light=row.standing.light,
        before=then.parts if then else None,
    )


def _lagging(issued: Bulletin, lists: Lists, touched: Collection[int]) -> tuple[LagLine, ...]:
    """Worst first, those who are no worse than others in their old order."""
    lines = [*(line for line in issued.lagging if line.project.pk not in touched), *lists.lagging()]
    return tuple(sorted(lines, key=lambda line: -line.days))


def _cause(project: KeyProject, found: Correction) -> Cause:
    told = Project(
        pk=project.pk,
        code=project.code,
        name=project.name,
        unit=str(project.lead_unit),
        town=str(project.town or ""),
        person=str(project.responsible_person or ""),
        leader=str(project.linked_leader or ""),
    )
    return Cause(told, found.what, found.old, found.new, found.reason, found.person, localtime(found.at))
