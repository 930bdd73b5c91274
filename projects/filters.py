"""Which projects a list shows: what a person may narrow it by."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet, Value
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from projects.models import FocusArea, KeyProject, Level, PlanEntry, PlanVersion, Unit, User
from projects.models.key_project import KeyProjectQuerySet
from projects.roles import Role
from projects.widgets import PlainSelect

ALL = _("全部")
COMPLETES = "COMPLETES"
_LEADER = "LEADER"


def parties() -> dict[str, list[tuple[int, str]]]:
    """Lead units, towns and leaders to choose from: one query for the three lists."""
    units = Unit.objects.active().leading().order_by().values_list("kind", "pk", "name", "sort_key")
    leaders = User.objects.filter(posts__role=Role.LEADER).order_by()
    people = leaders.values_list(Value(_LEADER), "pk", "full_name", "sort_key")
    found: dict[str, list[tuple[int, str]]] = {"lead_unit": [], "town": [], "leader": []}
    for kind, pk, name, _key in units.union(people).order_by("sort_key"):
        found["leader" if kind == _LEADER else "lead_unit"].append((pk, name))
        if kind == Unit.Kind.TOWN:
            found["town"].append((pk, name))
    return found


class OneOf(ChoiceFilter):
    """One of a list, or all of them."""

    def __init__(self, **more: Any) -> None:
        super().__init__(empty_label=ALL, widget=PlainSelect, **more)


class OfProjects(FilterSet):
    """What every list about projects can be searched and narrowed by; each names its own filters in their order."""

    q = CharFilter(label=_("项目名称、编号或拼音"), method="search")

    class Meta:
        model = KeyProject
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, offered in parties().items():
            if name in self.filters:
                self.filters[name].extra["choices"] = offered

    def search(self, projects: KeyProjectQuerySet, _name: str, words: str) -> KeyProjectQuerySet:
        return projects.matching(words)

    def of_other_rows(self, projects: QuerySet[KeyProject], _name: str, _value: object) -> QuerySet[KeyProject]:
        """The method of a filter that narrows no projects but what is listed of them."""
        return projects

    def used(self) -> dict[str, str]:
        return used(self.form)


class ProjectFilters(OfProjects):
    """``version`` is the edition of the plan whose categories are meant; None: no plan is in force."""

    lead_unit = OneOf(label=_("牵头单位"), field_name="lead_unit_id")
    town = OneOf(label=_("属地镇街"), field_name="town_id")
    leader = OneOf(label=_("包联领导"), field_name="linked_leader_id")
    focus_area = OneOf(label=_("重点领域"), choices=FocusArea.choices)
    level = OneOf(label=_("级别"), choices=Level.choices)
    flagship = OneOf(label=_("龙头项目"), choices=[("yes", _("仅龙头项目"))], method="flagships")
    category = OneOf(
        label=_("计划类别"),
        choices=[*PlanEntry.Category.choices, (COMPLETES, _("年内竣工投产"))],
        method="in_category",
    )

    def __init__(self, data: Mapping[str, Any], *, queryset: QuerySet, version: PlanVersion | None) -> None:
        super().__init__(data, queryset=queryset)
        self.version = version

    def flagships(self, projects: QuerySet, _name: str, _value: str) -> QuerySet:
        return projects.filter(is_flagship=True)

    def in_category(self, projects: QuerySet, _name: str, value: str) -> QuerySet:
        meant = {"completes_this_year": True} if value == COMPLETES else {"category": value}
        entries = PlanEntry.objects.filter(version=self.version, **meant)
        return projects.filter(pk__in=entries.values("project"))


def used(form: forms.Form) -> dict[str, str]:
    """The conditions set, in words: for a list, its heading and its export. Hidden fields are none."""
    return {
        str(form.fields[name].label): word_of(form.fields[name], value)
        for name, value in form.cleaned_data.items()
        if value not in {None, ""} and not form.fields[name].widget.is_hidden
    }


def word_of(field: forms.Field, value: object) -> str:
    choices = getattr(field, "choices", ())
    return next((str(label) for key, label in choices if str(key) == str(value)), str(value))
