"""The table of 项目库: its head, its rows and its total, in the columns the address asks for."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from projects import figures
from projects.models import Stage
from scheduling import library
from scheduling.library_columns import NAME, NUMBERS, LibraryColumn
from scheduling.views.light_words import lit

_STEPS = {stage.value: step for step, stage in enumerate(Stage, start=1)}
_LOOKS = {NAME, "unit", "light", "stage", "late"}
"""Columns the page shows with more than their text."""


def head(columns: Sequence[LibraryColumn]) -> list[dict[str, Any]]:
    return [
        {"label": _heading(column), "unit": column.unit, "sort": column.sort, "class": _is_number(column) and "num"}
        for column in columns
    ]


def rows(found: Sequence[library.Row], columns: Sequence[LibraryColumn], *, as_usual: bool) -> list[dict[str, Any]]:
    """``as_usual``: nobody chose these columns, so that a phone shows the most telling of them alone."""
    keys = {column.key for column in columns}
    shown = [(column, _look(column), _class(column), _said_beside(column, as_usual)) for column in columns]
    marks = {"is_flagship": _("龙头"), "is_package": _("打包"), "parent_id": _("子项目")}
    return [_row(row, shown, marks) | _beside(row.project, keys) for row in found]


def total(totals: library.Totals, columns: Sequence[LibraryColumn]) -> list[dict[str, str]]:
    """What stands below each column but the first."""
    sums = {"total": figures.yi(totals.total), "plan": figures.wan(totals.plan)}
    return [
        {"key": column.key, "value": sums[column.key], "beside": _said_beside(column, as_usual=False)}
        if column.key in sums
        else {}
        for column in columns[1:]
    ]


def counted(totals: library.Totals) -> str:
    if totals.items == totals.projects:
        return _("%(projects)s 个项目") % {"projects": f"{totals.projects:,}"}
    return _("%(items)s 项，按子项 %(projects)s 个") % {
        "items": f"{totals.items:,}",
        "projects": f"{totals.projects:,}",
    }


def _row(row: library.Row, columns: list[tuple[LibraryColumn, str, str, str]], marks: dict[str, str]) -> dict[str, Any]:
    project, shown = row
    return {
        "url": reverse("project_detail", args=[project.code]),
        "name": project.name,
        "code": project.code,
        "marks": [word for name, word in marks.items() if getattr(project, name)],
        "lit": None if project.is_package else lit(shown.light, shown.computed_light),
        "step": _STEPS.get(shown.stage),
        "late": f"{shown.days_late:,}" if shown.days_late else "",
        "counted": figures.wan(Decimal(shown.counted or 0)),
        "cells": [
            {"look": look, "class": css, "beside": beside, "text": column.written(row)}
            for column, look, css, beside in columns
        ],
    }


def _beside(project: Any, keys: set[str]) -> dict[str, Any]:
    """What some columns say of a project in smaller letters, or instead of their text."""
    return {
        "person": str(project.responsible_person or "") if "unit" in keys else "",
        "is_suspended": "stage" in keys and project.is_suspended,
    }


def _heading(column: LibraryColumn) -> str:
    return _("项目") if column.key == NAME else column.cell.label


def _look(column: LibraryColumn) -> str:
    return column.key if column.key in _LOOKS else ""


def _is_number(column: LibraryColumn) -> bool:
    return column.cell.kind in NUMBERS


def _class(column: LibraryColumn) -> str:
    if column.key == NAME:
        return "cell-title"
    if column.key == "late":
        return "num cell-wide"
    if _is_number(column):
        return "num"
    return "cell-long" if column.is_wide else ""


def _said_beside(column: LibraryColumn, as_usual: bool) -> str:
    """What a card on a phone calls the value; lights, units and stages speak for themselves."""
    if column.key in _LOOKS - {"late"} or (as_usual and not _is_number(column)):
        return ""
    return f"{column.cell.label}（{column.unit}）" if column.unit else column.cell.label
