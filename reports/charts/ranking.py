"""排名: the units of one pool by a rate, with the rank of the period before."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from projects import figures
from reports.charts import rows
from reports.charts.chart import Cell, Chart, Head, Table, Tone, charted


@dataclass(frozen=True)
class Ranked:
    """``rate`` in percent, None where it is undefined; ``was`` is the rank before, None for one that is new."""

    name: str
    rate: Decimal | None
    rank: int | None
    was: int | None = None
    href: str = ""

    @property
    def moved(self) -> str:
        """升 2, 降 1, 持平 or 新."""
        if self.rank is None:
            return figures.UNDEFINED
        if self.was is None:
            return "新"
        steps = self.was - self.rank
        return f"{'升' if steps > 0 else '降'} {abs(steps)}" if steps else "持平"


def chart(pool: str, ranked: Sequence[Ranked], *, rate_name: str, time_progress: Decimal | None = None) -> Chart:
    """In the order given. ``time_progress`` (序时进度, percent) is drawn through all bars."""
    whole = max([Decimal(100), *(each.rate for each in ranked if each.rate is not None)])
    reference = time_progress is not None and rows.Reference(time_progress, f"序时 {figures.percent(time_progress)}")
    bars = [_row(each) for each in ranked]
    return charted(
        lambda frame: rows.drawn(bars, frame, whole=whole, reference=reference or None),
        title=_finding(pool, ranked, rate_name),
        table=Table(
            (
                Head("名次"),
                Head("单位", is_number=False),
                Head(rate_name),
                Head("上期名次"),
                Head("变化", is_number=False),
            ),
            tuple(_cells(each) for each in ranked),
        ),
        is_empty=not ranked,
    )


def _finding(pool: str, ranked: Sequence[Ranked], rate_name: str) -> str:
    rated = [(each.rate, each.name) for each in ranked if each.rate is not None]
    if not rated:
        return f"{pool}：无可排名的{rate_name}"
    (low, last), (high, first) = min(rated), max(rated)
    if len(rated) == 1:
        return f"{pool}{rate_name}：{first} {figures.percent(high)}"
    return f"{pool}{rate_name}：{first}最高（{figures.percent(high)}），{last}最低（{figures.percent(low)}）"


def _row(each: Ranked) -> rows.Row:
    rate = figures.percent(each.rate)
    place = figures.UNDEFINED if each.rank is None else str(each.rank)
    aside = each.moved if each.was is None else f"上期第 {each.was}　{each.moved}"
    part = rows.Part(each.rate or Decimal(0), Tone.DONE, f"{each.name}：{rate}", each.href)
    return rows.Row(f"{place} {each.name}", (part,), rate, aside, each.moved, each.href)


def _cells(each: Ranked) -> tuple[Cell, ...]:
    return (
        Cell(figures.UNDEFINED if each.rank is None else str(each.rank)),
        Cell(each.name, each.href, is_number=False),
        Cell(figures.percent(each.rate)),
        Cell(figures.UNDEFINED if each.was is None else str(each.was)),
        Cell(each.moved, is_number=False),
    )
