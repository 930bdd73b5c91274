"""A drawn site: what somebody standing at the gate would see of an invented project, from bare ground to the end.

Drawn, and said to be so where it is shown: no photo of a real site belongs to an invented project.
"""

from io import BytesIO
from random import Random

from PIL import Image, ImageDraw, ImageFilter

_WIDE, _HIGH, _GROUND = 1280, 960, 690
_DUG, _ENCLOSED, _DONE = 14, 77, 97  # percent built: out of the ground, walls up, scaffolding down
_FRAME, _WALL, _GLASS, _NET, _CRANE = "#8d8f8c", "#e6e0d4", "#7fa6bd", "#5f8f6b", "#d9a21b"
_FLOORS = {"LIVELIHOOD": 12, "INDUSTRY": 4}
_BAYS = {"LIVELIHOOD": 7, "INDUSTRY": 11}
_PIERS = 6


def scene(*, focus_area: str, percent: int, seed: str) -> bytes:
    """A JPEG of 1280 × 960 pixels; the same for the same words. ``percent`` of the works that is built."""
    dice = Random(seed)  # noqa: S311 - drawn from a seed and keeps no secret
    picture = _sky_and_hills(dice)
    draw = ImageDraw.Draw(picture)
    _ground(draw, dice, percent)
    if focus_area == "INFRASTRUCTURE":
        _bridge(draw, percent)
    else:
        _building(draw, percent, floors=_FLOORS[focus_area], bays=_BAYS[focus_area])
    if percent < _DONE:
        _crane(draw, dice)
    target = BytesIO()
    picture.save(target, "JPEG", quality=84)
    return target.getvalue()


def _sky_and_hills(dice: Random) -> Image.Image:
    picture = Image.new("RGB", (_WIDE, _HIGH), "#cfdce4")
    draw = ImageDraw.Draw(picture)
    for line in range(_GROUND):
        share = line / _GROUND
        draw.line(
            (0, line, _WIDE, line), fill=(round(150 + 75 * share), round(185 + 45 * share), round(214 + 20 * share))
        )
    for colour, height in (("#a9b8b4", 200), ("#8fa398", 120)):
        ridge = [(x, _GROUND - height + dice.randint(-45, 45)) for x in range(-80, _WIDE + 161, 160)]
        draw.polygon([(-80, _GROUND), *ridge, (_WIDE + 80, _GROUND)], fill=colour)
    return picture.filter(ImageFilter.GaussianBlur(2))


def _ground(draw: ImageDraw.ImageDraw, dice: Random, percent: int) -> None:
    """Bare earth, then paving and lawns."""
    is_done = percent >= _DONE
    draw.rectangle((0, _GROUND, _WIDE, _HIGH), fill="#7f9a5d" if is_done else "#b39b78")
    if is_done:
        draw.polygon([(480, _GROUND), (800, _GROUND), (1100, _HIGH), (180, _HIGH)], fill="#b9b7b0")
        for x in range(60, _WIDE, 150):
            draw.ellipse((x - 34, _GROUND - 74, x + 34, _GROUND - 6), fill="#5b7f4a")
        return
    for _ in range(160):
        x, y = dice.randint(0, _WIDE), dice.randint(_GROUND + 8, _HIGH)
        draw.ellipse((x, y, x + dice.randint(6, 46), y + dice.randint(3, 12)), fill=dice.choice(("#a58c69", "#c1ab88")))
    for x in range(0, _WIDE, 80):  # the hoarding before the site
        draw.rectangle((x, 880, x + 76, _HIGH), fill="#3f77a8")


def _building(draw: ImageDraw.ImageDraw, percent: int, *, floors: int, bays: int) -> None:
    left, right = (390, 890) if floors > bays else (220, 1060)
    if percent < _DUG:
        _pit(draw, left, right)
        return
    up = max(1, min(floors, round(floors * (percent - _DUG) / (_ENCLOSED - _DUG))))
    clad = floors * max(0, percent - _ENCLOSED) // (_DONE - _ENCLOSED)
    storey, bay = 480 / floors, (right - left) / bays
    for floor in range(up):
        bottom = _GROUND - floor * storey
        for place in range(bays):
            x = left + place * bay
            _cell(draw, (x, bottom - storey, x + bay, bottom), is_clad=floor < clad)
    if percent < _DONE:
        top = _GROUND - up * storey - 18
        draw.rectangle((left - 14, top, left - 4, _GROUND), fill=_NET)
        draw.rectangle((right + 4, top, right + 14, _GROUND), fill=_NET)


def _cell(draw: ImageDraw.ImageDraw, box: tuple[float, float, float, float], *, is_clad: bool) -> None:
    """One bay of one storey: a frame one looks through, or a wall with its window."""
    left, top, right, bottom = box
    if is_clad:
        draw.rectangle(box, fill=_WALL)
        wide, high = (right - left) * 0.2, (bottom - top) * 0.25
        draw.rectangle((left + wide, top + high, right - wide, bottom - high), fill=_GLASS)
        return
    draw.rectangle(box, fill="#5d6468")
    draw.rectangle((left, top, right, top + 7), fill=_FRAME)
    draw.rectangle((left, top, left + 9, bottom), fill=_FRAME)
    draw.rectangle((right - 5, top, right, bottom), fill=_FRAME)


def _pit(draw: ImageDraw.ImageDraw, left: int, right: int) -> None:
    draw.polygon([(left, _GROUND + 20), (right, _GROUND + 20), (right - 60, 800), (left + 60, 800)], fill="#8a7252")
    for x in range(left + 90, right - 80, 60):
        draw.rectangle((x, 730, x + 14, 792), fill=_FRAME)


def _bridge(draw: ImageDraw.ImageDraw, percent: int) -> None:
    """Piers first, from left to right, then the spans between them."""
    step = 1120 / _PIERS
    piers = min(_PIERS + 1, 1 + round(_PIERS * percent / 45))
    spans = max(0, min(_PIERS, round(_PIERS * (percent - 30) / 62)))
    for place in range(piers):
        x = 80 + place * step
        draw.polygon([(x - 16, 470), (x + 16, 470), (x + 24, _GROUND + 60), (x - 24, _GROUND + 60)], fill=_FRAME)
        draw.rectangle((x - 40, 452, x + 40, 474), fill=_FRAME)
    if spans:
        draw.rectangle((60, 420, 80 + spans * step, 452), fill="#b9bab5")
        draw.rectangle((60, 408, 80 + spans * step, 416), fill="#e9e7e0" if percent >= _DONE else _CRANE)


def _crane(draw: ImageDraw.ImageDraw, dice: Random) -> None:
    foot = dice.choice((250, 960, 1080))
    draw.line((foot, _GROUND, foot, 110), fill=_CRANE, width=9)
    draw.line((foot - 120, 140, foot + 300, 140), fill=_CRANE, width=7)
    draw.line((foot, 90, foot + 300, 140), fill=_CRANE, width=2)
    draw.line((foot, 90, foot - 120, 140), fill=_CRANE, width=2)
    hook = foot + dice.randint(80, 260)
    draw.line((hook, 140, hook, 140 + dice.randint(60, 180)), fill="#444444", width=2)
