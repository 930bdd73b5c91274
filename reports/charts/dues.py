"""应开工、应竣工: what was due by the day, in one bar: on time, late, missed; what came early stands apart."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts.axes import spread
from reports.charts.chart import Cell, Chart, Frame, Head, Picture, Table, Tone, charted, lengths, painted
from reports.drawing import Box, Shape, linked, text, width_of

_APART = 8
_SWATCH = 10


@dataclass(frozen=True)
class Count:
    """``words`` names it: 按期, 逾期未开."""

    words: str
    count: int
    tone: Tone
    href: str = ""

    @property
    def said(self) -> str:
        return f"{self.words} {self.count}"


@dataclass(frozen=True)
class Due:
    """``parts`` add up to what is due; ``early`` was not due yet. ``name`` is 应开工 or 应竣工."""

    name: str
    parts: tuple[Count, ...]
    early: Count | None = None
    href: str = ""

    @property
    def count(self) -> int:
        return sum(part.count for part in self.parts)

    @property
    def shown(self) -> list[Count]:
        """What there is any of: what is due, then what is early."""
        return [part for part in (*self.parts, *([self.early] if self.early else [])) if part.count]

    @property
    def missed(self) -> list[Count]:
        return [part for part in self.parts if part.tone is Tone.LATE and part.count]


def starts(*, on_time: int, late: int, missed: int, early: int, hrefs: Sequence[str] = ("", "", "", "", "")) -> Due:
    """``hrefs`` open what is due, on time, late, missed and early. ``late``: begun, but after its day."""
    return _due("应开工", ("按期", "逾期已开", "逾期未开", "提前"), (on_time, late, missed, early), hrefs)


def finishes(*, on_time: int, late: int, missed: int, early: int, hrefs: Sequence[str] = ("", "", "", "", "")) -> Due:
    return _due("应竣工", ("按期", "逾期已竣", "逾期未竣", "提前"), (on_time, late, missed, early), hrefs)


def _due(name: str, words: Sequence[str], counts: Sequence[int], hrefs: Sequence[str]) -> Due:
    tones = (Tone.DONE, Tone.LINED, Tone.LATE, Tone.EARLY)
    *parts, early = (Count(*each) for each in zip(words, counts, tones, hrefs[1:], strict=True))
    return Due(name, tuple(parts), early, hrefs[0])


def chart(dues: Sequence[Due]) -> Chart:
    """All bars share one scale."""
    return charted(
        lambda frame: _drawn(dues, frame),
        title="；".join(map(_finding, dues)),
        table=Table(
            (Head("事项", is_number=False), Head("项目", "项")), tuple(row for due in dues for row in _cells(due))
        ),
        is_empty=not any(due.shown for due in dues),
    )


def _finding(due: Due) -> str:
    missed = "、".join(f"{part.said} 项" for part in due.missed)
    return f"{due.name} {due.count} 项，{missed or '无逾期'}"


def _cells(due: Due) -> list[tuple[Cell, ...]]:
    parts = [*due.parts, *([due.early] if due.early else [])]
    named = [(f"{due.name}：{part.words}", part.count, part.href) for part in parts]
    lines = [(due.name, due.count, due.href), *named]
    return [(Cell(words, is_number=False), Cell(str(count), href if count else "")) for words, count, href in lines]


def _drawn(dues: Sequence[Due], frame: Frame) -> Picture:
    whole = max((due.count + (due.early.count if due.early else 0) for due in dues), default=0)
    shapes: list[Shape] = []
    top = 0.0
    for due in dues:
        drawn, top = _bar(due, top, frame, whole=whole)
        shapes += drawn
        top += 14
    return Picture(shapes, max(top - 14, 1))


def _bar(due: Due, top: float, frame: Frame, *, whole: int) -> tuple[list[Shape], float]:
    heading = text(f"{due.name} {due.count} 项", 0, top + 10, size=frame.text + 1, bold=True)
    shapes = [linked([heading], due.href, f"{due.name} {due.count} 项")]
    boxes = segments(due, frame.width, whole=whole, top=top + 24, height=20)
    for part, box in zip(due.shown, boxes, strict=True):
        shapes.append(linked(painted(box, part.tone), part.href, f"{due.name}：{part.said} 项"))
    labels, foot = _labels(due.shown, boxes, frame)
    return shapes + labels, foot


def segments(due: Due, width: float, *, whole: int, top: float, height: float) -> list[Box]:
    """One box for each part shown; those that are due touch, what is early stands apart."""
    found, left = [], 0.0
    room = width - (_APART if due.early else 0)
    for part, length in zip(
        due.shown, lengths([each.count for each in due.shown], room=room, whole=whole), strict=True
    ):
        left += _APART if part is due.early else 0
        found.append(Box(left, top, left + length, top + height))
        left += length
    return found


def _labels(parts: Sequence[Count], boxes: Sequence[Box], frame: Frame) -> tuple[list[Shape], float]:
    """Under their segments, moved apart; where one line does not hold them, one under the other."""
    size, foot = frame.text, boxes[0].bottom if boxes else 0.0
    rooms = [_SWATCH + 5 + width_of(part.said, size) + 14 for part in parts]
    if sum(rooms) <= frame.width:
        middles = spread([(box.left + box.right) / 2 for box in boxes], rooms, low=-7, high=frame.width + 7)
        places = [(middle - room / 2 + 7, foot + 15) for middle, room in zip(middles, rooms, strict=True)]
    else:
        places = [(turn % 2 * frame.width / 2, foot + 15 + turn // 2 * 20) for turn in range(len(parts))]
    shapes = [each for part, place in zip(parts, places, strict=True) for each in _label(part, *place, size)]
    return shapes, max((y for _x, y in places), default=foot) + 10


def _label(part: Count, x: float, y: float, size: float) -> list[Shape]:
    swatch = painted(Box(x, y - _SWATCH / 2, x + _SWATCH, y + _SWATCH / 2), part.tone)
    return [*swatch, text(part.said, x + _SWATCH + 5, y, size=size)]
