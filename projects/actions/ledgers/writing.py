"""From rows of milestones to facts: projects and milestones stored, and what their totals and starts come to."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from projects import recorded
from projects.ledger.cells import LARGEST
from projects.ledger.mapping import LedgerMapping
from projects.ledger.problems import Code, Problem
from projects.ledger.rows import LedgerRow, RowReader
from projects.models import BudgetRevision, LedgerImport, Milestone, ProjectDates, User, VanishedRow

from .milestone_writing import Entry, MilestoneWriter, Recorder
from .registering import Group, ProjectBook, Say

_LEDGER = "台账"  # the evidence of a start that a ledger gave begins so; what people have entered stays


class LedgerWriter:
    """Takes projects with all their rows, some thousand rows at a time."""

    reader = RowReader

    def __init__(self, mapping: LedgerMapping, *, by: User | None, at: datetime, say: Say) -> None:
        self.mapping, self.say = mapping, say
        self.recorder = Recorder(by=by, at=at)
        self.book = ProjectBook(mapping, say=say)
        self.milestones = MilestoneWriter(mapping, self.recorder, columns=lambda _row: mapping.dates, say=say)
        self.projects = Counter(new=0, changed=0, unchanged=0)
        self.touched: list[int] = []
        self.seen: set[int] = set()
        self._listed = self._listed_before()

    def write(self, rows_by_key: Mapping[str, list[LedgerRow]]) -> None:
        groups = self.book.find(rows_by_key)
        self.recorder.hand_over(self.book.handed_over)
        entries = self.milestones.write([(group, group.rows) for group in groups])
        self.seen.update(entry.milestone.pk for entry in entries)
        self._record_projects(entries)
        self._count(groups, entries)

    def has_written(self) -> bool:
        """Whether anything in the register is other than before."""
        return any(counts["new"] or counts["changed"] for counts in (self.projects, self.milestones.counts))

    def counts(self) -> dict[str, int]:
        """Projects and milestones that are new, changed and as they were."""
        counted = {"projects": self.projects, "milestones": self.milestones.counts}
        return {f"{noun}_{how}": number for noun, counts in counted.items() for how, number in counts.items()}

    # --- milestones the ledger no longer lists ---

    def _listed_before(self) -> dict[int, int]:
        """Milestones the source has ever listed, with their projects; those decided about are left out."""
        decided = VanishedRow.objects.exclude(decision="").filter(milestone__isnull=False).values("milestone")
        ours = Milestone.objects.filter(project__source=self.mapping.source).exclude(source_key="")
        return dict(ours.exclude(pk__in=decided).values_list("pk", "project_id"))

    def vanished(self, ledger_import: LedgerImport) -> Iterable[VanishedRow]:
        for pk in sorted(self._listed.keys() - self.seen):
            yield VanishedRow(ledger_import=ledger_import, milestone_id=pk, project_id=self._listed[pk])

    # --- projects ---

    def _record_projects(self, entries: Sequence[Entry]) -> None:
        by_group: dict[Group, list[Entry]] = defaultdict(list)
        for entry in entries:
            by_group[entry.group].append(entry)
        news = {group: own for group, own in by_group.items() if any(entry.is_news for entry in own)}
        written = self.recorder.record(list(self._totals(news))) | self.recorder.record(list(self._starts(news)))
        for group in news:
            group.is_changed = group.is_changed or group.project.pk in written

    def _totals(self, news: Mapping[Group, list[Entry]]) -> Iterator[BudgetRevision]:
        """总投资 as the sum of what the milestones are to cost, where the ledger is to be read so."""
        if not self.mapping.sums_budgets:
            return
        revisions = BudgetRevision.objects.current().filter(project__in=[group.project.pk for group in news])
        known = dict(revisions.values_list("project", "total_investment"))
        for group, entries in news.items():
            budgets = [entry.amounts.budget_amount for entry in entries]
            given = [budget for budget in budgets if budget is not None]
            total = sum(given, Decimal(0))
            if given and not 0 <= total < LARGEST:
                self._say_no_total(entries[0].row, total)
            elif given and known.get(group.project.pk) != total:
                missing = len(budgets) - len(given)
                reason = f"{_LEDGER}“{self.mapping.title}”各节点概算之和" + (
                    f"（{missing} 个节点无概算）" if missing else ""
                )
                yield BudgetRevision(project=group.project, total_investment=total, reason=reason)

    def _say_no_total(self, row: LedgerRow, total: Decimal) -> None:
        column = self.mapping.amounts["budget_amount"].column
        message = f"各节点概算之和 {total} 万元不能作为总投资，未登记总投资。"
        self.say(Problem(row.number, column, str(total), Code.NO_TOTAL, message))

    def _starts(self, news: Mapping[Group, list[Entry]]) -> Iterator[ProjectDates]:
        """实际开工 as the first start among the milestones that mean it; what people have entered stays."""
        if not self.mapping.started_with:
            return
        found = ProjectDates.objects.current().filter(project__in=[group.project.pk for group in news])
        known = {dates.project_id: dates for dates in found}
        for group, entries in news.items():
            before = known.get(group.project.pk) or ProjectDates(project=group.project)
            started_on = self._started_on(entries)
            is_ours = before.started_on is None or before.evidence.startswith(_LEDGER)
            finished_on = before.works_finished_on
            is_possible = not (started_on and finished_on and finished_on < started_on)
            if started_on != before.started_on and is_ours and is_possible:
                evidence = f"{_LEDGER}“{self.mapping.title}”" if started_on else ""
                yield recorded.amended(before, started_on=started_on, evidence=evidence)

    def _started_on(self, entries: Sequence[Entry]) -> date | None:
        days = [entry.dates.started_on for entry in entries if entry.row.milestone_key in self.mapping.started_with]
        return min((day for day in days if day), default=None)

    def _count(self, groups: Sequence[Group], entries: Sequence[Entry]) -> None:
        for entry in entries:
            entry.group.is_changed = entry.group.is_changed or entry.is_new or entry.is_changed
        for group in groups:
            self.projects["new" if group.is_new else "changed" if group.is_changed else "unchanged"] += 1
        self.touched.extend(group.project.pk for group in groups if group.is_new or group.is_changed)
