"""What a list of overdue items can be narrowed to."""

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from projects.filters import OfProjects, OneOf
from projects.models import FocusArea, KeyProject, Stage
from scheduling.contradictions import Kind as Doubt
from scheduling.overdue import Scope
from scheduling.overdue_words import KIND_WORDS


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
        return ({str(_("类别")): str(KIND_WORDS[kind])} if kind else {}) | super().used()


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
