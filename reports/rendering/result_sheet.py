"""观摩结果单: the ready words of the result of a round."""

from dataclasses import dataclass
from decimal import Decimal

from projects import figures
from reports.inspection_result import Line, Pool, ResultSheet
from reports.rendering.official import codes


@dataclass(frozen=True)
class LineShown:
    rank: str
    project: str
    unit: str
    routine: str
    observation: str
    result: str
    is_first: bool


@dataclass(frozen=True)
class PoolShown:
    name: str
    note: str
    lines: tuple[LineShown, ...]


@dataclass(frozen=True)
class Sheet:
    title: str
    number: str
    finding: str
    formula: str
    judges: str
    pools: tuple[PoolShown, ...]
    signed: tuple[tuple[str, str, str], ...]
    printer: str
    day: str
    code: str
    check_code: str


def laid_out(sheet: ResultSheet, *, check_url: str = "", check_code: str = "") -> Sheet:
    return Sheet(
        title=sheet.title,
        number=sheet.number,
        finding=_finding(sheet),
        formula=formula(sheet),
        judges=_judges(sheet),
        pools=tuple(map(_pool, sheet.pools)),
        signed=(
            ("统计锁定", sheet.locked_by, figures.chinese_date(sheet.locked_on)),
            ("审定公布", sheet.published_by, figures.chinese_date(sheet.published_on)),
        ),
        printer=sheet.printer,
        day=figures.chinese_date(sheet.issued_on or sheet.published_on),
        code=codes.svg(check_url),
        check_code=check_code,
    )


def formula(sheet: ResultSheet) -> str:
    """How a result is made, in one sentence."""
    observed = 100 - sheet.routine_share
    return (
        f"综合得分＝日常得分×{_plain(sheet.routine_share)}%＋观摩得分×{_plain(observed)}%，满分 100 分；"
        f"一组中给同一观摩点评分的评委达到 {sheet.trimmed_from} 人的，去掉一个最高分和一个最低分；"
        "得分相同的并列同一名次。得分按未取舍的数值排名，印出时保留两位小数。"
    )


def _finding(sheet: ResultSheet) -> str:
    lines = [line for pool in sheet.pools for line in pool.lines]
    first = [f"{line.project}（{line.unit}）" for line in lines if line.rank == 1]
    said = f"{figures.chinese_date(sheet.held_on)}观摩 {len(lines)} 个点"
    unranked = sum(line.rank is None for line in lines)
    said += f"，{unranked} 个不排名" if unranked else ""
    return said + (f"。第一名：{'、'.join(first)}。" if first else "。")


def _judges(sheet: ResultSheet) -> str:
    if not sheet.groups:
        return "没有登记评委。"
    groups = "，".join(f"{each.name} {each.judges} 人、权重 {_plain(each.weight)}" for each in sheet.groups)
    way = "匿名" if sheet.is_anonymous else "实名"
    return f"{way}评分：{groups}。" + (f"未评齐锁定：{sheet.lock_note}。" if sheet.lock_note else "")


def _pool(pool: Pool) -> PoolShown:
    ranked = max((line.ranked for line in pool.lines), default=0)
    note = f"参排 {ranked} 个" if ranked else "参排数不足，不排名"
    return PoolShown(pool.name or "全部观摩点", note, tuple(map(_line, pool.lines)))


def _line(line: Line) -> LineShown:
    rank = figures.UNDEFINED if line.rank is None else str(line.rank)
    return LineShown(
        rank=rank,
        project=line.project,
        unit=line.unit,
        routine=figures.shown(line.routine, 2),
        observation=figures.shown(line.observation, 2),
        result=figures.shown(line.result, 2),
        is_first=line.rank == 1,
    )


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
