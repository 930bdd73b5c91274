"""From rows to facts: milestones found or made, and what the ledger newly says recorded, all in bulk."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice

from projects import recorded
from projects.actions.responsibilities import answered_until
from projects.ledger.cells import LARGEST
from projects.ledger.mapping import LedgerMapping
from projects.ledger.problems import Code, Problem
from projects.ledger.rows import LedgerRow
from projects.ledger.updates import NOTHING_KNOWN, Amounts, Dates, amounts_after, dates_after, doubts
from projects.models import BudgetRevision, Milestone, MilestoneAmounts, MilestoneDates, ProjectDates, User
from projects.recorded import Recorded, day_of

from .journal import Journal
from .matching import Pair, pairs
from .registering import Group, ProjectBook, Say

_NOTHING = Amounts()
_DAY = timedelta(days=1)
_LEDGER = "台账"  # the evidence of a start that a ledger gave begins so; what people have entered stays


@dataclass(slots=True, eq=False)
class Entry:
    """A row, its milestone, and what is to be known of it.

    ``is_news``: the ledger says something it did not say before. What it merely repeats leaves alone
    what people have recorded since.
    """

    group: Group
    pair: Pair
    milestone: Milestone
    dates: Dates
    amounts: Amounts
    is_news: bool
    is_changed: bool = False

    @property
    def is_new(self) -> bool:
        return self.pair.milestone is None

    @property
    def row(self) -> LedgerRow:
        return self.pair.row


class LedgerWriter:
    """Takes projects with all their rows, some thousand rows at a time."""

    def __init__(self, mapping: LedgerMapping, *, journal: Journal, by: User | None, at: datetime, say: Say) -> None:
        self.mapping, self.journal, self.by, self.at, self.say = mapping, journal, by, at, say
        self.book = ProjectBook(mapping, journal=journal, say=say)
        self.projects = Counter(new=0, changed=0, unchanged=0)
        self.milestones = Counter(new=0, changed=0, unchanged=0)
        self.versions: Counter[str] = Counter()
        self.touched: list[int] = []
        self.seen: set[int] = set()

    def write(self, rows_by_key: Mapping[str, list[LedgerRow]]) -> None:
        groups = self.book.find(rows_by_key)
        recorded.record(answered_until(self.book.handed_over, until=day_of(self.at) - _DAY), by=self.by, at=self.at)
        self.book.handed_over.clear()
        entries = self._entries(groups)
        news = [entry for entry in entries if entry.is_news]
        self._store_milestones(news)
        self._record_milestones(news)
        self._record_projects(entries)
        self._count(groups, entries)

    # --- milestones ---

    def _entries(self, groups: Sequence[Group]) -> list[Entry]:
        known: dict[int, list[Milestone]] = defaultdict(list)
        projects = [group.project.pk for group in groups if not group.is_new]
        for milestone in Milestone.objects.filter(project__in=projects).exclude(source_key=""):
            known[milestone.project_id].append(milestone)
        paired = [(group, pair) for group in groups for pair in pairs(group.rows, known[group.project.pk])]
        facts = _Known([pair.milestone.pk for _, pair in paired if pair.milestone])
        return [self._entry(group, pair, facts) for group, pair in paired]

    def _entry(self, group: Group, pair: Pair, facts: "_Known") -> Entry:
        row, known = pair.row, pair.milestone
        dates = dates_after(row, facts.dates.get(known.pk, NOTHING_KNOWN) if known else NOTHING_KNOWN)
        amounts = amounts_after(row, facts.amounts.get(known.pk, _NOTHING) if known else _NOTHING)
        for problem in doubts(row, dates, self.mapping):
            self.say(problem)
        if pair.repeats:
            self._point_out_repeat(pair)
        milestone = known or self._made(group, pair)
        return Entry(group, pair, milestone, dates, amounts, is_news=milestone.source_digest != pair.digest)

    def _made(self, group: Group, pair: Pair) -> Milestone:
        bringing = self.journal.ledger_import
        return Milestone(project=group.project, source_key=pair.source_key, position=pair.place, brought_by=bringing)

    def _store_milestones(self, news: Sequence[Entry]) -> None:
        for entry in news:
            milestone, before = entry.milestone, (entry.milestone.name, entry.milestone.stage)
            milestone.name, milestone.stage = entry.pair.name, entry.row.stage
            milestone.source_digest = entry.pair.digest
            entry.is_changed = before != (milestone.name, milestone.stage)
        Milestone.objects.bulk_create([entry.milestone for entry in news if entry.is_new])
        known = [entry.milestone for entry in news if not entry.is_new]
        self.journal.amend(known, ["name", "stage", "source_digest"])

    def _record_milestones(self, news: Sequence[Entry]) -> None:
        dates = [MilestoneDates(milestone=entry.milestone, **entry.dates._asdict()) for entry in news]
        with_amounts = [entry for entry in news if entry.amounts != _NOTHING]
        amounts = [MilestoneAmounts(milestone=entry.milestone, **entry.amounts._asdict()) for entry in with_amounts]
        written = self._record(dates) | self._record(amounts)
        for entry in news:
            entry.is_changed = entry.is_changed or entry.milestone.pk in written

    def _record(self, versions: Sequence[Recorded]) -> set[int]:
        """Record them; returns the keys of those that said something new."""
        if not versions:
            return set()
        self.versions[str(versions[0]._meta.verbose_name)] += recorded.record(versions, by=self.by, at=self.at)
        return {version.key()[0] for version in versions if version.pk}

    def _point_out_repeat(self, pair: Pair) -> None:
        column, key = self.mapping.milestone_key[0], pair.row.milestone_key
        message = f"重复键：与第 {pair.repeats} 行同一项目、同一节点，另立为“{pair.name}”。"
        self.say(Problem(pair.row.number, column, key[:200], Code.REPEATED_KEY, message))

    # --- projects ---

    def _record_projects(self, entries: Sequence[Entry]) -> None:
        by_group: dict[Group, list[Entry]] = defaultdict(list)
        for entry in entries:
            by_group[entry.group].append(entry)
        news = {group: own for group, own in by_group.items() if any(entry.is_news for entry in own)}
        written = self._record(list(self._totals(news))) | self._record(list(self._starts(news)))
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
            self.seen.add(entry.milestone.pk)
            self.milestones["new" if entry.is_new else "changed" if entry.is_changed else "unchanged"] += 1
            entry.group.is_changed = entry.group.is_changed or entry.is_new or entry.is_changed
        for group in groups:
            self.projects["new" if group.is_new else "changed" if group.is_changed else "unchanged"] += 1
        self.touched.extend(group.project.pk for group in groups if group.is_new or group.is_changed)


class _Known:
    """The dates and amounts of these milestones as known now."""

    def __init__(self, milestones: Sequence[int]) -> None:
        self.dates: dict[int, Dates] = {}
        self.amounts: dict[int, Amounts] = {}
        waiting = iter(milestones)
        while batch := list(islice(waiting, recorded.BATCH)):
            self.dates |= {key: Dates(*facts) for key, *facts in _current(MilestoneDates, Dates, batch)}
            self.amounts |= {key: Amounts(*facts) for key, *facts in _current(MilestoneAmounts, Amounts, batch)}


def _current(
    model: type[MilestoneDates] | type[MilestoneAmounts], facts: type[Dates] | type[Amounts], milestones: list[int]
) -> Iterator[tuple]:
    found = model._default_manager.filter(superseded_at__isnull=True, milestone__in=milestones)
    return found.values_list("milestone_id", *facts._fields).iterator()
