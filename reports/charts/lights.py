"""The six lights as they are drawn: each is known by its shape, its word and its colour."""

from reports.drawing import GROUND, Box, Paint, Shape, circle, path, rectangle, text, width_of

# Worst first: this order is that of every list, and what is drawn last lies on top.
WORDS = {"red": "滞后", "yellow": "预警", "blue": "关注", "green": "正常", "none": "无数据", "paused": "停缓建"}
_INKS = {
    "red": "#c4161c",
    "yellow": "#8a5a00",
    "blue": "#1668c7",
    "green": "#1b7a3d",
    "none": "#5f6873",
    "paused": "#5f6873",
}
_YELLOW = "#f5b800"


def rank(light: str) -> int:
    """Nought is the worst."""
    return list(WORDS).index(light)


def sign(light: str, x: float, y: float, reach: float) -> list[Shape]:
    """● ◆ ▲ ■ ○ ⏸, drawn around this point; raises ``KeyError`` for a light there is not."""
    ink = _INKS[light]
    match light:
        case "red":
            edge = reach * 0.88
            return [rectangle(Box(x - edge, y - edge, x + edge, y + edge), Paint(ink))]
        case "yellow":
            corners = [(x, y - reach), (x + reach * 1.1, y + reach * 0.9), (x - reach * 1.1, y + reach * 0.9)]
            return [path(corners, Paint(_YELLOW, ink, reach * 0.22))]
        case "blue":
            return [
                path(
                    [(x, y - reach * 1.1), (x + reach * 1.1, y), (x, y + reach * 1.1), (x - reach * 1.1, y)], Paint(ink)
                )
            ]
        case "green":
            return [circle(x, y, reach * 0.95, Paint(ink))]
        case "none":
            return [circle(x, y, reach * 0.85, Paint(GROUND, ink, reach * 0.28))]
        case _:
            sides = ((x - reach * 0.75, x - reach * 0.2), (x + reach * 0.2, x + reach * 0.75))
            return [rectangle(Box(left, y - reach * 0.9, right, y + reach * 0.9), Paint(ink)) for left, right in sides]


def named(light: str, x: float, y: float, size: float) -> list[Shape]:
    """The sign and its word behind it, beginning at ``x``."""
    return [
        *sign(light, x + size * 0.42, y, size * 0.42),
        text(WORDS[light], x + size * 1.15, y, size=size, fill=_INKS[light]),
    ]


def room_of(light: str, size: float) -> float:
    """How wide the sign and its word are."""
    return size * 1.15 + width_of(WORDS[light], size)
