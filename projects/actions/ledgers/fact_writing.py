"""What a row of a ledger of projects states as facts: total investment and the dates of the project's life."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from projects import recorded
from projects.actions.project_dates import HAPPENINGS, refuse_wrong_order
from projects.errors import RuleViolation
from projects.ledger.mapping import LedgerMapping
from projects.ledger.problems import Code
from projects.models import BudgetRevision, ProjectDates
from projects.recorded import day_of

from .stating import Decline, StatedGroup

_TOTAL = "facts.total_investment"


class FactWriter:
    """Only what is news becomes a version; what a ledger repeats leaves alone what people have recorded since."""

    def __init__(self, mapping: LedgerMapping, *, at: datetime, decline: Decline) -> None:
        self.evidence, self.today, self.decline = f"台账“{mapping.title}”"[:100], day_of(at), decline

    def budgets(self, groups: Sequence[StatedGroup]) -> Iterator[BudgetRevision]:
        """总投资 where it is another than the one in force."""
        stating = [group for group in groups if _TOTAL in group.news]
        known = BudgetRevision.objects.current().filter(project__in=_known_projects(stating))
        in_force = dict(known.values_list("project", "total_investment")) if stating else {}
        for group in stating:
            total = group.row.facts.amounts["total_investment"]
            if total is None or in_force.get(group.project.pk) == total:
                continue
            if total < 0:
                self.decline(group, _TOTAL, Code.NOT_TAKEN, total, "总投资不能为负数，未登记，请核实。")
            else:
                yield BudgetRevision(project=group.project, total_investment=total, reason=self.evidence)

    def dates(self, groups: Sequence[StatedGroup]) -> Iterator[ProjectDates]:
        """What happened in the project's life, as far as it is new and can have been."""
        stating = [(group, said) for group in groups if (said := self._happened(group))]
        found = ProjectDates.objects.current().filter(project__in=_known_projects([group for group, _ in stating]))
        known = {dates.project_id: dates for dates in found} if stating else {}
        for group, said in stating:
            before = known.get(group.project.pk) or ProjectDates(project=group.project)
            if all(getattr(before, name) == day for name, day in said.items()):
                continue
            after = recorded.amended(before, **said, evidence=self._evidence_after(before))
            try:
                refuse_wrong_order(after)
            except RuleViolation as refusal:
                for name, day in said.items():
                    self.decline(group, f"facts.{name}", Code.NOT_TAKEN, day, f"未登记：{refusal.message}")
            else:
                yield after

    def _happened(self, group: StatedGroup) -> dict[str, date]:
        said = {}
        for name in HAPPENINGS:
            day = group.row.facts.dates.get(name) if f"facts.{name}" in group.news else None
            if day and day > self.today:
                message = f"{day} 晚于今天，未登记；只登记已经发生的日期。"
                self.decline(group, f"facts.{name}", Code.NOT_TAKEN, day, message)
            elif day:
                said[name] = day
        return said

    def _evidence_after(self, before: ProjectDates) -> str:
        """What people gave as evidence stays, with the ledger beside it."""
        if not before.evidence or before.evidence.startswith("台账"):
            return self.evidence
        return before.evidence if self.evidence in before.evidence else f"{before.evidence[:90]}；{self.evidence}"


def _known_projects(groups: Sequence[StatedGroup]) -> list[int]:
    return [group.project.pk for group in groups if not group.is_new]
