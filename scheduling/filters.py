"""What lists of projects, of overdue items and of steps ahead can be narrowed to."""

from collections.abc import Mapping
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from projects.filters import OfProjects, OneOf, ProjectFilters
from projects.models import FocusArea, KeyProject, LibraryTier, Stage
from projects.models.key_project import KeyProjectQuerySet
from scheduling.closed_before import in_plan_then, with_light_then
from scheduling.conditions import COUNTED_AS, COUNTED_NAMES, IN_PLAN, Condition, Excused, Is, Not, of_light
from scheduling.contradictions import Kind as Doubt
from scheduling.library import Asked
from scheduling.models import Dimension, Light, PeriodClosing
from scheduling.overdue import Scope
from scheduling.parts import FIELDS
from scheduling.standing import KIND_WORDS

ENTERED, LEFT = "entered", "left"


class DaysFilter(filters.Filter):
    field_class = forms.IntegerField


class OverdueFilter(OfProjects):
    """Conditions on the project narrow the queryset; the others are conditions on its items (``scope``)."""

    lead_unit = OneOf(field_name="lead_unit_id", label=_("牵头单位"))
    town = OneOf(field_name="town_id", label=_("属地镇街"))
    leader = OneOf(field_name="linked_leader_id", label=_("包联领导"))
    person = filters.CharFilter(method="answered_for_by", label=_("责任人"))
    focus_area = OneOf(choices=FocusArea, label=_("重点领域"))
    stage = OneOf(method="of_other_rows", choices=Stage, label=_("逾期事项所在阶段"))
    least_days = DaysFilter(method="of_other_rows", min_value=1, max_value=36_500, label=_("逾期天数不少于"))
    kind = filters.ChoiceFilter(method="of_other_rows", choices=list(KIND_WORDS.items()), widget=forms.HiddenInput)
    on = filters.CharFilter(method="of_other_rows", widget=forms.HiddenInput)
    known_at = filters.CharFilter(method="of_other_rows", widget=forms.HiddenInput)
    sort = filters.CharFilter(method="of_other_rows", widget=forms.HiddenInput)

    def answered_for_by(self, projects: QuerySet[KeyProject], _name: str, name: str) -> QuerySet[KeyProject]:
        return projects.filter(responsible_person__full_name__contains=name.strip())

    def scope(self) -> Scope:
        """What was filled in wrongly narrows nothing; the form says so beside the field."""
        projects, chosen = self.qs, self.form.cleaned_data
        return Scope(
            projects,
            stage=chosen.get("stage") or "",
            least_days=chosen.get("least_days") or 1,
            kind=chosen.get("kind") or "",
        )

    def used(self) -> dict[str, str]:
        """The kind is chosen by the tabs above the form."""
        kind = self.form.cleaned_data.get("kind")
        return ({str(_("类别")): KIND_WORDS[kind]} if kind else {}) | super().used()


class WarningFilter(OfProjects):
    """Conditions on the project."""

    lead_unit = OneOf(field_name="lead_unit_id", label=_("牵头单位"))
    leader = OneOf(field_name="linked_leader_id", label=_("包联领导"))
    town = OneOf(field_name="town_id", label=_("属地镇街"))
    focus_area = OneOf(choices=FocusArea, label=_("重点领域"))


class ContradictionFilter(OfProjects):
    """The same, and which contradiction was found, a condition on the check."""

    lead_unit = OneOf(field_name="lead_unit_id", label=_("牵头单位"))
    kind = OneOf(method="of_other_rows", choices=[(each.value, each.value) for each in Doubt], label=_("矛盾"))
    leader = OneOf(field_name="linked_leader_id", label=_("包联领导"))
    town = OneOf(field_name="town_id", label=_("属地镇街"))
    focus_area = OneOf(choices=FocusArea, label=_("重点领域"))


class LookAheadFilter(OfProjects):
    """Conditions on the project; what kind of thing is owed is a condition on its steps."""

    lead_unit = OneOf(field_name="lead_unit_id", label=_("牵头单位"))
    leader = OneOf(field_name="linked_leader_id", label=_("包联领导"))
    kind = OneOf(
        method="of_other_rows",
        choices=[("start", _("必须开始")), ("finish", _("必须办结")), ("missed", _("已过最迟日期"))],
        label=_("事项"),
    )
    town = OneOf(field_name="town_id", label=_("属地镇街"))
    focus_area = OneOf(choices=FocusArea, label=_("重点领域"))
    weeks = filters.CharFilter(method="of_other_rows", widget=forms.HiddenInput)


class LibraryFilters(ProjectFilters):
    """Conditions on the register, then on where each project stood as asked, then on what changed since a closing.

    ``since`` names the closed period; without it nothing was before.
    """

    tier = OneOf(label=_("项目库层级"), choices=LibraryTier, method="in_tier")
    stage = OneOf(label=_("当前阶段"), choices=Stage, method="in_stage")
    late = OneOf(label=_("逾期"), choices=[("yes", _("仅逾期项目"))], method="overdue")
    light = OneOf(label=_("亮灯"), choices=Light, method="lit")
    dimension = OneOf(label=_("亮灯的维度"), choices=Dimension, method="of_other_rows")
    counted = OneOf(label=_("指标口径"), choices=list(COUNTED_NAMES.items()), method="counting")
    ranked = OneOf(
        label=_("排名口径"),
        choices=[(Dimension.INVESTMENT, _("参加投资排名")), (Dimension.START, _("参加开工排名"))],
        method="ranking",
    )
    was = OneOf(label=_("上期亮灯"), choices=Light, method="lit_before")
    moved = OneOf(
        label=_("比上期"), choices=[(ENTERED, _("新列入年度计划")), (LEFT, _("不再列入年度计划"))], method="moving"
    )
    since = filters.CharFilter(method="of_other_rows", widget=forms.HiddenInput)
    on = filters.CharFilter(method="of_other_rows", widget=forms.HiddenInput)
    known_at = filters.CharFilter(method="of_other_rows", widget=forms.HiddenInput)
    columns = filters.CharFilter(method="of_other_rows", widget=forms.HiddenInput)
    sort = filters.CharFilter(method="of_other_rows", widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any], *, queryset: QuerySet, asked: Asked) -> None:
        super().__init__(data, queryset=queryset, version=asked.version)
        self._states = asked.states

    @property
    def counted_field(self) -> str:
        """The part of an index that is asked for, where it is one field."""
        counted = self.form.cleaned_data.get("counted") if self.form.is_valid() else ""
        return counted if counted and counted in FIELDS else ""

    def in_tier(self, projects: KeyProjectQuerySet, _name: str, tier: str) -> KeyProjectQuerySet:
        return self._where(projects, Is("tier", tier))

    def in_stage(self, projects: KeyProjectQuerySet, _name: str, stage: str) -> KeyProjectQuerySet:
        return self._where(projects, Is("stage", stage))

    def overdue(self, projects: KeyProjectQuerySet, _name: str, _value: str) -> KeyProjectQuerySet:
        return projects.filter(pk__in=self._states.late().projects())

    def lit(self, projects: KeyProjectQuerySet, _name: str, light: str) -> KeyProjectQuerySet:
        """A package has no light of its own."""
        return self._where(projects.counted(), of_light(light, self.form.cleaned_data.get("dimension") or ""))

    def counting(self, projects: KeyProjectQuerySet, _name: str, counted: str) -> KeyProjectQuerySet:
        return self._where(projects, *COUNTED_AS[counted])

    def ranking(self, projects: KeyProjectQuerySet, _name: str, dimension: str) -> KeyProjectQuerySet:
        return self._where(projects, IN_PLAN, Not(Excused(dimension)))

    def lit_before(self, projects: KeyProjectQuerySet, _name: str, light: str) -> KeyProjectQuerySet:
        closing = self._closing()
        return projects.filter(pk__in=with_light_then(closing, light)) if closing else projects.none()

    def moving(self, projects: KeyProjectQuerySet, _name: str, way: str) -> KeyProjectQuerySet:
        closing = self._closing()
        if closing is None:
            return projects.none()
        then, now = Q(pk__in=in_plan_then(closing)), Q(pk__in=self._states.where(IN_PLAN).projects())
        return projects.filter(now & ~then if way == ENTERED else then & ~now)

    def _where(self, projects: KeyProjectQuerySet, *conditions: Condition) -> KeyProjectQuerySet:
        return projects.filter(pk__in=self._states.where(*conditions).projects())

    def _closing(self) -> PeriodClosing | None:
        since = self.form.cleaned_data.get("since") or ""
        return PeriodClosing.objects.filter(period=int(since)).first() if since.isdecimal() else None
