"""Words among the signs of a row: where there is any room at all, no word lies over a sign or over other words."""

from collections.abc import Iterator, Sequence

from reports.drawing import GROUND, INK, Box, Paint, Shape, rectangle, text, width_of

Gap = tuple[float, float]


def inside(bar: Box, names: Sequence[str], taken: Sequence[Box], *, size: float, fill: str) -> list[Shape]:
    """The first of these names for which the bar has a gap, as near to its middle as can be; else none."""
    middle, down = (bar.left + bar.right) / 2, (bar.top + bar.bottom) / 2
    band = Box(bar.left, down - size * 0.5, bar.right, down + size * 0.5)
    gaps = _gaps(bar, [each for each in taken if each.meets(band)], size * 0.3)
    for name in names:
        half = width_of(name, size) / 2
        places = [min(max(middle, left + half), right - half) for left, right in gaps if right - left >= 2 * half]
        if places:
            nearest = min(places, key=lambda x: abs(x - middle))
            return [text(name, nearest, down, size=size, fill=fill, anchor="middle")]
    return []


def _gaps(bar: Box, taken: Sequence[Box], pad: float) -> list[Gap]:
    found, left = [], bar.left + pad
    for each in sorted(taken):
        found.append((left, each.left - pad))
        left = max(left, each.right + pad)
    return [*found, (left, bar.right - pad)]


def beside(
    words: str, sign: Box, y: float, taken: Sequence[Box], *, size: float, within: Gap, fill: str = INK, bold: bool
) -> list[Shape]:
    """The words on a clean ground: behind the sign, else before it, else behind or before what stands in the way."""
    width, pad = width_of(words, size), size * 0.45
    places = [_box(x, y, width, size) for x in _places(sign, taken, width, pad)]
    fitting = [box for box in places if box.left >= within[0] and box.right <= within[1]] or [
        _box(min(max(sign.right + pad, within[0]), within[1] - width), y, width, size)
    ]
    ground = min(fitting, key=lambda box: sum(box.meets(each) for each in taken))
    return [rectangle(ground, Paint(GROUND)), text(words, ground.left + size * 0.1, y, size=size, fill=fill, bold=bold)]


def _places(sign: Box, taken: Sequence[Box], width: float, pad: float) -> Iterator[float]:
    """Left edges; the nearest first."""
    yield sign.right + pad
    yield sign.left - pad - width
    edges = [each.right + pad for each in taken] + [each.left - pad - width for each in taken]
    yield from sorted(edges, key=lambda x: abs(x - sign.right))


def _box(left: float, y: float, width: float, size: float) -> Box:
    return Box(left - size * 0.1, y - size * 0.52, left + width + size * 0.1, y + size * 0.52)
