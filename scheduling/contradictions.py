"""外绿内红: where what is said of one project does not fit, to choose whom to verify. Nobody is punished by it.

Each contradiction has a weight; the score of a project is their sum. The draw (双随机式核查) favours high scores, is
repeated exactly by whoever knows the seed, and leaves nobody out of reach. Amounts are 万元, rates percent.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from projects.figures import exactly, percent
from scheduling.plausibility import beyond_total, rate_gap

SAME_PERCENT_PERIODS = 4
UNCHANGED_PERIODS = 4
STALE_DAYS = 21
"""How old the last photo of a project shown as normal may be."""

LATE_DAYS = 14
"""How much later than approved the pace must lead before a green light is doubted: less is noise of two reports."""
EARLY_DAYS = 30
"""How much earlier than the pace leads a declared finish may be: a pace of a few weeks is no closer than that."""


class Kind(StrEnum):
    RATE_GAP = "投资与形象进度不符"
    BEYOND_TOTAL = "累计超过总投资"
    STAGE_UNPROVEN = "阶段完成无佐证"
    NODE_UNPROVEN = "节点完成无依据"
    COMPLETE_WITH_OPEN = "进度已满仍有未完"
    SAME_PERCENT = "投资增长形象不变"
    MONEY_STILL = "形象增长投资不变"
    UNCHANGED = "多期无变化"
    STALE_REPORT = "填报陈旧"
    STALE_PHOTO = "照片陈旧"
    FORECAST_LATE = "预测晚于批准"
    DECLARED_TOO_EARLY = "申报早于速度"


WEIGHTS: Mapping[Kind, int] = {
    Kind.RATE_GAP: 20,
    Kind.BEYOND_TOTAL: 20,
    Kind.STAGE_UNPROVEN: 20,
    Kind.NODE_UNPROVEN: 10,
    Kind.COMPLETE_WITH_OPEN: 20,
    Kind.SAME_PERCENT: 15,
    Kind.MONEY_STILL: 15,
    Kind.UNCHANGED: 10,
    Kind.STALE_REPORT: 15,
    Kind.STALE_PHOTO: 10,
    Kind.FORECAST_LATE: 15,
    Kind.DECLARED_TOO_EARLY: 10,
}
"""Points of each contradiction. They order whom to visit and say nothing of guilt."""


class Week(NamedTuple):
    """One accepted report: the amount of its period, 形象进度 or None, and whether it said 无变化."""

    ends_on: date
    amount: Decimal
    physical_percent: Decimal | None = None
    is_unchanged: bool = False


class Step(NamedTuple):
    """A milestone or a stage, and whether a paper, a photo or a stated ground shows that it was reached."""

    name: str
    is_reached: bool = False
    has_evidence: bool = False


@dataclass(frozen=True)
class Picture:
    """What is known of one project at the end of ``on``. None, and no photo or step, is not known: never doubted.

    ``is_normal``: its light, or its own report, says that all is well. ``weeks`` are in order, the oldest first.
    ``declared_finish`` is what the lead foretells, ``paced_finish`` where the recent pace leads and ``likely_finish``
    the P50 of it (``forecast``). ``photos_owed``: photos are expected of this project. ``stale_report``: the sentence
    of its 填报 light where that light is bad; how old a report may be is for the rules in force to say.
    """

    on: date
    is_normal: bool = True
    weeks: Sequence[Week] = ()
    since_start_amount: Decimal = Decimal(0)
    total_investment: Decimal | None = None
    stages: Sequence[Step] = ()
    nodes: Sequence[Step] = ()
    stale_report: str = ""
    photos_owed: bool = False
    photographed_on: date | None = None
    approved_finish: date | None = None
    declared_finish: date | None = None
    paced_finish: date | None = None
    likely_finish: date | None = None

    @property
    def physical_percent(self) -> Decimal | None:
        """As last estimated."""
        return next((p for week in reversed(self.weeks) if (p := week.physical_percent) is not None), None)


class Contradiction(NamedTuple):
    kind: Kind
    weight: int
    text: str


def contradictions(picture: Picture) -> tuple[Contradiction, ...]:
    """Everything that does not fit, the heaviest first; empty where nothing is doubted."""
    found = (Contradiction(kind, WEIGHTS[kind], text) for kind, check in _CHECKS.items() if (text := check(picture)))
    return tuple(sorted(found, key=lambda each: -each.weight))


def score(found: Iterable[Contradiction]) -> int:
    return sum(each.weight for each in found)


def draw(scores: Mapping[int, int], *, seed: str, size: int) -> list[int]:
    """Which ``size`` of these projects (id → score) to verify, in the order drawn; all, where there are fewer.

    Weighted by score + 1, without replacement (Efraimidis and Spirakis, 2006): each project's lot hangs on the seed and
    its id alone. A higher score never takes a project out of the draw, and nobody else's lot is touched by it.
    """
    return sorted(scores, key=lambda project: (_lot(project, seed) / (scores[project] + 1), project))[:size]


def _lot(project: int, seed: str) -> Decimal:
    """−ln u of a u in (0, 1) from a digest, in decimals, so that it is the same on every machine."""
    digest = int.from_bytes(sha256(f"{seed}\n{project}".encode()).digest()[:16])
    fraction = Context(prec=40).divide(Decimal(2 * digest + 1), Decimal(2**129))
    return -Context(prec=28).ln(fraction)


def _rate_gap(picture: Picture) -> str | None:
    return rate_gap(picture.since_start_amount, picture.total_investment, picture.physical_percent)


def _beyond_total(picture: Picture) -> str | None:
    return beyond_total(picture.since_start_amount, picture.total_investment)


def _stage_unproven(picture: Picture) -> str | None:
    bare = [stage.name for stage in picture.stages if stage.is_reached and not stage.has_evidence]
    return f"{len(bare)} 个阶段报为完成，没有佐证材料：{_named(bare)}。" if bare else None


def _node_unproven(picture: Picture) -> str | None:
    bare = [node.name for node in picture.nodes if node.is_reached and not node.has_evidence]
    return f"{len(bare)} 个节点报为完成，没有依据或照片：{_named(bare)}。" if bare else None


def _complete_with_open(picture: Picture) -> str | None:
    waiting = [step.name for step in (*picture.stages, *picture.nodes) if not step.is_reached]
    if picture.physical_percent != 100 or not waiting:
        return None
    return f"形象进度已填 100%，还有 {len(waiting)} 个阶段或节点没有完成：{_named(waiting)}。"


def _same_percent(picture: Picture) -> str | None:
    same = _last(picture.weeks, lambda week: week.physical_percent == picture.physical_percent)
    spent = sum((week.amount for week in same[1:]), Decimal(0))
    if picture.physical_percent in (None, 100) or len(same) < SAME_PERCENT_PERIODS or spent <= 0:
        return None
    told = percent(picture.physical_percent, 1)
    return f"连续 {len(same)} 期形象进度都是 {told}，其间又完成投资 {exactly(spent)} 万元。"


def _money_still(picture: Picture) -> str | None:
    idle = _last(picture.weeks, lambda week: week.amount == 0)
    told = [week.physical_percent for week in idle if week.physical_percent is not None]
    if len(idle) < SAME_PERCENT_PERIODS or not told or told[-1] <= told[0]:
        return None
    return f"连续 {len(idle)} 期没有完成投资，形象进度却由 {percent(told[0], 1)} 升到 {percent(told[-1], 1)}。"


def _unchanged(picture: Picture) -> str | None:
    idle = _last(picture.weeks, lambda week: week.is_unchanged)
    if not picture.is_normal or len(idle) < UNCHANGED_PERIODS:
        return None
    return f"亮灯为正常，却已连续 {len(idle)} 期填报“无变化”（自 {idle[0].ends_on} 起）。"


def _stale_report(picture: Picture) -> str | None:
    return f"亮灯为正常，填报却不及时：{picture.stale_report}。" if picture.is_normal and picture.stale_report else None


def _stale_photo(picture: Picture) -> str | None:
    if not picture.photos_owed or not picture.is_normal:
        return None
    if picture.photographed_on is None:
        return "亮灯为正常，却没有一张现场照片。"
    age = (picture.on - picture.photographed_on).days
    if age <= STALE_DAYS:
        return None
    return f"亮灯为正常，最近一次现场照片却是 {picture.photographed_on}，已过 {age} 天（超过 {STALE_DAYS} 天）。"


def _forecast_late(picture: Picture) -> str | None:
    late = _days(picture.approved_finish, picture.likely_finish)
    if not picture.is_normal or late <= LATE_DAYS:
        return None
    return (
        f"亮灯为正常，按近期速度预计 {picture.likely_finish} 竣工，比批准日期 {picture.approved_finish} 晚 {late} 天。"
    )


def _declared_too_early(picture: Picture) -> str | None:
    early = _days(picture.declared_finish, picture.paced_finish)
    if early <= EARLY_DAYS:
        return None
    return f"申报 {picture.declared_finish} 竣工，按近期速度要到 {picture.paced_finish}，早了 {early} 天。"


_CHECKS: Mapping[Kind, Callable[[Picture], str | None]] = {
    Kind.RATE_GAP: _rate_gap,
    Kind.BEYOND_TOTAL: _beyond_total,
    Kind.STAGE_UNPROVEN: _stage_unproven,
    Kind.NODE_UNPROVEN: _node_unproven,
    Kind.COMPLETE_WITH_OPEN: _complete_with_open,
    Kind.SAME_PERCENT: _same_percent,
    Kind.MONEY_STILL: _money_still,
    Kind.UNCHANGED: _unchanged,
    Kind.STALE_REPORT: _stale_report,
    Kind.STALE_PHOTO: _stale_photo,
    Kind.FORECAST_LATE: _forecast_late,
    Kind.DECLARED_TOO_EARLY: _declared_too_early,
}


def _last(weeks: Sequence[Week], holds: Callable[[Week], bool]) -> list[Week]:
    """The weeks up to the last one of which this holds without a break, the oldest first."""
    found: list[Week] = []
    for week in reversed(weeks):
        if not holds(week):
            break
        found.append(week)
    return found[::-1]


def _days(first: date | None, later: date | None) -> int:
    return (later - first).days if first and later else 0


def _named(names: Sequence[str]) -> str:
    return "、".join(names[:3]) + ("等" if len(names) > 3 else "")
