"""What every chart comes to: a finding, a drawing for wide and one for narrow rooms, and its table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from reports.drawing import BLUE, GROUND, INK, MID, Box, Paint, Shape, hatched, number, rectangle, svg

_HATCH = 5


class Frame(NamedTuple):
    """The room of a drawing. It is shown about as large as it is drawn, so ``text`` is the size people read."""

    width: float
    text: float
    is_narrow: bool = False


WIDE, NARROW = Frame(640, 13), Frame(328, 12, is_narrow=True)


class Tone(Enum):
    """What a bar says; each is told from the others in black and white too."""

    DONE = "done"
    LATE = "late"
    LINED = "lined"
    EARLY = "early"


class Head(NamedTuple):
    label: str
    unit: str = ""
    is_number: bool = True


class Cell(NamedTuple):
    words: str
    href: str = ""
    is_number: bool = True


@dataclass(frozen=True)
class Table:
    """The first cell of each row heads it."""

    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Chart:
    """``title`` says the finding, ``note`` how it is counted."""

    title: str
    wide: str
    narrow: str
    table: Table
    note: str = ""
    is_empty: bool = False


class Picture(NamedTuple):
    shapes: list[Shape]
    height: float


def charted(
    draw: Callable[[Frame], Picture], *, title: str, table: Table, note: str = "", is_empty: bool = False
) -> Chart:
    """``draw`` is asked once for each room, of nothing never; every drawing is named by the finding."""
    if is_empty:
        return Chart(title, "", "", table, note, is_empty=True)
    wide, narrow = (_framed(draw(frame), frame, title) for frame in (WIDE, NARROW))
    return Chart(title, wide, narrow, table, note)


def _framed(picture: Picture, frame: Frame, title: str) -> str:
    view = Box(0, 0, frame.width, picture.height)
    size = {"width": number(frame.width), "height": number(picture.height)}
    return svg(picture.shapes, view, **size, label=title, role="group")


def painted(box: Box, tone: Tone) -> list[Shape]:
    """Full, heavy, lined and empty."""
    match tone:
        case Tone.DONE:
            return [rectangle(box, Paint(MID))]
        case Tone.LATE:
            return [rectangle(box, Paint(INK))]
        case Tone.LINED:
            lines = hatched(box, Paint(stroke=INK, width=1.2), gap=_HATCH)
            return [rectangle(box, Paint(GROUND)), *lines, rectangle(_inner(box), Paint(stroke=INK))]
        case Tone.EARLY:
            return [rectangle(_inner(box), Paint(GROUND, BLUE, 1, "3 2"))]


def _inner(box: Box) -> Box:
    """So that the outline, drawn along it, does not stand over the edge."""
    return box if box.width < 2 else Box(box.left + 0.5, box.top + 0.5, box.right - 0.5, box.bottom - 0.5)


def lengths(amounts: Sequence[Decimal | int], *, room: float, whole: Decimal | int) -> list[float]:
    """How long each is drawn where ``whole`` fills the room; of nothing, nothing is drawn."""
    return [room * float(amount) / float(whole) if whole else 0.0 for amount in amounts]
