"""版次比较 in words: each step that was added, cancelled or changed, field by field."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects import figures
from projects.backward import LinkKind, Unit
from projects.models import BackwardSchedule, ScheduleBlackout, ScheduleNode, Stage
from projects.models.network import DurationUnit
from projects.planning import Difference
from projects.planning.differences import Change, Kind
from projects.relations import Relation

_TONES = {Kind.ADDED: "solid", Kind.REMOVED: "ink", Kind.CHANGED: "blue"}
_AFTER = gettext_lazy("前置")
_TELLING = ("stage", "duration", "unit", "after", "planned_finish_on")


def in_words(found: Difference) -> dict[str, Any]:
    return {
        "is_same": found.is_nothing,
        "counts": [{"label": kind.value, "value": str(found.count(kind))} for kind in Kind],
        "heading": [_said(BackwardSchedule, *pair) for pair in found.heading],
        "steps": [_row(change, ScheduleNode) for change in found.steps],
        "stop_changes": [_row(change, ScheduleBlackout) for change in found.stops],
    }


def _row(change: Change, model: type[Any]) -> dict[str, Any]:
    """What changed, from and to; of what is new or gone, the main thing about it."""
    fields: Iterable[tuple[str, Any, Any]] = change.fields
    if change.kind is not Kind.CHANGED and model is ScheduleNode:
        fields = [pair for pair in change.fields if pair[0] in _TELLING]
    return {
        "kind": change.kind.value,
        "tone": _TONES[change.kind],
        "name": change.name,
        "fields": [_one_side(model, change.kind, *pair) for pair in fields],
    }


def _one_side(model: type[Any], kind: Kind, name: str, before: Any, after: Any) -> dict[str, str]:
    said = _said(model, name, before, after)
    if kind is Kind.CHANGED:
        return said
    return {"label": said["label"], "to": said["to"] if kind is Kind.ADDED else said["from"]}


def _said(model: type[Any], name: str, before: Any, after: Any) -> dict[str, str]:
    label = str(_AFTER) if name == "after" else str(model._meta.get_field(name).verbose_name)
    return {"label": label, "from": _value(name, before), "to": _value(name, after)}


def _value(name: str, value: Any) -> str:
    choices: Mapping[str, type[Any]] = {"stage": Stage, "unit": DurationUnit}
    if name in choices and value:
        return str(choices[name](value).label)
    if name == "after":
        return "；".join(_waits(*each) for each in value or ()) or "—"
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, Decimal):
        return figures.exactly(value)
    if isinstance(value, date):
        return figures.compact_date(value)
    return "—" if value in (None, "") else str(value)


def _waits(name: str, relation: Relation) -> str:
    kind = "" if relation.kind is LinkKind.FINISH_TO_START and not relation.lag else relation.kind.value
    unit = _("天") if relation.unit is Unit.CALENDAR else _("工作日")
    return f"{name} {kind}{relation.lag:+d} {unit}" if relation.lag else f"{name} {kind}".strip()
