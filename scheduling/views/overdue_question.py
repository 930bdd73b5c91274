"""What the address of the overdue list asks and what answers: for the page, its print, its Excel, its changes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.figures import chinese_date
from projects.gate import SignedInRequest
from projects.models import KeyProject
from scheduling.as_of import AsOf, asked
from scheduling.filters import OverdueFilter
from scheduling.last_week import LastWeek, last_week
from scheduling.lateness import Told, told
from scheduling.overdue import AT_ONCE, ORDERS, WORST_FIRST, OverdueList, Scope, overdue_list, shown_projects
from scheduling.project_days import AsKnown

_COMPARED = 3_000
"""Items of which it is counted how many are new since last week; a province asks for a part of its projects."""


@dataclass(frozen=True)
class Question:
    """What the address asks, and the list that answers."""

    as_of: AsOf
    filter: OverdueFilter
    sort: str
    today: date

    @cached_property
    def scope(self) -> Scope:
        return self.filter.scope()

    @cached_property
    def late(self) -> OverdueList:
        return self._list(self.scope)

    @cached_property
    def is_small(self) -> bool:
        return sum(self.late.totals.by_kind.values()) <= _COMPARED

    @cached_property
    def last_week(self) -> LastWeek | None:
        """Of the projects asked about; None: there is nothing to compare with, or too much."""
        return self._last_week(self.scope.projects) if self.is_small else None

    def _last_week(self, projects: QuerySet[KeyProject]) -> LastWeek | None:
        return last_week(projects, before=self.as_of.on, at=self.as_of.known_at)

    @cached_property
    def of_every_kind(self) -> OverdueList:
        """What is overdue of these projects, whatever of it is shown."""
        is_whole = not self.scope.stage and not self.scope.kind and self.scope.least_days == 1
        return self.late if is_whole else self._list(Scope(self.scope.projects))

    def _list(self, scope: Scope) -> OverdueList:
        return overdue_list(scope, on=self.as_of.on, known_at=self.as_of.known_at, today=self.today)

    def rows(self, project_ids: Sequence[int]) -> Iterator[tuple[KeyProject, list[Told]]]:
        """These projects in this order, each with its overdue items."""
        known = AsKnown.past(self.as_of.on, known_at=self.as_of.known_at)
        for start in range(0, len(project_ids), AT_ONCE):
            part = list(project_ids[start : start + AT_ONCE])
            projects, late = shown_projects(part), self.late.of_projects(part)
            then = self.last_week if self.is_small else self._last_week(KeyProject.objects.filter(pk__in=part))
            found = told(late, known, verdicts=self.late.verdicts(part), last_week=then)
            yield from ((projects[pk], found[pk]) for pk in part if found.get(pk))


def question_of(request: SignedInRequest) -> Question:
    today = timezone.localdate()
    conditions = OverdueFilter(request.GET, queryset=KeyProject.objects.visible_to(request.user))
    sort = request.GET.get("sort", WORST_FIRST)
    known_sort = sort if sort.removeprefix("-") in ORDERS else WORST_FIRST
    return Question(asked(request.GET, today=today), conditions, known_sort, today)


def compared(question: Question) -> str:
    """What changed since last week, whatever kind, stage or days are asked about."""
    then = question.last_week
    if then is None:
        return ""
    keys = question.of_every_kind.subjects()
    said = {
        "day": chinese_date(then.ends_on),
        "new": sum(then.is_new(*each) for each in keys),
        "gone": len(then.gone(keys)),
    }
    words = _("与上周末（%(day)s）相比，新增逾期 %(new)d 项，不再逾期 %(gone)d 项") % said
    return f"{words}{_('（另有 %d 个项目没有上周数据）') % len(then.unrecorded) if then.unrecorded else ''}。"


def address_of(request: SignedInRequest, **more: object) -> str:
    """The address of this question without the page of the list; what is empty is left out."""
    kept = request.GET.copy()
    for name in ("page", "print", *more):
        kept.pop(name, None)
    kept.update({name: str(value) for name, value in more.items() if value})
    return kept.urlencode()
