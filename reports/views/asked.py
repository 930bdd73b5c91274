"""What an address asks of the wall chart: which projects, grouped how, as of which day, over which days."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.gate import SignedInRequest
from projects.models import KeyProject
from projects.models.key_project import KeyProjectQuerySet
from projects.roles import Duty
from reports.compose import selection
from reports.compose import wall_chart as compose
from reports.filters import WallChartFilter
from reports.rendering.time_axis import Zoom
from reports.wall_chart import WallChart
from scheduling import as_of


@dataclass(frozen=True)
class Asked:
    """``project`` None: the chart is of many. ``scope`` says in words which."""

    filter: WallChartFilter
    project: KeyProject | None
    on: date
    today: date
    begins: date | None
    sees_all: bool

    @property
    def zoom(self) -> Zoom:
        wanted = self.filter.chosen("zoom", Zoom.MONTH)
        return Zoom(wanted) if wanted in set(Zoom) else Zoom.MONTH

    @property
    def whole(self) -> bool:
        return self.filter.chosen("span", "all" if self.project else "year") == "all"

    @cached_property
    def projects(self) -> KeyProjectQuerySet:
        return selection.on_the_chart(self.filter.qs, on=self.on)

    @cached_property
    def finding(self) -> str:
        return selection.finding(selection.counts(self.projects, on=self.on, today=self.today), on=self.on)

    @property
    def scope(self) -> str:
        used = "；".join(f"{label}：{words}" for label, words in self.filter.used().items())
        return used or (_("全区") if self.sees_all else _("本人可查看的项目"))

    @property
    def heading(self) -> compose.Heading:
        finding = "" if self.project else self.finding
        return compose.Heading(settings.DISTRICT_NAME, self.scope, finding, self.on, self.today, self.whole)

    def in_order(self) -> Any:
        return selection.in_order(self.projects, grouping=self.filter.grouping)

    def chart_of(self, projects: list[KeyProject]) -> WallChart:
        return compose.of_projects(projects, grouping=self.filter.grouping, heading=self.heading)

    def whole_chart(self, *, most: int) -> WallChart:
        """For paper, which has no pages to turn; of more than ``most`` projects it holds one too many."""
        if self.project:
            return compose.of_one(self.project, heading=self.heading)
        return self.chart_of(list(self.in_order()[: most + 1]))


def asked(request: SignedInRequest) -> Asked:
    """Raises ``RuleViolation`` for what is no day, ``Http404`` for a project this person may not see."""
    seen = KeyProject.objects.visible_to(request.user)
    today = timezone.localdate()
    begins = request.GET.get("from", "").strip()
    return Asked(
        WallChartFilter(request.GET, queryset=seen),
        _project(seen, request.GET.get("project", "")),
        on=as_of.asked(request.GET, today=today).on,
        today=today,
        begins=as_of.day_of(begins) if begins else None,
        sees_all=request.user.duties.include(Duty.READ_DISTRICT),
    )


def _project(seen: KeyProjectQuerySet, code: str) -> KeyProject | None:
    if not code:
        return None
    project = seen.with_people().filter(code=code, is_package=False).first()
    if project is None:
        raise Http404
    return project


def address(request: SignedInRequest, **changed: object) -> str:
    """The address of this question with these parts of it changed; None leaves one out."""
    kept = request.GET.copy()
    for name, value in changed.items():
        if value is None:
            kept.pop(name, None)
        else:
            kept[name] = str(value)
    return kept.urlencode()
