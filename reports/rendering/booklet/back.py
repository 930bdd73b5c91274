"""手册的后部: what the round before found, good practice, and the sheets to score on."""

from dataclasses import dataclass

from projects import figures
from reports.inspection_booklet import Booklet, FindingLine, JudgeSheet


@dataclass(frozen=True)
class FindingShown:
    project: str
    title: str
    unit: str
    found: str
    needed: str
    word: str
    is_late: bool


@dataclass(frozen=True)
class Findings:
    round: str
    finding: str
    lines: tuple[FindingShown, ...]


@dataclass(frozen=True)
class SheetLine:
    order: int
    name: str
    unit: str
    is_recused: bool


@dataclass(frozen=True)
class SheetPage:
    """One judge's sheet; ``judge`` empty: to be filled in by hand."""

    name: str
    judge: str
    group: str
    items: tuple[tuple[str, str, str], ...]
    whole: str
    lines: tuple[SheetLine, ...]
    is_dense: bool


_MOST_ROOMY = 24


def findings(booklet: Booklet) -> Findings:
    lines = booklet.findings
    solved, late = sum(line.solved_on is not None for line in lines), sum(_is_late(line) for line in lines)
    said = f"{booklet.previous_round}发现问题 {len(lines)} 个，已解决 {solved} 个，未解决 {len(lines) - solved} 个"
    said += f"，其中逾期 {late} 个。" if late else "。"
    if not booklet.previous_round:
        said = "这是第一次观摩，没有上轮发现的问题。"
    elif not lines:
        said = f"{booklet.previous_round}没有记录问题。"
    return Findings(booklet.previous_round, said, tuple(map(_finding, lines)))


def sheets(booklet: Booklet) -> tuple[SheetPage, ...]:
    judges = booklet.scoring.judges or (JudgeSheet("", "", ()),)
    return tuple(_sheet(booklet, judge) for judge in judges)


def _sheet(booklet: Booklet, judge: JudgeSheet) -> SheetPage:
    items = booklet.scoring.items
    whole = sum(float(item.maximum) for item in items)
    return SheetPage(
        name=booklet.scoring.name,
        judge=judge.judge,
        group=judge.group,
        items=tuple((item.name, item.maximum, item.hint) for item in items),
        whole=f"{whole:g}",
        lines=tuple(
            SheetLine(stop.visit.order, stop.name, stop.people.lead_unit, stop.visit.order in judge.recused)
            for stop in booklet.stops
        ),
        is_dense=len(booklet.stops) > _MOST_ROOMY,
    )


def _finding(line: FindingLine) -> FindingShown:
    if line.solved_on:
        word = f"{figures.compact_date(line.solved_on)} 解决" + (f"，晚 {line.days} 天" if line.days > 0 else "")
    else:
        word = figures.days_late(line.days) if line.days > 0 else "未到期限"
    return FindingShown(
        project=line.project,
        title=line.title,
        unit=line.unit,
        found=figures.compact_date(line.found_on),
        needed=figures.compact_date(line.needed_by),
        word=word,
        is_late=_is_late(line),
    )


def _is_late(line: FindingLine) -> bool:
    return line.solved_on is None and line.days > 0
