"""四阶段漏斗: how many projects stand in each stage, and how many of them are overdue."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from projects import figures
from reports.charts import rows
from reports.charts.chart import Cell, Chart, Head, Table, Tone, charted


@dataclass(frozen=True)
class Stage:
    """``overdue`` are among ``count``."""

    name: str
    count: int
    overdue: int
    href: str = ""
    overdue_href: str = ""

    @property
    def share(self) -> Decimal | None:
        """Overdue of all that stand here, in percent; None where nothing stands."""
        return Decimal(100) * self.overdue / self.count if self.count else None


def chart(stages: Sequence[Stage]) -> Chart:
    """The stages in their order. Bars are as long as counts."""
    whole = max((stage.count for stage in stages), default=0)
    bars = [_row(turn, stage) for turn, stage in enumerate(stages, start=1)]
    return charted(
        lambda frame: rows.drawn(bars, frame, whole=whole),
        title=_finding(stages),
        note="深色为其中逾期的项目。",
        table=Table(
            (Head("阶段", is_number=False), Head("项目", "项"), Head("其中逾期", "项"), Head("逾期占比")),
            tuple(_cells(stage) for stage in stages),
        ),
        is_empty=not whole,
    )


def _finding(stages: Sequence[Stage]) -> str:
    count, overdue = sum(stage.count for stage in stages), sum(stage.overdue for stage in stages)
    if not overdue:
        return f"{count} 项在四阶段，无逾期"
    worst = max(stages, key=lambda stage: stage.overdue)
    return f"{count} 项中 {overdue} 项逾期，{worst.name}最多（{worst.overdue} 项）"


def _row(turn: int, stage: Stage) -> rows.Row:
    on_time = stage.count - stage.overdue
    said = f"{stage.count} 项"
    if stage.overdue:
        said += f"，逾期 {stage.overdue}（{figures.percent(stage.share, 1)}）"
    parts = (
        rows.Part(on_time, Tone.DONE, f"{stage.name}：未逾期 {on_time} 项", stage.href),
        rows.Part(stage.overdue, Tone.LATE, f"{stage.name}：逾期 {stage.overdue} 项", stage.overdue_href),
    )
    return rows.Row(f"{turn} {stage.name}", parts, said, href=stage.href)


def _cells(stage: Stage) -> tuple[Cell, ...]:
    return (
        Cell(stage.name, is_number=False),
        Cell(str(stage.count), stage.href),
        Cell(str(stage.overdue), stage.overdue_href if stage.overdue else ""),
        Cell(figures.percent(stage.share, 1)),
    )
