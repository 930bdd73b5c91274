"""Bars under one another, each with its name and its figures in words beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from reports.charts.chart import Frame, Picture, Tone, lengths, painted
from reports.drawing import INK, SOFT, Box, Paint, Shape, clipped, line, linked, rectangle, text, width_of

_GAP = 10
_LONGEST = 180


@dataclass(frozen=True)
class Part:
    amount: Decimal | int
    tone: Tone
    words: str
    href: str = ""


@dataclass(frozen=True)
class Row:
    """``said`` stands at the end of the bar, ``aside`` in a column of its own; a narrow room has ``aside_short``."""

    name: str
    parts: tuple[Part, ...]
    said: str
    aside: str = ""
    aside_short: str = ""
    href: str = ""


@dataclass(frozen=True)
class Reference:
    """A line through all bars."""

    value: Decimal
    words: str


def drawn(rows: Sequence[Row], frame: Frame, *, whole: Decimal | int, reference: Reference | None = None) -> Picture:
    """``whole`` is what a full bar stands for. Where there is a reference, the figures stand before the bars."""
    top = 22 if reference else 2
    step, bar = (42, 10) if frame.is_narrow else (28, 16)
    columns = _columns(rows, frame, before=reference is not None)
    shapes: list[Shape] = []
    if reference:
        shapes.append(_reference_words(reference, columns, whole=whole, size=frame.text))
    for turn, row in enumerate(rows):
        y = top + step * turn + (step - bar - 6 if frame.is_narrow else (step - bar) / 2)
        room = Box(columns.left, y, columns.right, y + bar)
        shapes += _row(row, room, columns, frame, whole=whole)
        if reference:
            x = _at(reference, columns, whole=whole)
            shapes.append(line((x, y - 4), (x, y + bar + 4), Paint(stroke=INK, width=1.2)))
    return Picture(shapes, top + step * len(rows))


class Columns(NamedTuple):
    """Bars lie from ``left`` to ``right``; ``figures`` is where figures that stand before them end."""

    names: float
    figures: float | None
    left: float
    right: float


def _columns(rows: Sequence[Row], frame: Frame, *, before: bool) -> Columns:
    if frame.is_narrow:
        return Columns(0, None, 0, frame.width)
    names, said, aside = (
        max((width_of(words, frame.text) for words in column), default=0)
        for column in zip(*((row.name, row.said, row.aside) for row in rows), strict=True)
    )
    names = min(names, _LONGEST)
    figures = names + _GAP + said
    right = frame.width - (aside + 2 * _GAP if aside else 0)
    if before:
        return Columns(names, figures, figures + _GAP, right)
    return Columns(names, None, names + _GAP, right - said - _GAP)


def _at(reference: Reference, columns: Columns, *, whole: Decimal | int) -> float:
    return columns.left + lengths([reference.value], room=columns.right - columns.left, whole=whole)[0]


def _reference_words(reference: Reference, columns: Columns, *, whole: Decimal | int, size: float) -> Shape:
    half = width_of(reference.words, size) / 2
    middle = min(max(_at(reference, columns, whole=whole), columns.left + half), columns.right - half)
    return text(reference.words, middle, 9, size=size, fill=SOFT, anchor="middle")


def _row(row: Row, room: Box, columns: Columns, frame: Frame, *, whole: Decimal | int) -> list[Shape]:
    bars, end = _bars(row, room, whole=whole)
    if frame.is_narrow:
        return [*_heading(row, room, frame), rectangle(room, Paint("#f1f4f7")), *bars]
    middle, size = (room.top + room.bottom) / 2, frame.text
    name = text(clipped(row.name, size=size, width=columns.names), 0, middle, size=size)
    shapes = [*bars, _opening([name], row)]
    if columns.figures is None:
        shapes.append(text(row.said, end + 7, middle, size=size))
    else:
        shapes.append(text(row.said, columns.figures, middle, size=size, anchor="end"))
    if row.aside:
        shapes.append(text(row.aside, frame.width, middle, size=size, fill=SOFT, anchor="end"))
    return shapes


def _heading(row: Row, room: Box, frame: Frame) -> list[Shape]:
    y, size = room.top - 12, frame.text
    figures = frame.width - (3 * size if row.aside_short else 0)
    name = clipped(row.name, size=size, width=figures - width_of(row.said, size) - _GAP)
    said = text(row.said, figures, y, size=size, anchor="end")
    aside = [text(row.aside_short, frame.width, y, size=size, fill=SOFT, anchor="end")] if row.aside_short else []
    return [_opening([text(name, 0, y, size=size)], row), said, *aside]


def _opening(shapes: list[Shape], row: Row) -> Shape:
    return linked(shapes, row.href, f"{row.name}：{row.said}")


def _bars(row: Row, room: Box, *, whole: Decimal | int) -> tuple[list[Shape], float]:
    shapes, left = [], room.left
    for part, length in zip(
        row.parts, lengths([each.amount for each in row.parts], room=room.width, whole=whole), strict=True
    ):
        if length:
            box = Box(left, room.top, left + length, room.bottom)
            shapes.append(linked(painted(box, part.tone), part.href, part.words))
        left += length
    return shapes, left
