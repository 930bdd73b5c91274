"""What the address of a page of the 驾驶舱 asks, and the answers its sections share."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Count, Max, Subquery
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects import figures
from projects.gate import SignedInRequest
from projects.models import FocusArea, KeyProject, Unit, User
from projects.models.key_project import KeyProjectQuerySet
from projects.roles import Duty
from scheduling.as_of import AsOf
from scheduling.as_of import asked as as_of_asked
from scheduling.closed_before import a_week_before, closed_weeks
from scheduling.conditions import IN_PLAN
from scheduling.indices import Indices, indices_of
from scheduling.models import PeriodClosing, Standing
from scheduling.models.evaluated import LightCounts
from scheduling.parts import Parts
from scheduling.states import States, states
from scheduling.time_progress import Basis

BASIS = Basis()


class Group(NamedTuple):
    """``column`` of KeyProject, and the name the list of projects is narrowed by."""

    column: str
    filter: str
    label: Promise
    basis: Promise


GROUPS = {
    "unit": Group("lead_unit", "lead_unit", gettext_lazy("牵头单位"), gettext_lazy("责任口径")),
    "town": Group("town", "town", gettext_lazy("镇街"), gettext_lazy("属地口径")),
    "leader": Group("linked_leader", "leader", gettext_lazy("包联领导"), gettext_lazy("包联口径")),
    "area": Group("focus_area", "focus_area", gettext_lazy("重点领域"), gettext_lazy("领域口径")),
}


@dataclass(frozen=True)
class Named:
    """One group with what it comes to; ``key`` None: the projects that belong to none."""

    key: Any
    name: str
    parts: Parts
    lights: LightCounts


class Asked:
    def __init__(self, request: SignedInRequest, *, today: date, at: datetime) -> None:
        self.as_of: AsOf = as_of_asked(request.GET, today=today)
        self.today, self.at = today, at
        self.by = _known(request.GET.get("by", ""))
        self.sees_all = request.user.duties.include(Duty.READ_DISTRICT)
        self.seen: KeyProjectQuerySet = KeyProject.objects.visible_to(request.user).counted()
        self._scope = "all" if self.sees_all else f"user{request.user.pk}"
        self._since = request.GET.get("since", "")

    @property
    def on(self) -> date:
        return self.as_of.on

    @property
    def is_now(self) -> bool:
        return self.as_of == AsOf(self.today)

    @property
    def group(self) -> Group:
        return GROUPS[self.by]

    @property
    def in_words(self) -> str:
        day = _("截至%s") % figures.chinese_date(self.on) if self.is_now else self.as_of.in_words()
        return day if self.sees_all else _("%s，您可查看的项目") % day

    @cached_property
    def states(self) -> States:
        """Of the projects of the annual plan."""
        return self.everything.where(IN_PLAN)

    @cached_property
    def everything(self) -> States:
        return states(self.seen, on=self.on, known_at=self.as_of.known_at, today=self.today)

    @cached_property
    def groups(self) -> list[Named]:
        """In the order of their names; those that belong to none come last."""
        parts, lights = self.everything.parts_by(self.group.column), self.states.lights_by(self.group.column)
        found = {key: sums for key, sums in parts.items() if sums.projects or sums.unplanned_projects}
        named = [(key, name) for key, name in self._names().items() if key in found]
        nowhere = [(key, _("未登记%s") % self.group.label) for key in found if key not in dict(named)]
        return [Named(key, name, found[key], lights.get(key, LightCounts())) for key, name in [*named, *nowhere]]

    @cached_property
    def parts(self) -> Parts:
        return self.everything.parts()

    @cached_property
    def indices(self) -> Indices:
        return indices_of(self.parts, on=self.on, basis=BASIS)

    @cached_property
    def closings(self) -> list[PeriodClosing]:
        return closed_weeks(on=self.on, known_at=self.as_of.known_at)

    @cached_property
    def since(self) -> PeriodClosing | None:
        """What the day is compared with: the week named in the address, or the one about a week ago."""
        named = (closing for closing in self.closings if str(closing.period_id) == self._since)
        return next(named, None) or a_week_before(self.closings, on=self.on)

    def tag(self, *more: str) -> str:
        """It changes with every change of a fact of these projects, of a closing, and with the day."""
        closed = PeriodClosing.objects.filter(finished_at__isnull=False).order_by("-finished_at")
        found = Standing.objects.filter(project__in=self.seen).aggregate(
            last=Max("evaluated_at"), all=Count("pk"), closed=Max(Subquery(closed.values("finished_at")[:1]))
        )
        known = (*found.values(), self.today, self.as_of, self.by, self._since, self._scope, *more)
        return hashlib.sha256(repr(known).encode()).hexdigest()[:24]

    def list_of(self, **conditions: Any) -> str:
        """The list of projects with these conditions, as of the same day."""
        named = {name: value for name, value in conditions.items() if value}
        return f"{reverse('project_list')}?{urlencode(self._as_of() | named)}"

    def page(self, name: str, *args: str, **changed: str) -> str:
        """A page of the 驾驶舱 as of the same day."""
        kept = self._as_of() | ({"by": self.by} if self.by != "unit" else {}) | changed
        address = urlencode({key: value for key, value in kept.items() if value})
        return reverse(name, args=args) + (f"?{address}" if address else "")

    def _as_of(self) -> dict[str, str]:
        return {} if self.is_now else self.as_of.parameters()

    def _names(self) -> Mapping[Any, str]:
        if self.by == "area":
            return {value: str(label) for value, label in FocusArea.choices}
        if self.by == "leader":
            return dict(User.objects.order_by("sort_key").values_list("pk", "full_name"))
        return {unit.pk: str(unit) for unit in Unit.objects.only("name", "short_name")}


def _known(by: str) -> str:
    return by if by in GROUPS else "unit"
