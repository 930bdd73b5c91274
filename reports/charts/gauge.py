"""三项指标: a rate against 序时进度, as a card with a small bar."""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from projects import figures
from reports.charts.chart import Tone, lengths, painted
from reports.drawing import INK, Box, Paint, Shape, line, number, path, rectangle, svg

_WIDTH, _TOP, _HEIGHT = 240, 6, 16


class Beside(NamedTuple):
    """The other common definition, in ready words: 按期开工率, 92.11%, 70/76."""

    name: str
    value: str
    made_of: str
    href: str = ""


@dataclass(frozen=True)
class Index:
    """``rate`` and ``time_progress`` in percent, ``gap_pp`` in percentage points; None where undefined.

    ``numerator`` and ``denominator`` are ready words with their units: 完成 21.34 亿元, 年度计划 33.50 亿元.
    ``mark`` names what the rate is compared with.
    """

    name: str
    rate: Decimal | None
    time_progress: Decimal | None
    gap_pp: Decimal | None
    numerator: str
    denominator: str
    href: str = ""
    numerator_href: str = ""
    denominator_href: str = ""
    mark: str = "序时"
    beside: tuple[Beside, ...] = ()


@dataclass(frozen=True)
class Card:
    index: Index
    value: str
    progress: str
    gap: str
    is_behind: bool
    bar: str


def card(index: Index) -> Card:
    """Ready words, and the bar as a drawing without words."""
    is_behind = index.gap_pp is not None and figures.rounded(index.gap_pp, 2) < 0
    box = Box(0, 0, _WIDTH, _HEIGHT)
    return Card(
        index,
        figures.percent(index.rate),
        figures.percent(index.time_progress),
        figures.gap_pp(index.gap_pp),
        is_behind,
        svg(_bar(index, is_behind=is_behind), box, width=number(box.width), height=number(box.height), label=""),
    )


def _bar(index: Index, *, is_behind: bool) -> list[Shape]:
    whole = max(Decimal(100), index.rate or Decimal(0))
    full, done, due = lengths(
        [Decimal(100), index.rate or Decimal(0), index.time_progress or Decimal(0)], room=_WIDTH, whole=whole
    )
    shapes = [rectangle(Box(0, _TOP, full, _HEIGHT), Paint("#e3e8ee"))]
    if done:
        shapes += painted(Box(0, _TOP, done, _HEIGHT), Tone.DONE)
    if is_behind and due > done:
        shapes += painted(Box(done, _TOP, due, _HEIGHT), Tone.LINED)
    if index.time_progress is not None:
        shapes += _mark(min(max(due, 5), _WIDTH - 5))
    return shapes


def _mark(x: float) -> list[Shape]:
    """Where the year stands: white beside ink, so that it is seen on any ground."""
    return [
        line((x, _TOP), (x, _HEIGHT), Paint(stroke="#ffffff", width=4)),
        line((x, 2), (x, _HEIGHT), Paint(stroke=INK, width=1.6)),
        path([(x - 5, 0), (x + 5, 0), (x, 6)], Paint(INK)),
    ]
