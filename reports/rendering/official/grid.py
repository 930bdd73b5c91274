"""版心: the type area of GB/T 9704-2012 and its grid of 22 lines of 28 characters. Lengths are millimetres."""

from unicodedata import east_asian_width

WIDTH, HEIGHT = 156.0, 225.0
TOP, LEFT, RIGHT, BOTTOM = 37.0, 28.0, 26.0, 35.0
LINES, CHARACTERS = 22, 28
CHARACTER = WIDTH / CHARACTERS
LINE = HEIGHT / LINES
POINT = 25.4 / 72
BODY_POINTS, TITLE_POINTS, IMPRINT_POINTS = 16.0, 22.0, 14.0
LETTER_SPACING_POINTS = CHARACTER / POINT - BODY_POINTS


def length(text: str) -> float:
    """In characters of full width; a letter or digit is half of one."""
    return sum(1 if east_asian_width(sign) in {"W", "F", "A"} else 0.5 for sign in text)


def mm(value: float) -> str:
    return f"{value:.3f}mm"
