"""From rows of projects to the register: projects, facts, plan, milestones, and what the ledger states of progress."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from projects.ledger.mapping import DateColumn, LedgerMapping
from projects.ledger.problems import Code
from projects.ledger.project_rows import ProjectRow, ProjectRowReader
from projects.ledger.rows import LedgerRow
from projects.models import LedgerImport, LedgerStatement, LibraryTier, TierEntry, User, VanishedRow
from projects.recorded import day_of

from .fact_writing import FactWriter
from .milestone_writing import NodeWriter, Recorder
from .plan_writing import PlanWriter
from .registering import Say
from .stating import StatedBook, StatedGroup

_ORIGINAL_TOTAL = "original_total_investment"


class ProjectWriter:
    """Takes some thousand rows at a time. A row that says what it said last time costs next to nothing."""

    reader = ProjectRowReader

    def __init__(self, mapping: LedgerMapping, *, by: User | None, at: datetime, say: Say) -> None:
        self.mapping = mapping
        self.recorder = Recorder(by=by, at=at)
        self.book = StatedBook(mapping, on=day_of(at), say=say)
        self.facts = FactWriter(mapping, at=at, decline=self.book.decline)
        self.plan = PlanWriter(mapping, by=by, at=at, say=say, decline=self.book.decline)
        self.milestones = NodeWriter(mapping, self.recorder, columns=self._columns_of, say=say)
        self.projects = Counter(new=0, changed=0, unchanged=0)
        self.touched: list[int] = []
        self._nodes = {node.name: node.dates for node in mapping.nodes}
        self._seen: set[int] = set()
        self._listed = self._listed_before()

    def write(self, rows_by_key: Mapping[str, list[ProjectRow]]) -> None:
        groups = self.book.find(rows_by_key)
        self.recorder.hand_over(self.book.handed_over)
        self._seen.update(group.project.pk for group in groups)
        self._decline_packages(groups)
        own = [group for group in groups if not group.project.is_package]
        written = self.recorder.record(list(self.facts.budgets(own)))
        written |= self.recorder.record(list(self.facts.dates(own)))
        written |= self._write_milestones(own)
        self._count(groups, written, self.plan.write(own) | self._write_statements(groups))

    def has_written(self) -> bool:
        """Whether anything in the register is other than before."""
        return any(
            counts["new"] or counts["changed"] for counts in (self.projects, self.milestones.counts, self.plan.counts)
        )

    def counts(self) -> dict[str, object]:
        """Projects, milestones and entries of the plan that are new, changed and as they were."""
        counted = {"projects": self.projects, "milestones": self.milestones.counts, "plan_entries": self.plan.counts}
        numbers = {f"{noun}_{how}": number for noun, counts in counted.items() for how, number in counts.items()}
        return {**numbers, "projects_matched": dict(self.book.matched)}

    def _decline_packages(self, groups: Sequence[StatedGroup]) -> None:
        """打包项目 have no figures of their own: what a row states of them is left to their children."""
        for group in groups:
            figures = [name for name in group.news if not name.startswith(("project.", "people."))]
            if group.project.is_package and figures:
                group.refused.update(figures)
                message = "是打包项目，没有自己的投资、日期、计划和节点，只登记了名称和归属，请填在它的子项目上。"
                self.book.decline(group, "project.name", Code.PACKAGE, group.row.project["name"], message)
                group.refused.discard("project.name")

    # --- milestones ---

    def _columns_of(self, row: LedgerRow) -> Mapping[str, DateColumn]:
        return self._nodes[row.milestone_key]

    def _write_milestones(self, groups: Sequence[StatedGroup]) -> set[int]:
        """Returns the projects of which one is new or changed."""
        news = [(group, own) for group in groups if (own := self._news_of_milestones(group))]
        stated = sum(len(group.row.milestones) for group in groups)
        self.milestones.counts["unchanged"] += stated - sum(len(own) for _, own in news)
        if not news:
            return set()
        entries = self.milestones.write(news)
        return {entry.group.project.pk for entry in entries if entry.is_new or entry.is_changed}

    def _news_of_milestones(self, group: StatedGroup) -> list[LedgerRow]:
        return [row for row in group.row.milestones if f"milestones.{row.milestone_key}" in group.news]

    # --- 台账记载 ---

    def _write_statements(self, groups: Sequence[StatedGroup]) -> set[int]:
        """Returns the projects of which the ledger says something else than before."""
        differing = [group for group in groups if not group.statement or group.statement.said != group.taken]
        return self.recorder.record([self._statement(group) for group in differing])

    def _statement(self, group: StatedGroup) -> LedgerStatement:
        reported, facts = group.row.reported, group.row.facts
        said = {**reported.texts, **reported.amounts, **reported.numbers}
        return LedgerStatement(
            project=group.project,
            source=self.mapping.source,
            source_key=group.key,
            ordinal=group.ordinal,
            title=self.mapping.title,
            year=self.mapping.year,
            said=group.taken,
            original_total_investment=facts.amounts.get(_ORIGINAL_TOTAL),
            **said,
        )

    # --- projects the ledger no longer lists ---

    def _listed_before(self) -> set[int]:
        """Projects the source has ever listed; those decided about, and those that have left, are not missed."""
        source = self.mapping.source
        decided = VanishedRow.objects.exclude(decision="").filter(milestone=None, ledger_import__source=source)
        left = TierEntry.objects.in_force().filter(tier=LibraryTier.EXITED)
        listed = LedgerStatement.objects.current().filter(source=source)
        missed = listed.exclude(project__in=decided.values("project")).exclude(project__in=left.values("project"))
        return set(missed.values_list("project", flat=True))

    def vanished(self, ledger_import: LedgerImport) -> Iterable[VanishedRow]:
        """Projects that were listed before and are no longer."""
        for pk in sorted(self._listed - self._seen):
            yield VanishedRow(ledger_import=ledger_import, project_id=pk)

    def _count(self, groups: Sequence[StatedGroup], written: Collection[int], stated: Collection[int]) -> None:
        """``written``: with other facts, by which they are judged; ``stated``: with other words or another plan."""
        for group in groups:
            is_judged_anew = group.is_new or group.is_changed or group.project.pk in written
            is_changed = is_judged_anew or group.project.pk in stated
            self.projects["new" if group.is_new else "changed" if is_changed else "unchanged"] += 1
            if is_judged_anew:
                self.touched.append(group.project.pk)
