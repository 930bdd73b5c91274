"""亮灯变化: which lights went from what to what since last week."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts import lights
from reports.charts.chart import Cell, Chart, Frame, Head, Picture, Table, Tone, charted, lengths, painted
from reports.drawing import SOFT, Box, Paint, Shape, line, linked, path, text

_STEP, _HEADING = 26, 24
_FULL = 8  # projects: fewer do not fill the room
_LIT = ("red", "yellow", "blue", "green")


@dataclass(frozen=True)
class Move:
    was: str
    now: str
    count: int
    href: str = ""

    @property
    def said(self) -> str:
        return f"{lights.WORDS[self.was]}→{lights.WORDS[self.now]} {self.count} 项"

    @property
    def is_lit(self) -> bool:
        return self.was in _LIT and self.now in _LIT


def chart(moves: Sequence[Move]) -> Chart:
    """The worse first. Between no data or a pause and a light there is no better and no worse."""
    groups = _groups([move for move in moves if move.count])
    return charted(
        lambda frame: _drawn(groups, frame),
        title=_finding(groups),
        table=Table(
            (Head("上周", is_number=False), Head("本周", is_number=False), Head("项目", "项")),
            tuple(_cells(move) for _words, _tone, found in groups for move in found),
        ),
        is_empty=not groups,
    )


Group = tuple[str, Tone, list[Move]]


def _groups(moves: Sequence[Move]) -> list[Group]:
    worse = [move for move in moves if move.is_lit and lights.rank(move.now) < lights.rank(move.was)]
    better = [move for move in moves if move.is_lit and lights.rank(move.now) > lights.rank(move.was)]
    others = [move for move in moves if not move.is_lit]
    named = [("变差", Tone.LATE, worse), ("变好", Tone.DONE, better), ("其他", Tone.EARLY, others)]
    return [(words, tone, sorted(found, key=_order)) for words, tone, found in named if found]


def _order(move: Move) -> tuple[int, int]:
    return lights.rank(move.now), lights.rank(move.was)


def _total(group: Group) -> int:
    return sum(move.count for move in group[2])


def _finding(groups: Sequence[Group]) -> str:
    if not groups:
        return "比上周：亮灯没有变化"
    return "比上周：" + "、".join(f"{group[0]} {_total(group)} 项" for group in groups)


def _cells(move: Move) -> tuple[Cell, ...]:
    was, now = (Cell(lights.WORDS[light], is_number=False) for light in (move.was, move.now))
    return was, now, Cell(str(move.count), move.href)


def _drawn(groups: Sequence[Group], frame: Frame) -> Picture:
    largest = max((move.count for group in groups for move in group[2]), default=0)
    largest = max(largest, _FULL)
    shapes: list[Shape] = []
    top = 0.0
    for group in groups:
        shapes.append(text(f"{group[0]} {_total(group)} 项", 0, top + 10, size=frame.text, fill=SOFT, bold=True))
        top += _HEADING
        for move in group[2]:
            shapes.append(_row(move, group[1], top + _STEP / 2, frame, largest=largest))
            top += _STEP
        top += 8
    return Picture(shapes, max(top - 8, 1))


def _row(move: Move, tone: Tone, y: float, frame: Frame, *, largest: int) -> Shape:
    size = frame.text
    arrow, now = 68.0, 100.0
    left = now + 76
    room = frame.width - left - 4.5 * size
    end = left + lengths([move.count], room=room, whole=largest)[0]
    shapes = [
        *lights.named(move.was, 0, y, size),
        *_arrow(arrow, now - 10, y),
        *lights.named(move.now, now, y, size),
        *painted(Box(left, y - 5, end, y + 5), tone),
        text(f"{move.count} 项", end + 7, y, size=size),
    ]
    return linked(shapes, move.href, move.said)


def _arrow(left: float, right: float, y: float) -> list[Shape]:
    head = [(right, y), (right - 6, y - 3.5), (right - 6, y + 3.5)]
    return [line((left, y), (right - 6, y), Paint(stroke=SOFT, width=1.2)), path(head, Paint(SOFT))]
