"""单位 × 维度亮灯: how many of each light every unit has in every dimension. A table; its signs are in charts.css."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reports.charts import lights


@dataclass(frozen=True)
class Count:
    light: str
    count: int
    href: str = ""


@dataclass(frozen=True)
class Row:
    """``cells`` stand under the dimensions, in their order. ``name`` is a unit, or 合计."""

    name: str
    cells: tuple[tuple[Count, ...], ...]
    href: str = ""


@dataclass(frozen=True)
class Matrix:
    title: str
    dimensions: tuple[str, ...]
    rows: tuple[Row, ...]
    total: Row


def matrix(
    dimensions: Sequence[str],
    rows: Sequence[Row],
    *,
    total_hrefs: Mapping[tuple[int, str], str] | None = None,
    begins_with_whole: bool = False,
) -> Matrix:
    """Of each cell the lights that any project has, worst first. Totals are sums over the rows given.

    ``total_hrefs``: by the turn of the dimension and the light. ``begins_with_whole``: the first column is no
    dimension but the light of the project.
    """
    known = tuple(Row(row.name, tuple(map(_worst_first, row.cells)), row.href) for row in rows)
    sums = [_sum([row.cells[turn] for row in known], turn, total_hrefs or {}) for turn in range(len(dimensions))]
    first = int(begins_with_whole)
    finding = _finding(dimensions[first:], sums[first:])
    if begins_with_whole:
        finding = f"{_count(sums[0], 'red')} 项滞后、{_count(sums[0], 'yellow')} 项预警；{finding}"
    return Matrix(finding, tuple(dimensions), known, Row("合计", tuple(sums)))


def _worst_first(cell: Sequence[Count]) -> tuple[Count, ...]:
    return tuple(sorted((each for each in cell if each.count), key=lambda each: lights.rank(each.light)))


def _sum(cells: Sequence[Sequence[Count]], turn: int, hrefs: Mapping[tuple[int, str], str]) -> tuple[Count, ...]:
    totals = {
        light: sum(each.count for cell in cells for each in cell if each.light == light) for light in lights.WORDS
    }
    return tuple(Count(light, count, hrefs.get((turn, light), "")) for light, count in totals.items() if count)


def _count(cell: Sequence[Count], light: str) -> int:
    return sum(each.count for each in cell if each.light == light)


def _finding(dimensions: Sequence[str], sums: Sequence[Sequence[Count]]) -> str:
    red = {name: _count(cell, "red") for name, cell in zip(dimensions, sums, strict=True)}
    worst = max(red, key=lambda name: red[name], default="")
    return f"滞后最多的是{worst}（{red[worst]} 项）" if worst and red[worst] else "各维度均无滞后"
