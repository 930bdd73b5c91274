"""What a wall chart can be narrowed to, grouped by and drawn over."""

from typing import Any

import django_filters as filters
from django import forms
from django.utils.translation import gettext_lazy as _

from projects.filters import OfProjects, OneOf, word_of
from projects.models import FocusArea
from projects.widgets import PlainSelect
from reports.compose.selection import DEFAULT_GROUPING
from reports.rendering.time_axis import Zoom

GROUPINGS = {
    "unit": _("牵头单位"),
    "leader": _("包联领导"),
    "area": _("重点领域"),
    "stage": _("目前阶段"),
    "town": _("属地镇街"),
}
SPANS = {"year": _("截至日所在年度"), "all": _("全部工期")}
ZOOMS = {Zoom.MONTH: _("月"), Zoom.WEEK: _("周"), Zoom.DAY: _("日")}


class HowToShow(filters.ChoiceFilter):
    """A choice that narrows nothing; taken at once where there is a script."""

    def __init__(self, **more: Any) -> None:
        super().__init__(
            empty_label=None, widget=PlainSelect(attrs={"data-submit": ""}), method="of_other_rows", **more
        )


class WallChartFilter(OfProjects):
    group = HowToShow(choices=list(GROUPINGS.items()), label=_("分组"))
    leader = OneOf(field_name="linked_leader_id", label=_("包联领导"))
    lead_unit = OneOf(field_name="lead_unit_id", label=_("牵头单位"))
    focus_area = OneOf(choices=FocusArea, label=_("重点领域"))
    town = OneOf(field_name="town_id", label=_("属地镇街"))
    span = HowToShow(choices=list(SPANS.items()), label=_("时间范围"))
    zoom = filters.CharFilter(method="of_other_rows", widget=forms.HiddenInput)
    on = filters.CharFilter(method="of_other_rows", widget=forms.HiddenInput)

    def chosen(self, name: str, default: str) -> str:
        """What was filled in wrongly is as if it were not filled in; the form says so beside the field."""
        self.form.is_valid()
        return self.form.cleaned_data.get(name) or default

    @property
    def grouping(self) -> str:
        return self.chosen("group", DEFAULT_GROUPING)

    def used(self) -> dict[str, str]:
        """The conditions that narrow the chart, in words."""
        narrowing = ("q", "leader", "lead_unit", "focus_area", "town")
        chosen = {name: self.chosen(name, "") for name in narrowing}
        return {
            str(self.form.fields[name].label): word_of(self.form.fields[name], value)
            for name, value in chosen.items()
            if value
        }
