"""公文用语: tokens, enumerations and days as the prose of a bulletin writes them."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from projects.figures import chinese_date
from reports.bulletin_figures import DISTRICT

_NUMBERS = "一二三四五六七八九十"
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_SPACE = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")


def told(label: str, *, of: str = DISTRICT) -> str:
    """The token of a figure."""
    return f"{{{of}·{label}}}"


def day(on: date, *, year: int) -> str:
    """A day of the year of the bulletin, which the title names, is written without it."""
    return f"{on.month}月{on.day}日" if on.year == year else chinese_date(on)


def joined(names: Iterable[str]) -> str:
    return "、".join(names)


def numbered(paragraphs: Iterable[str]) -> Iterator[str]:
    """（一）…, those that say something; a single one needs no number."""
    said = [each for each in paragraphs if each]
    yield from (f"（{_NUMBERS[n]}）{each}" if len(said) > 1 else each for n, each in enumerate(said))


def plain(words: str, *, year: int, most: int) -> str:
    """What somebody wrote, as part of a sentence: days in Chinese, no spaces, no full stop, no braces; cut off."""
    said = _ISO_DAY.sub(lambda found: day(date.fromisoformat(found[0]), year=year), words)
    said = _SPACE.sub("", said).strip().rstrip("。；;.，").translate({ord("{"): "（", ord("}"): "）"})
    return said if len(said) <= most else f"{said[: most - 1]}…"
