"""The steps of a template or of a project's schedule as a table one types into.

A step's number is its own column: relations name it. “插入” makes room by renumbering, and the relations follow.
The schedule of a project has columns of its own besides: a subclass of ``StepForm`` and of ``NetworkTable``.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, ClassVar, Self

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects import relations
from projects.backward import Unit
from projects.blueprint import LARGEST_WEIGHT, LONGEST_STEP, Step, step_slips
from projects.figures import exactly
from projects.models import DurationUnit, Stage
from projects.relations import LARGEST_POSITION, RelationError, written
from projects.views.row_table import Row, RowForm, RowTable


class StepForm(RowForm):
    SIZES = {
        "position": "tiny",
        "stage": "short",
        "name": "wide",
        "duration": "tiny",
        "unit": "short",
        "after": "long",
        "stops_in_blackout": "check",
        "is_key": "check",
        "weight": "tiny",
        "outcome": "tiny",
    }
    PRESET = ("position", "stage", "unit")

    position = forms.IntegerField(label=gettext_lazy("序号"), min_value=1, max_value=LARGEST_POSITION, required=False)
    stage = forms.ChoiceField(label=gettext_lazy("阶段"), choices=Stage.choices)
    name = forms.CharField(label=gettext_lazy("节点名称"), max_length=100)
    duration = forms.IntegerField(label=gettext_lazy("工期"), min_value=0, max_value=LONGEST_STEP)
    unit = forms.ChoiceField(label=gettext_lazy("单位"), choices=DurationUnit.choices)
    after = forms.CharField(label=gettext_lazy("前置关系"), max_length=100, required=False)
    stops_in_blackout = forms.BooleanField(label=gettext_lazy("停工期停工"), required=False)
    is_key = forms.BooleanField(label=gettext_lazy("关键节点"), required=False)
    weight = forms.DecimalField(
        label=gettext_lazy("权重"), min_value=0, max_value=LARGEST_WEIGHT, decimal_places=2, required=False
    )
    authority = forms.CharField(label=gettext_lazy("办理部门"), max_length=100, required=False)
    outcome = forms.CharField(label=gettext_lazy("达成说法"), max_length=10, required=False)
    permit_name = forms.CharField(label=gettext_lazy("审批事项"), max_length=100, required=False)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        try:
            given["after"] = relations.parse(given.get("after", ""), step=given.get("name") or _("这一步"))
        except RelationError as error:
            self.add_error("after", str(error))
        return given


class NetworkTable(RowTable):
    form_class: ClassVar[type[StepForm]] = StepForm  # type: ignore[misc]

    @classmethod
    def of(cls, steps: Iterable[Step], *, more: Mapping[int, Mapping[str, str]] | None = None, **options: Any) -> Self:
        """These steps to be changed; ``more`` are the values of further columns, by position."""
        extra = more or {}
        return cls((_values(step) | dict(extra.get(step.position, {})) for step in steps), **options)

    def is_valid(self) -> bool:
        """As any table; a row without a number gets the next one, and the rows are ordered by their numbers."""
        self.rows = [row for row in self.rows if self._is_filled(row)]
        unnumbered = [row for row in self.rows if not row.values.get("position", "").strip()]
        following = 1 + max((_position(row) for row in self.rows if row not in unnumbered), default=0)
        for number, row in enumerate(unnumbered, start=following):
            row.values["position"] = str(number)
        self.rows.sort(key=_position)
        return super().is_valid()

    def check(self) -> None:
        for row, name, sentence in step_slips(self.steps()):
            self.rows[row].errors.setdefault(name, []).append(sentence)

    def steps(self) -> tuple[Step, ...]:
        """What was typed, once it is valid. Columns beyond a step's own are in ``cleaned``, row by row."""
        names = Step.__dataclass_fields__
        return tuple(
            Step(
                **{name: value for name, value in row.items() if name in names and name not in ("unit", "weight")},
                unit=Unit(row["unit"]),
                weight=row["weight"] or Decimal(0),
            )
            for row in self.cleaned
        )

    def blank(self) -> dict[str, str]:
        return super().blank() | {"position": ""}

    def insert(self, number: int) -> None:
        """An empty row before this one, with its number; those after it move on by one, relations included."""
        if not 0 <= number < len(self.rows):
            return
        taken = _position(self.rows[number])
        for row in self.rows:
            if _position(row) >= taken:
                row.values["position"] = str(_position(row) + 1)
            moved = relations.renumbered(row.values.get("after", ""), lambda old: old + (old >= taken))
            row.values["after"] = moved
        stage, unit = (self.rows[number].values.get(name, "") for name in ("stage", "unit"))
        self.rows.insert(number, Row({"position": str(taken), "stage": stage, "unit": unit}))


def _values(step: Step) -> dict[str, str]:
    return {
        "position": str(step.position),
        "stage": step.stage,
        "name": step.name,
        "duration": str(step.duration),
        "unit": step.unit.value,
        "after": written(step.after),
        "stops_in_blackout": "on" if step.stops_in_blackout else "",
        "is_key": "on" if step.is_key else "",
        "weight": exactly(step.weight) if step.weight else "",
        "authority": step.authority,
        "outcome": step.outcome,
        "permit_name": step.permit_name,
    }


def _position(row: Row) -> int:
    """The number typed; what is none comes last, where its error is said."""
    text = row.values.get("position", "").strip()
    return int(text) if text.isdecimal() and len(text) <= 4 else LARGEST_POSITION
