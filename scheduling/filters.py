"""What a list of overdue items can be narrowed to."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from projects.filters import OneOf, parties
from projects.models import FocusArea, KeyProject, Stage
from projects.models.key_project import KeyProjectQuerySet
from scheduling.overdue import Scope


class DaysFilter(filters.Filter):
    field_class = forms.IntegerField


class OverdueFilter(filters.FilterSet):
    """Conditions on the project narrow the queryset; stage and days late are conditions on its items (``scope``)."""

    q = filters.CharFilter(method="search", label=_("项目名称、编号或拼音"))
    lead_unit = OneOf(field_name="lead_unit_id", label=_("牵头单位"))
    town = OneOf(field_name="town_id", label=_("属地镇街"))
    leader = OneOf(field_name="linked_leader_id", label=_("包联领导"))
    person = filters.CharFilter(method="answered_for_by", label=_("责任人"))
    focus_area = OneOf(choices=FocusArea, label=_("重点领域"))
    stage = OneOf(method="of_items", choices=Stage, label=_("逾期事项所在阶段"))
    least_days = DaysFilter(method="of_items", min_value=1, max_value=36_500, label=_("逾期天数不少于"))
    on = filters.CharFilter(method="of_items", widget=forms.HiddenInput)
    known_at = filters.CharFilter(method="of_items", widget=forms.HiddenInput)
    sort = filters.CharFilter(method="of_items", widget=forms.HiddenInput)

    class Meta:
        model = KeyProject
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, offered in parties().items():
            self.filters[name].extra["choices"] = offered

    def search(self, projects: KeyProjectQuerySet, _name: str, words: str) -> KeyProjectQuerySet:
        return projects.matching(words)

    def answered_for_by(self, projects: QuerySet[KeyProject], _name: str, name: str) -> QuerySet[KeyProject]:
        return projects.filter(responsible_person__full_name__contains=name.strip())

    def of_items(self, projects: QuerySet[KeyProject], _name: str, _value: object) -> QuerySet[KeyProject]:
        return projects

    def scope(self) -> Scope:
        """What was filled in wrongly narrows nothing; the form says so beside the field."""
        projects, chosen = self.qs, self.form.cleaned_data
        return Scope(projects, stage=chosen.get("stage") or "", least_days=chosen.get("least_days") or 1)

    def used(self) -> dict[str, str]:
        return used(self.form)


class LookAheadFilter(filters.FilterSet):
    """Conditions on the project; what kind of thing is owed is a condition on its steps."""

    q = filters.CharFilter(method="search", label=_("项目名称、编号或拼音"))
    lead_unit = OneOf(field_name="lead_unit_id", label=_("牵头单位"))
    leader = OneOf(field_name="linked_leader_id", label=_("包联领导"))
    kind = OneOf(
        method="of_steps",
        choices=[("start", _("必须开始")), ("finish", _("必须办结")), ("missed", _("已过最迟日期"))],
        label=_("事项"),
    )
    town = OneOf(field_name="town_id", label=_("属地镇街"))
    focus_area = OneOf(choices=FocusArea, label=_("重点领域"))
    weeks = filters.CharFilter(method="of_steps", widget=forms.HiddenInput)

    class Meta:
        model = KeyProject
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, offered in parties().items():
            self.filters[name].extra["choices"] = offered

    def search(self, projects: KeyProjectQuerySet, _name: str, words: str) -> KeyProjectQuerySet:
        return projects.matching(words)

    def of_steps(self, projects: QuerySet[KeyProject], _name: str, _value: object) -> QuerySet[KeyProject]:
        return projects

    def used(self) -> dict[str, str]:
        return used(self.form)


def used(form: forms.Form) -> dict[str, str]:
    """The conditions set, in words, for the list, its heading and its export."""
    return {
        str(form.fields[name].label): _words(form.fields[name], value)
        for name, value in form.cleaned_data.items()
        if value not in {None, ""} and not form.fields[name].widget.is_hidden
    }


def _words(field: forms.Field, value: object) -> str:
    choices = getattr(field, "choices", ())
    return next((str(label) for key, label in choices if str(key) == str(value)), str(value))
