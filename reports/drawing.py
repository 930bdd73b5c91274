"""Shapes as SVG, each with the room it takes, so that any window of a drawing can be cut out.

Presentation attributes only: the policy forbids ``style=`` and WeasyPrint's page CSS does not reach inline SVG.
WeasyPrint takes the names of fonts as they stand between the commas: no quotes, no blanks after a comma.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

FONTS = "FandolHei,WenQuanYi Micro Hei,AR PL UMing CN,HanaMinA,HanaMinB,sans-serif"
_CLOSING = "，。；：、）”》！？,.;:)"
_PARTS = re.compile(rf"(?:（[^（）]{{1,5}}）|[A-Za-z0-9.%-]+|.)[{_CLOSING}]*", re.DOTALL)
INK, SOFT, FAINT, LINE, GROUND = "#1a2332", "#46525f", "#5c6773", "#dde3ea", "#ffffff"
BLUE, MID, WASH = "#14508f", "#9dbfe0", "#dfeaf5"


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def meets(self, other: "Box") -> bool:
        return (
            self.left <= other.right
            and other.left <= self.right
            and self.top <= other.bottom
            and other.top <= self.bottom
        )


class Shape(NamedTuple):
    box: Box
    markup: str


@dataclass(frozen=True)
class Paint:
    fill: str = "none"
    stroke: str = ""
    width: float = 1
    dash: str = ""

    def __str__(self) -> str:
        said = f' fill="{self.fill}"'
        if self.stroke:
            said += f' stroke="{self.stroke}" stroke-width="{number(self.width)}"'
        return f'{said} stroke-dasharray="{self.dash}"' if self.dash else said


def number(value: float) -> str:
    """Short: a drawing has tens of thousands of them."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def rectangle(box: Box, paint: Paint) -> Shape:
    place = f'x="{number(box.left)}" y="{number(box.top)}" width="{number(box.width)}" height="{number(box.height)}"'
    return Shape(box, f"<rect {place}{paint}/>")


def line(start: tuple[float, float], end: tuple[float, float], paint: Paint) -> Shape:
    return path([start, end], paint, closed=False)


def path(points: Sequence[tuple[float, float]], paint: Paint, *, closed: bool = True) -> Shape:
    across, down = [x for x, _ in points], [y for _, y in points]
    drawn = "L".join(f"{number(x)} {number(y)}" for x, y in points)
    return Shape(
        Box(min(across), min(down), max(across), max(down)), f'<path d="M{drawn}{"Z" if closed else ""}"{paint}/>'
    )


def circle(x: float, y: float, reach: float, paint: Paint) -> Shape:
    place = f'cx="{number(x)}" cy="{number(y)}" r="{number(reach)}"'
    return Shape(Box(x - reach, y - reach, x + reach, y + reach), f"<circle {place}{paint}/>")


def linked(shapes: Sequence[Shape], href: str, words: str) -> Shape:
    """The shapes as one, named by these words; with an address they open what is behind them."""
    lefts, tops, rights, bottoms = zip(*(shape.box for shape in shapes), strict=True)
    opening, closing = (f"<a href={quoteattr(href)}>", "</a>") if href else ("<g>", "</g>")
    inside = f"<title>{escape(words)}</title>" + "".join(shape.markup for shape in shapes)
    return Shape(Box(min(lefts), min(tops), max(rights), max(bottoms)), f"{opening}{inside}{closing}")


def hatched(box: Box, paint: Paint, *, gap: float) -> list[Shape]:
    """Lines rising from left to right within the box, one path: a texture that needs no pattern and no clipping."""
    parts = []
    step = gap
    while step < box.width + box.height:
        x0, y0 = (box.left, box.top + step) if step <= box.height else (box.left + step - box.height, box.bottom)
        x1, y1 = (box.left + step, box.top) if step <= box.width else (box.right, box.top + step - box.width)
        parts.append(f"M{number(x0)} {number(y0)}L{number(x1)} {number(y1)}")
        step += gap
    return [Shape(box, f'<path d="{"".join(parts)}"{paint}/>')] if parts else []


def text(
    words: str, x: float, y: float, *, size: float, fill: str = INK, anchor: str = "start", bold: bool = False
) -> Shape:
    """One line, its middle at ``y``. The baseline is placed by hand: engines differ in what central means."""
    width, base = width_of(words, size), y + 0.36 * size
    left = x - width if anchor == "end" else x - width / 2 if anchor == "middle" else x
    said = "" if anchor == "start" else f' text-anchor="{anchor}"'
    said += ' font-weight="700"' if bold else ""
    place = f'x="{number(x)}" y="{number(base)}" font-size="{number(size)}" fill="{fill}"'
    return Shape(Box(left, y - 0.7 * size, left + width, y + 0.7 * size), f"<text {place}{said}>{escape(words)}</text>")


def width_of(words: str, size: float) -> float:
    """About: what is not ASCII is as wide as it is high."""
    return sum(0.56 if sign.isascii() else 1.0 for sign in words) * size


def clipped(words: str, *, size: float, width: float) -> str:
    """The words, or as many of their signs as this width holds, and an ellipsis."""
    if width_of(words, size) <= width:
        return words
    return next(
        (f"{words[:end]}…" for end in range(len(words), 0, -1) if width_of(words[:end], size) + size <= width), ""
    )


def wrapped(words: str, *, size: float, width: float) -> list[str]:
    """The words in lines of at most this width; nothing is left out. Words of Latin letters stay whole."""
    lines, current = [], ""
    for part in _unbreakable(words):
        if current and width_of(current + part, size) > width:
            lines.append(current)
            current = part.lstrip()
        else:
            current += part
    return [*lines, current] if current else lines or [""]


def balanced(words: str, *, size: float, width: float) -> list[str]:
    """Wrapped into as few lines as ``wrapped`` does, but about as long as one another."""
    lines = wrapped(words, size=size, width=width)
    if len(lines) == 1:
        return lines
    even = wrapped(words, size=size, width=min(width, width_of(words, size) / len(lines) + 1.5 * size))
    return even if len(even) == len(lines) else lines


def _unbreakable(words: str) -> list[str]:
    """Signs that a line may end after; a short remark in brackets, like （二期）, stays together."""
    return _PARTS.findall(words)


def svg(shapes: Iterable[Shape], view: Box, *, width: str, height: str, label: str, role: str = "img") -> str:
    """The part of the drawing that meets this window. Without a label it only accompanies words.

    ``role``: a picture as a whole; a ``group`` has links in it.
    """
    said = f'role="{role}" aria-label={quoteattr(label)}' if label else 'aria-hidden="true"'
    window = f"{number(view.left)} {number(view.top)} {number(view.width)} {number(view.height)}"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="{window}" '
        f'{said} font-family="{FONTS}">'
    )
    return head + "".join(shape.markup for shape in shapes if shape.box.meets(view)) + "</svg>"
