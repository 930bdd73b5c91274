"""标题: broken into lines of a trapezoid or a diamond, with no word cut in two (GB/T 9704-2012, 7.3.1)."""

import re
from collections.abc import Iterator
from itertools import combinations, pairwise

from reports.rendering.official.grid import CHARACTERS, length

MOST_LINES = 4
# What a title of this office is made of; a run that is in no list may only be broken where a known word begins or ends.
WORDS = (
    *("人民政府办公室", "人民政府", "办公室", "管理委员会", "指挥部", "领导小组", "关于", "更正", "印发", "调整"),
    *("重点建设项目", "重点项目", "项目", "建设", "进展", "情况", "完成", "投资", "有关", "数据", "内容", "部分"),
    *(
        "通报",
        "通知",
        "公告",
        "报告",
        "简报",
        "的",
        "全区",
        "全市",
        "全县",
        "上半年",
        "下半年",
        "季度",
        "年度",
        "和",
        "及",
    ),
)
_TOKEN = re.compile(r"\d+年(?:\d+月)?(?:\d+日)?|第\d+期|〔\d+〕\d+号|《[^》]*》|" + "|".join(WORDS))
_CLOSING = "的》）”、，"


def lines(title: str, *, widest: float) -> tuple[str, ...]:
    """``widest``: characters in a line. Few lines before fair ones; what has no good place to break is cut anywhere."""
    for places in (_word_ends(title), range(1, len(title))):
        for count in range(1, MOST_LINES + 1):
            if found := _best(title, list(places), count, widest):
                return found
    return (title,)


def _best(title: str, places: list[int], count: int, widest: float) -> tuple[str, ...]:
    fitting = [each for each in _cut(title, places, count) if max(map(length, each)) <= widest]
    return min(fitting, key=_ugliness, default=())


def _cut(title: str, places: list[int], count: int) -> Iterator[tuple[str, ...]]:
    for chosen in combinations(places, count - 1):
        yield tuple(title[start:end] for start, end in pairwise((0, *chosen, len(title))))


def _ugliness(broken: tuple[str, ...]) -> float:
    """Lines of like length, but no square and no hourglass."""
    widths = [length(each) for each in broken]
    steps = [after - before for before, after in pairwise(widths)]
    is_square = len(widths) > 1 and not any(steps)
    is_hourglass = any(before < 0 < after for before, after in pairwise(steps))
    spread = max(widths) - min(widths)
    return spread + CHARACTERS * (is_square + is_hourglass) + (4 if len(widths) > 1 and spread < 2 else 0)


def _word_ends(title: str) -> list[int]:
    """Where a known word meets another; the second never begins with what belongs to the word before it."""
    known = [each.span() for each in _TOKEN.finditer(title)]
    starts, ends = {start for start, _ in known}, {end for _, end in known}
    edges = (starts | ends) - {0, len(title)}
    return sorted(place for place in edges if title[place] not in _CLOSING)
