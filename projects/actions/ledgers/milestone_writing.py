"""节点入库: milestones found or made, and what the ledger newly says of them recorded, all in bulk."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from projects import bulk, recorded
from projects.actions.responsibilities import answered_until
from projects.ledger.mapping import DateColumn, LedgerMapping
from projects.ledger.problems import Code, Problem
from projects.ledger.rows import LedgerRow
from projects.ledger.updates import NOTHING_KNOWN, Amounts, Dates, amounts_after, dates_after, doubts
from projects.models import KeyProject, Milestone, MilestoneAmounts, MilestoneDates, User
from projects.recorded import Recorded, day_of

from .journal import Journal
from .matching import Pair, pairs
from .registering import Group, Say

NOTHING = Amounts()
_DAY = timedelta(days=1)


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


class Recorder:
    """Records versions of facts and counts them by fact; ``journal`` is for what has no versions."""

    def __init__(self, journal: Journal, *, by: User | None, at: datetime) -> None:
        self.journal, self.by, self.at = journal, by, at
        self.versions: Counter[str] = Counter()

    def record(self, versions: Sequence[Recorded]) -> set[int]:
        """Returns the first keys of those that said something new."""
        if not versions:
            return set()
        self.versions[str(versions[0]._meta.verbose_name)] += recorded.record(versions, by=self.by, at=self.at)
        return {version.key()[0] for version in versions if version.pk}

    def hand_over(self, before: list[KeyProject]) -> None:
        """Keep who answered for these projects until yesterday; the list is emptied."""
        recorded.record(answered_until(before, until=day_of(self.at) - _DAY), by=self.by, at=self.at)
        before.clear()


class MilestoneWriter:
    """``columns`` tells in which columns the dates of a milestone stand."""

    def __init__(
        self,
        mapping: LedgerMapping,
        recorder: Recorder,
        *,
        columns: Callable[[LedgerRow], Mapping[str, DateColumn]],
        say: Say,
    ) -> None:
        self.mapping, self.recorder, self.columns, self.say = mapping, recorder, columns, say
        self.counts = Counter(new=0, changed=0, unchanged=0)

    def write(self, rows: Sequence[tuple[Group, Sequence[LedgerRow]]]) -> list[Entry]:
        """The milestones of these projects, stored, their dates and amounts recorded."""
        entries = self._entries(rows)
        news = [entry for entry in entries if entry.is_news]
        self._store(news)
        self._record(news)
        for entry in entries:
            self.counts["new" if entry.is_new else "changed" if entry.is_changed else "unchanged"] += 1
        return entries

    def _entries(self, rows: Sequence[tuple[Group, Sequence[LedgerRow]]]) -> list[Entry]:
        known: dict[int, list[Milestone]] = defaultdict(list)
        projects = [group.project.pk for group, _ in rows if not group.is_new]
        for milestone in self._known(projects):
            known[milestone.project_id].append(milestone)
        paired = [(group, pair) for group, own in rows for pair in pairs(own, known[group.project.pk])]
        facts = _Facts([pair.milestone.pk for _, pair in paired if pair.milestone])
        return [self._entry(group, pair, facts) for group, pair in paired]

    def _known(self, projects: Sequence[int]) -> Iterator[Milestone]:
        if projects:
            yield from Milestone.objects.filter(project__in=projects).exclude(source_key="")

    def _entry(self, group: Group, pair: Pair, facts: "_Facts") -> Entry:
        known = pair.milestone
        before = facts.dates.get(known.pk, NOTHING_KNOWN) if known else NOTHING_KNOWN
        row = self._as_far_as_its_own(pair, before)
        dates = dates_after(row, before)
        amounts = amounts_after(row, facts.amounts.get(known.pk, NOTHING) if known else NOTHING)
        for problem in doubts(row, dates, self.columns(row)):
            self.say(problem)
        if pair.repeats:
            self._point_out_repeat(pair)
        milestone = known or self._made(group, pair)
        return Entry(group, pair, milestone, dates, amounts, is_news=milestone.source_digest != pair.digest)

    def _made(self, group: Group, pair: Pair) -> Milestone:
        bringing = self.recorder.journal.ledger_import
        return Milestone(project=group.project, source_key=pair.source_key, position=pair.place, brought_by=bringing)

    def _as_far_as_its_own(self, pair: Pair, before: Dates) -> LedgerRow:
        """An approved date that no ledger brought is changed by a request, not by a ledger."""
        row, wanted = pair.row, pair.row.dates.get("planned_on")
        if pair.milestone is None or pair.milestone.source_key or before.approved_on is None:
            return row
        if wanted and wanted != before.approved_on:
            column = self.columns(row)["planned_on"].column
            message = f"“{pair.milestone}”的批准日期是 {before.approved_on}，改期须走变更申请，未按台账修改。"
            self.say(Problem(row.number, column, wanted.isoformat(), Code.APPROVED_STAYS, message))
        dates = dict(row.dates) | {"planned_on": before.approved_on}
        return replace(row, dates=dates, nothing=row.nothing - {"planned_on"})

    def _store(self, news: Sequence[Entry]) -> None:
        for entry in news:
            milestone, before = entry.milestone, (entry.milestone.name, entry.milestone.stage)
            if milestone.source_key:
                milestone.name, milestone.stage = entry.pair.name, entry.row.stage
            milestone.source_digest = entry.pair.digest
            entry.is_changed = before != (milestone.name, milestone.stage)
        bulk.insert([entry.milestone for entry in news if entry.is_new])
        known = [entry.milestone for entry in news if not entry.is_new]
        self.recorder.journal.amend(known, ["name", "stage", "source_digest"])

    def _record(self, news: Sequence[Entry]) -> None:
        dates = [MilestoneDates(milestone=entry.milestone, **entry.dates._asdict()) for entry in news]
        with_amounts = [entry for entry in news if entry.amounts != NOTHING]
        amounts = [MilestoneAmounts(milestone=entry.milestone, **entry.amounts._asdict()) for entry in with_amounts]
        written = self.recorder.record(dates) | self.recorder.record(amounts)
        for entry in news:
            entry.is_changed = entry.is_changed or entry.milestone.pk in written

    def _point_out_repeat(self, pair: Pair) -> None:
        column, key = self.mapping.milestone_key[0], pair.row.milestone_key
        kept_as = "对应已登记的" if pair.milestone else "另立为"
        message = f"重复键：与第 {pair.repeats} 行同一项目、同一节点，{kept_as}“{pair.name}”。"
        self.say(Problem(pair.row.number, column, key[:200], Code.REPEATED_KEY, message))


class NodeWriter(MilestoneWriter):
    """Milestones that stand in columns of their own: one that people have entered under this name is that one."""

    def _known(self, projects: Sequence[int]) -> Iterator[Milestone]:
        if projects:
            named = [node.name for node in self.mapping.nodes]
            yield from Milestone.objects.filter(project__in=projects).exclude(source_key="")
            yield from Milestone.objects.filter(project__in=projects, source_key="", name__in=named)


class _Facts:
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
