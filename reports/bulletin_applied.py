"""通报正文的结果运用和观摩好做法: who was called in and praised, which promises were broken, what others may learn."""

from collections.abc import Iterator, Sequence

from reports.bulletin import Bulletin, ItemLine, MeasureLine, PracticeLine
from reports.bulletin_words import day, joined, numbered, plain, told

_NAMED = 8
_MOST, _LONG = 40, 120


def measures(bulletin: Bulletin) -> Iterator[str]:
    """By their kinds with projects and units; then what was not done in time and what was struck off."""
    yield from numbered([_taken(bulletin), _broken(bulletin), _closed(bulletin)])


def practices(bulletin: Bulletin) -> Iterator[str]:
    """What was seen, where, and of whom it can be learnt."""
    yield from numbered(_practice(each, bulletin) for each in bulletin.practices[:_NAMED])


def _practice(line: PracticeLine, bulletin: Bulletin) -> str:
    name, unit = _quoted(line.project.name, bulletin, _MOST), line.project.unit
    title, what = _quoted(line.title, bulletin, _MOST), _quoted(line.what, bulletin, _LONG)
    return f"{title}（{name}，{unit}）。主要做法是{what}，可向{unit}了解。"


def _taken(bulletin: Bulletin) -> str:
    if not bulletin.measures:
        return ""
    kinds = [_of_kind(bulletin, kind) for kind in dict.fromkeys(each.kind for each in bulletin.measures)]
    return f"措施情况。{bulletin.month}月共采取措施{told('结果运用数')}项。其中，{'；'.join(kinds)}。"


def _of_kind(bulletin: Bulletin, kind: str) -> str:
    taken = [each for each in bulletin.measures if each.kind == kind]
    return f"{kind}{told('项目数', of=f'结果运用：{kind}')}个：{_named(bulletin, taken)}"


def _broken(bulletin: Bulletin) -> str:
    if not bulletin.broken:
        return ""
    return f"未兑现情况。到期未兑现的承诺、整改事项{told('逾期未兑现数')}项：{_items(bulletin, bulletin.broken)}。"


def _closed(bulletin: Bulletin) -> str:
    if not bulletin.closed:
        return ""
    return f"整改销号情况。经复查销号的承诺、整改事项{told('整改销号数')}项：{_items(bulletin, bulletin.closed)}。"


def _named(bulletin: Bulletin, lines: Sequence[MeasureLine]) -> str:
    names = joined(f"{_quoted(each.project.name, bulletin, _MOST)}（{each.project.unit}）" for each in lines[:_NAMED])
    return f"{names}等" if len(lines) > _NAMED else names


def _items(bulletin: Bulletin, lines: Sequence[ItemLine]) -> str:
    said = "；".join(
        f"{_quoted(each.project.name, bulletin, _MOST)}（{each.project.unit}）{_quoted(each.title, bulletin, _MOST)}，"
        f"期限{day(each.due_on, year=bulletin.year)}"
        for each in lines[:_NAMED]
    )
    return f"{said}等" if len(lines) > _NAMED else said


def _quoted(words: str, bulletin: Bulletin, most: int) -> str:
    """Words of others, numbers and all, stand between quotation marks."""
    said = plain(words, year=bulletin.year, most=most).replace("“", "《").replace("”", "》")
    return f"“{said}”"
