"""The sheet on which a draft is written: its finish and start, its steps, its stops. What is typed is never lost."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects import figures
from projects.backward import Plan, Unit
from projects.blueprint import Step
from projects.models import KeyProject
from projects.planning import StepWanted, StopWanted, Wanted, settled, start_for
from projects.views.forms import DayField
from projects.views.network_table import NetworkTable, StepForm
from projects.views.schedule_table import float_of

_DATES = ("planned_start_on", "planned_finish_on")
_FOLDED = ("authority", "outcome", "weight", "is_key", "stops_in_blackout")
_HIDDEN = "milestone_id"


class SheetHeading(forms.Form):
    required_finish_on = DayField(label=gettext_lazy("要求完成日期"))
    starts_on = DayField(label=gettext_lazy("编排起点"))


class StopForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("停工期"), max_length=50)
    first_on = DayField(label=gettext_lazy("开始日期"))
    last_on = DayField(label=gettext_lazy("结束日期"))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        first, last = said.get("first_on"), said.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", _("结束日期不能早于开始日期。"))
        return said


class StopForms(forms.BaseFormSet):
    def wanted(self) -> Iterator[StopWanted]:
        for said in self.cleaned_data:
            if said and not said.get("DELETE"):
                yield StopWanted(said["name"], said["first_on"], said["last_on"])


StopFormSet = forms.formset_factory(StopForm, formset=StopForms, extra=2, can_delete=True)


class SheetStepForm(StepForm):
    SIZES = StepForm.SIZES | dict.fromkeys((*_DATES, "locked_on"), "date") | {"permit_name": "middle"}

    planned_start_on = DayField(label=gettext_lazy("计划开始"), required=False)
    planned_finish_on = DayField(label=gettext_lazy("计划完成"), required=False)
    locked_on = DayField(label=gettext_lazy("锁定日期"), required=False)
    milestone_id = forms.IntegerField(required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        start, finish = (said.get(name) for name in _DATES)
        if start and not finish and not self.errors:
            self.add_error("planned_finish_on", _("填了计划开始，请一并填写计划完成，或者都留空由系统倒排。"))
        if start and finish and finish < start:
            self.add_error("planned_finish_on", _("计划完成不能早于计划开始。"))
        return said


class SheetTable(NetworkTable):
    """``permits`` and ``milestones`` are the project's own: no other can be named."""

    form_class: ClassVar[type[SheetStepForm]] = SheetStepForm  # type: ignore[misc]
    LARGEST = 200

    def __init__(self, *args: Any, permits: Collection[str], milestones: Collection[int], **options: Any) -> None:
        super().__init__(*args, lists={"permit_name": permits}, **options)
        self.permits, self.milestones = permits, milestones

    def check(self) -> None:
        super().check()
        for row, said in zip(self.rows, self.cleaned, strict=True):
            if said["permit_name"] and said["permit_name"] not in self.permits:
                words = _("“%(name)s”不在本项目的审批手续中，请从列表中选择或留空。") % {"name": said["permit_name"]}
                row.errors.setdefault("permit_name", []).append(words)

    def wanted(self) -> Iterator[StepWanted]:
        """The steps typed, once they are valid."""
        for step, said in zip(self.steps(), self.cleaned, strict=True):
            told = {name: getattr(step, name) for name in Step.__dataclass_fields__ if name != "permit_name"}
            milestone = said[_HIDDEN] if said[_HIDDEN] in self.milestones else None
            dates = {name: said[name] for name in (*_DATES, "locked_on")}
            yield StepWanted(**told, **dates, permit=said["permit_name"], milestone_id=milestone)

    def let_dates_go(self) -> None:
        """All dates are to be worked back."""
        for row in self.rows:
            row.values.update(dict.fromkeys(_DATES, ""))

    def shown_with(self, plan: Plan[date] | None) -> Iterator[dict[str, Any]]:
        """The rows as written, what is seldom changed folded away, with what was reckoned for each."""
        for row, shown in zip(self.rows, self.shown(), strict=True):
            cells = {cell["name"].rsplit("-", 1)[-1]: cell for cell in shown["cells"]}
            folded = [cells.pop(name) for name in _FOLDED]
            hidden = cells.pop(_HIDDEN)
            yield shown | {
                "cells": list(cells.values()),
                "folded": folded,
                "hidden": hidden,
                "is_open": any(cell["is_wrong"] for cell in folded),
                "reckoned": _reckoned(row.values, plan),
            }

    @property
    def shown_columns(self) -> list[dict[str, Any]]:
        return [column for column in self.columns if column["name"] not in (*_FOLDED, _HIDDEN)]


@dataclass
class Sheet:
    """``lapsed`` names the steps whose planned dates are no longer possible and were left blank."""

    heading: SheetHeading
    table: SheetTable
    stops: StopForms
    lapsed: list[str] = field(default_factory=list)

    @classmethod
    def sent(cls, project: KeyProject, posted: QueryDict) -> "Sheet":
        table = SheetTable.sent(posted, **_own(project))
        return cls(SheetHeading(posted), table, StopFormSet(posted, prefix="stops"))  # type: ignore[arg-type]

    @classmethod
    def of(cls, project: KeyProject, edition: Wanted, plan: Plan[date] | None) -> "Sheet":
        """An edition to be changed. Dates that are just those worked back are left blank, to move with the rest."""
        steps = [_as_step(step) for step in edition.steps]
        more, lapsed = _further(edition.steps, plan)
        table = SheetTable.of(steps, more=more, **_own(project))
        days = {"required_finish_on": edition.required_finish_on, "starts_on": edition.starts_on}
        stops = StopFormSet(initial=[vars(stop) for stop in edition.stops], prefix="stops")
        return cls(SheetHeading(initial=days), table, stops, lapsed)  # type: ignore[arg-type]

    def is_valid(self) -> bool:
        """All three are looked at, so that all errors are said at once."""
        return all([self.heading.is_valid(), self.table.is_valid(), self.stops.is_valid()])

    def wanted(self) -> Wanted:
        return Wanted(**self.heading.cleaned_data, steps=tuple(self.table.wanted()), stops=tuple(self.stops.wanted()))


def _own(project: KeyProject) -> dict[str, Any]:
    return {
        "permits": list(project.permits.values_list("name", flat=True)),
        "milestones": set(project.milestones.values_list("pk", flat=True)),
    }


def _as_step(step: StepWanted) -> Step:
    told = {name: getattr(step, name) for name in Step.__dataclass_fields__ if name not in ("permit_name", "unit")}
    return Step(**told, unit=Unit(step.unit), permit_name=step.permit)


def _further(steps: Iterable[StepWanted], plan: Plan[date] | None) -> tuple[dict[int, dict[str, str]], list[str]]:
    """The further columns of each step by its position, and whose dates have lapsed."""
    more, lapsed = {}, []
    for step in steps:
        start, finish, is_lapsed = _typed_dates(step, plan)
        if is_lapsed:
            lapsed.append(step.name)
        values = {"planned_start_on": start, "planned_finish_on": finish, "locked_on": step.locked_on}
        told = {name: day.isoformat() if day else "" for name, day in values.items()}
        more[step.position] = told | {_HIDDEN: str(step.milestone_id or "")}
    return more, lapsed


def _typed_dates(step: StepWanted, plan: Plan[date] | None) -> tuple[date | None, date | None, bool]:
    start, finish = step.planned_start_on, step.planned_finish_on
    if plan is None or finish is None:
        return start, finish, False
    one = plan.nodes[str(step.position)]
    if one.node.finished_on is not None or (start, finish) == settled(one):
        return None, None, False
    if finish < one.early_finish:
        return None, None, True
    return None if start == start_for(plan, str(step.position), finish=finish) else start, finish, False


def _reckoned(values: dict[str, str], plan: Plan[date] | None) -> dict[str, Any] | None:
    one = plan.nodes.get(values.get("position", "").strip()) if plan else None
    if one is None:
        return None
    return {
        "early": figures.compact_date(one.early_finish),
        "late_start": figures.compact_date(one.late_start),
        "late": figures.compact_date(one.late_finish),
        "total": "" if one.node.finished_on else float_of(one.total_float, one.node.unit),
        "is_short": one.total_float < 0 and not one.node.finished_on,
        "is_critical": one.is_critical,
        "done": figures.compact_date(one.node.finished_on) if one.node.finished_on else "",
    }
