"""The lists of a monthly bulletin: starts, completions, what lags, problems, decisions and 补报, as known then."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from reports.bulletin import DecisionLine, DueLine, LagLine, LateReport, ProblemLine
from reports.compose.month_rows import MonthEnd, Row
from scheduling import dated_items
from scheduling.dated_items import Life, Planned
from scheduling.lateness import Told, told
from scheduling.models import Decision, Problem, ProgressVersion
from scheduling.overdue_words import item_name, kind_code, person_name
from scheduling.project_day import NOUGHT
from scheduling.standing import ItemKind, days_late

Months = Mapping[int, Mapping[tuple[int, int], Decimal]]


@dataclass(frozen=True)
class Lists:
    """Everything a bulletin tells line by line. As many queries for two hundred projects as for one."""

    month: MonthEnd

    @cached_property
    def named(self) -> Mapping[int, Row]:
        return {row.project.pk: row for row in self.month.rows}

    def starts(self) -> tuple[DueLine, ...]:
        """Every start of the year's plan, by its planned day."""
        lines = [self._start(row) for row in self.month.rows if row.parts.new_starts]
        return tuple(sorted(lines, key=_by_day))

    def completions(self) -> tuple[DueLine, ...]:
        lines = [self._completion(row) for row in self.month.rows if row.parts.completions]
        return tuple(sorted(lines, key=_by_day))

    def lagging(self) -> tuple[LagLine, ...]:
        """Every project with anything overdue and the item that is so longest, worst first."""
        seen = self.month.seen
        late = {pk: seen[pk].late for pk in self.named if pk in seen and seen[pk].late}
        verdicts = {pk: seen[pk].verdicts for pk in late}
        lines = [
            _lag(self.named[project], items)
            for project, items in told(late, self.month.asked, verdicts=verdicts, last_week=None).items()
        ]
        return tuple(sorted(lines, key=lambda line: -line.days))

    def problems(self) -> tuple[ProblemLine, ...]:
        """Those not solved then, the one needed first at the top."""
        moment = self.month.asked.moment
        found = Problem.objects.filter(project__in=self.month.projects).open_then(at=moment).with_court_then(at=moment)
        return tuple(
            ProblemLine(
                project=self.named[each.project_id].told(),
                kind=each.get_kind_display(),
                title=each.title,
                unit=each.court_then or str(each.responsible_unit),
                needed_by=each.needed_by,
                days=days_late(each.needed_by, on=self.month.on),
            )
            for each in found.select_related("responsible_unit").order_by("needed_by", "pk")
        )

    def decisions(self) -> tuple[DecisionLine, ...]:
        """Those not struck off then, with the limit they had, the one due first at the top."""
        found = Decision.objects.open_then(at=self.month.asked.moment).select_related("project", "owner_unit")
        return tuple(
            DecisionLine(
                number=each.number,
                text=each.text,
                project=each.project.name if each.project else "",
                unit=str(each.owner_unit),
                due_on=each.due_then,
                days=days_late(each.due_then, on=self.month.on),
            )
            for each in found.order_by("due_then", "pk")
        )

    def late_reports(self) -> tuple[LateReport, ...]:
        """补报: by how much earlier months of the year have changed since the month before was closed."""
        before = self.month.compared
        if before is None:
            return ()
        upto = before.on
        now = self.month.accepted().by_month(self.month.projects, upto=upto)
        known = ProgressVersion.objects.known(at=before.closing.known_at).accepted()
        then = known.by_month(self.month.projects, upto=upto)
        return tuple(self._changed(now, then))

    def _changed(self, now: Months, then: Months) -> Iterator[LateReport]:
        for project, row in self.named.items():
            sums, known = now.get(project, {}), then.get(project, {})
            for year, month in sorted({*sums, *known}):
                amount = sums.get((year, month), NOUGHT) - known.get((year, month), NOUGHT)
                if amount and year == self.month.on.year:
                    yield LateReport(row.told(), date(year, month, 1), amount)

    @cached_property
    def _planned(self) -> Planned:
        return dated_items.planned([*self.named], on=self.month.on, known_at=self.month.closing.known_at)

    @cached_property
    def _lives(self) -> Mapping[int, Life]:
        return dated_items.lives([*self.named], known_at=self.month.closing.known_at)

    def _start(self, row: Row) -> DueLine:
        plan, life = self._planned.plans[row.project.pk], self._lives.get(row.project.pk, Life())
        done_on = life.started_on or life.finished_on
        return DueLine(
            row.told(),
            plan.planned_start_on,
            done_on if row.parts.started else None,
            is_due=bool(row.parts.starts_due),
            is_done=bool(row.parts.started),
        )

    def _completion(self, row: Row) -> DueLine:
        plan, life = self._planned.plans[row.project.pk], self._lives.get(row.project.pk, Life())
        return DueLine(
            row.told(),
            plan.planned_finish_on,
            life.finished_on if row.parts.completed else None,
            is_due=bool(row.parts.completions_due),
            is_done=bool(row.parts.completed),
        )


def _lag(row: Row, items: Sequence[Told]) -> LagLine:
    worst, item = items[0], items[0].late.item
    gaps = [each.gap for each in items if each.late.item.kind is ItemKind.INVESTMENT]
    return LagLine(
        project=row.told(person=person_name(row.project, item)),
        kind=kind_code(item.kind),
        item=item_name(item),
        original_on=item.original_on,
        approved_on=item.approved_on,
        days=worst.late.days,
        others=len(items) - 1,
        light=row.standing.light,
        gap_pp=-gaps[0].points if gaps and gaps[0] else None,
        cause=worst.cause,
        promise=worst.promise,
    )


def _by_day(line: DueLine) -> tuple[date, str]:
    """What has no planned day is due at the end of the year."""
    return line.planned_on or date.max, line.project.code
