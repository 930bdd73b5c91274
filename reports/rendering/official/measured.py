"""排版测量: where the words of a laid-out paper really stand. Lengths are millimetres from the upper left corner."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_MM = 25.4 / 96  # of the unit of the layout


@dataclass(frozen=True)
class Line:
    """One line of words. ``left`` to ``right``: what it may fill, the type area or its cell; ``role``: its style.

    ``foot``: the lower end of its words; ``pitch``: the height of the whole line, in which they stand in the middle.
    """

    text: str
    x: float
    end: float
    left: float
    right: float
    top: float
    pitch: float
    points: float
    role: str = ""
    is_in_table: bool = False

    @property
    def foot(self) -> float:
        return self.top + (self.pitch + self.points * 25.4 / 72) / 2


@dataclass(frozen=True)
class TablePart:
    """What of a table stands on one page: ``heads`` of its columns, () where they are not repeated there."""

    unit: str
    heads: tuple[str, ...]


@dataclass(frozen=True)
class Page:
    """``area``: left, top, width and height of the type area."""

    number: int
    width: float
    height: float
    area: tuple[float, float, float, float]
    lines: tuple[Line, ...]
    tables: tuple[TablePart, ...]

    @property
    def bottom(self) -> float:
        return self.area[1] + self.area[3]


def pages(laid: Sequence[Any]) -> tuple[Page, ...]:
    """Of each page what stands in its flow; page numbers, the stamp and a 版记 at the foot are set beside it."""
    return tuple(_page(number, each) for number, each in enumerate(laid, start=1))


def _page(number: int, laid: Any) -> Page:
    box = laid._page_box
    left, top = box.content_box_x() * _MM, box.content_box_y() * _MM
    area = left, top, box.width * _MM, box.height * _MM
    flow = box.children[0]
    return Page(
        number,
        laid.width * _MM,
        laid.height * _MM,
        area,
        tuple(_lines(flow, (left, left + area[2]), "", is_in_table=False)),
        tuple(_table(each) for each in flow.descendants() if _is(each, "TableBox")),
    )


def _lines(box: Any, within: tuple[float, float], role: str, *, is_in_table: bool) -> Iterator[Line]:
    """Every line below, in the order of the paper; a line within a line belongs to it."""
    if box.style["visibility"] == "hidden":
        return
    if box.element is not None:
        role = box.element.get("class") or role
    if _is(box, "TableCellBox"):
        left = box.padding_box_x() * _MM
        within, is_in_table = (left, left + box.padding_width() * _MM), True
    if _is(box, "LineBox"):
        if line := _line(box, within, role, is_in_table=is_in_table):
            yield line
        return
    for child in getattr(box, "children", ()):
        yield from _lines(child, within, role, is_in_table=is_in_table)


def _line(box: Any, within: tuple[float, float], role: str, *, is_in_table: bool) -> Line | None:
    said = [each for each in box.descendants() if getattr(each, "text", "").strip()]
    if not said:
        return None
    return Line(
        text="".join(each.text for each in said),
        x=min(each.position_x for each in said) * _MM,
        end=max(each.position_x + each.width for each in said) * _MM,
        left=within[0],
        right=within[1],
        top=box.position_y * _MM,
        pitch=box.height * _MM,
        points=max(each.style["font_size"] for each in said) * 72 / 96,
        role=role,
        is_in_table=is_in_table,
    )


def _table(box: Any) -> TablePart:
    head = next((each for each in box.children if each.is_header), None)
    cells = [each for each in head.descendants() if _is(each, "TableCellBox")] if head else []
    return TablePart(
        unit="".join(_words(each) for each in cells if _is_unit(each)),
        heads=tuple(_words(each) for each in cells if not _is_unit(each)),
    )


def _is(box: Any, kind: str) -> bool:
    return type(box).__name__ == kind


def _is_unit(cell: Any) -> bool:
    return bool(cell.element.get("class") == "unit")


def _words(box: Any) -> str:
    return "".join(getattr(each, "text", "") for each in box.descendants()).strip()
