"""A table one types into: rows of plain values given out, and the same rows taken back with what is wrong in them.

Works without JavaScript: “增加行”, “插入” and “移除” send the whole table, which comes back with nothing lost. Only
“保存” cleans it. What each row holds is a form; one with more fields makes a table with more columns.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property

SPARE_ROWS = 3
_ADDED_ROWS = 5
_PREFIX = "row"


@dataclass
class Row:
    """Values as typed, and by field what is wrong with them."""

    values: dict[str, str]
    errors: dict[str, list[str]] = field(default_factory=dict)


class RowForm(forms.Form):
    """The columns of a table. ``SIZES`` name their widths: tiny, short, long, middle (what is left), wide, check."""

    SIZES: ClassVar[dict[str, str]] = {}
    PRESET: ClassVar[tuple[str, ...]] = ()
    """Fields that a new row begins with; they alone do not make it a row somebody filled in."""


class RowTable:
    """Rows of one ``RowForm``. ``lists`` offers known words for a text field."""

    form_class: type[RowForm] = RowForm
    LARGEST: ClassVar[int] = 60

    def __init__(
        self, rows: Iterable[Mapping[str, str]] = (), *, lists: Mapping[str, Iterable[str]] | None = None
    ) -> None:
        self.rows = [Row(dict(values)) for values in rows]
        self.lists = {name: list(words) for name, words in (lists or {}).items()}
        self.cleaned: list[dict[str, Any]] = []

    @classmethod
    def sent(cls, posted: QueryDict, **more: Any) -> Self:
        """What was typed, row by row."""
        count = min(_number(posted.get("rows")), cls.LARGEST)
        names = cls.form_class.base_fields
        return cls(
            ({name: posted.get(f"{_PREFIX}-{row}-{name}", "") for name in names} for row in range(count)), **more
        )

    def rearranged(self, posted: QueryDict) -> bool:
        """Whether a button other than “保存” was pressed; what it asks for is then done."""
        if "add" in posted:
            self.add_spare_rows(_ADDED_ROWS)
        elif "insert" in posted:
            self.insert(_number(posted.get("insert")))
        elif "remove" in posted:
            gone = _number(posted.get("remove"))
            self.rows = [row for number, row in enumerate(self.rows) if number != gone]
        else:
            return False
        return True

    def add_spare_rows(self, count: int = SPARE_ROWS) -> None:
        while count and len(self.rows) < self.LARGEST:
            self.rows.append(Row(self.blank()))
            count -= 1

    def insert(self, number: int) -> None:
        """An empty row before this one."""
        if len(self.rows) < self.LARGEST:
            self.rows.insert(number, Row(self.blank()))

    def blank(self) -> dict[str, str]:
        """What a new row begins with: what is preset is as in the last row."""
        last = self.rows[-1].values if self.rows else {}
        return {name: last.get(name, "") for name in self.form_class.PRESET}

    def is_valid(self) -> bool:
        """Clean the rows that were filled in, into ``cleaned``; the others are left out."""
        self.rows = [row for row in self.rows if self._is_filled(row)]
        self.cleaned = []
        for row in self.rows:
            form = self.form_class(row.values)
            row.errors = {name: list(map(str, errors)) for name, errors in form.errors.items()}
            self.cleaned.append(form.cleaned_data)
        if self.is_right:
            self.check()
        return self.is_right

    def check(self) -> None:
        """What only all rows together show; overridden by a table that knows more."""

    @property
    def is_right(self) -> bool:
        return not any(row.errors for row in self.rows)

    @property
    def wrong(self) -> list[int]:
        """Numbers of the rows to be mended, counted from one."""
        return [number for number, row in enumerate(self.rows, start=1) if row.errors]

    @cached_property
    def columns(self) -> list[dict[str, Any]]:
        form = self.form_class
        return [
            {
                "name": name,
                "label": each.label,
                "help": each.help_text,
                "kind": _kind(each),
                "size": form.SIZES.get(name, "middle"),
                "choices": [(str(value), str(label)) for value, label in getattr(each, "choices", ())],
                "list": f"{name}-list" if name in self.lists else "",
                "max_length": getattr(each, "max_length", None),
            }
            for name, each in form.base_fields.items()
        ]

    @property
    def word_lists(self) -> list[dict[str, Any]]:
        return [{"id": f"{name}-list", "words": words} for name, words in self.lists.items()]

    def shown(self) -> Iterator[dict[str, Any]]:
        """The rows as a template writes them, without a query or a widget."""
        labels = {column["name"]: column["label"] for column in self.columns}
        for number, row in enumerate(self.rows):
            yield {
                "number": number,
                "id": f"{_PREFIX}-{number}",
                "label": number + 1,
                "cells": [
                    {
                        **column,
                        "name": f"{_PREFIX}-{number}-{column['name']}",
                        "value": row.values.get(column["name"], ""),
                        "is_wrong": column["name"] in row.errors,
                    }
                    for column in self.columns
                ],
                "errors": [
                    {"label": labels.get(name), "text": text, "id": f"{_PREFIX}-{number}-{name}", "is_first": not place}
                    for name, texts in row.errors.items()
                    for place, text in enumerate(texts)
                ],
            }

    def _is_filled(self, row: Row) -> bool:
        return any(value.strip() for name, value in row.values.items() if name not in self.form_class.PRESET)


def _number(text: str | None) -> int:
    return int(text[:4]) if text and text.isdecimal() else 0


def _kind(each: forms.Field) -> str:
    kinds = {forms.BooleanField: "check", forms.ChoiceField: "choice", forms.DateField: "date"}
    found = next((kind for form_field, kind in kinds.items() if isinstance(each, form_field)), "")
    return found or ("number" if isinstance(each, forms.IntegerField | forms.DecimalField) else "text")
