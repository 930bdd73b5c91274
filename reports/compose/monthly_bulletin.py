"""月通报: from what was frozen when the month was closed, and from the questions as they were known at that moment."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.timezone import localtime  # noqa: TID251 - given its moment

from projects.models import FocusArea, Level, PlanEntry, PlanVersion, Stage, Unit
from reports import bulletin
from reports.bulletin import WHOLE, Basis, Board, Bulletin, Group, GroupTable, Moved, Placed
from reports.bulletin_figures import BASIS
from reports.compose import bulletin_measures
from reports.compose.bulletin_lists import Lists
from reports.compose.month_rows import MonthEnd, Row
from reports.models import BulletinRule
from scheduling import boards
from scheduling.conditions import Excused
from scheduling.indices import FORMULAS, Index, compare
from scheduling.light_rules import Dimension, Light
from scheduling.models import PeriodClosing, Verification
from scheduling.models.contradiction_check import VerificationQuerySet
from scheduling.parts import FIELDS, Parts
from scheduling.project_day import NOUGHT
from scheduling.ranking import Place
from scheduling.time_progress import time_progress
from scheduling.verifications import tally

EXCUSED = Excused(Dimension.INVESTMENT)
"""Who is ranked with nobody."""
_RATE = FORMULAS[Index.INVESTMENT]
_Category = PlanEntry.Category


def of_month(closing: PeriodClosing, rule: BulletinRule, *, district: str) -> Bulletin:
    """What the bulletin of a closed month says. As many queries for two hundred projects as for one.

    Up to the month's last day it rests on the frozen rows; up to an earlier ``rule.cutoff_day`` it is evaluated.
    Compared with the month before of the same year, where that was closed. The same facts, the same bytes.
    """
    month = MonthEnd(closing, rule.cutoff_day)
    before, now = month.compared, month.planned
    then = before.planned if before else {}
    compared, same = compare(_parts(now), _parts(then)), now.keys() & then.keys()
    lists = Lists(month)
    checked = tally(results(month))
    return Bulletin(
        district=district,
        year=month.on.year,
        month=month.on.month,
        on=month.on,
        known_at=localtime(closing.known_at),
        before_on=before.on if before else None,
        basis=_basis(month),
        whole=_group(WHOLE, "全区", month.rows, then if before else None),
        tables=tuple(_tables(now.values(), then if before else None)),
        same_now=compared.same_now,
        same_before=compared.same_then,
        same_month_amount=sum((now[pk].month_amount for pk in same), NOUGHT),
        same_month_before=sum((then[pk].month_amount for pk in same), NOUGHT),
        entered=_moved(compared.entered if before else {}, month.rows),
        left=_moved(compared.left, before.rows if before else ()),
        starts=lists.starts(),
        completions=lists.completions(),
        lagging=lists.lagging(),
        problems=lists.problems(),
        decisions=lists.decisions(),
        boards=tuple(boards_of(now.values(), month.on, then, rule)),
        late_reports=lists.late_reports(),
        verified=checked.verified,
        drawn=checked.settled,
        measures=bulletin_measures.measures(month),
        broken=bulletin_measures.broken(month),
        closed=bulletin_measures.closed(month),
        practices=bulletin_measures.practices(month),
    )


class _Table(NamedTuple):
    """``key_of``: what a row has in common with others, and what that is called; ``order``: of the keys, if any."""

    by: str
    name: str
    key_of: Callable[[Row], tuple[str, str]]
    order: Sequence[str] = ()


def _choice(choices: type[TextChoices], value: str, otherwise: str = "") -> tuple[str, str]:
    return value, str(choices(value).label) if value else otherwise


def _unit(unit: Unit | None, otherwise: str = "") -> tuple[str, str]:
    return (str(unit.pk), str(unit)) if unit else ("0", otherwise)


TABLES = (
    _Table("area", "领域", lambda row: _choice(FocusArea, row.project.focus_area), FocusArea.values),
    _Table("stage", "阶段", lambda row: _choice(Stage, row.stage, "未定阶段"), Stage.values),
    _Table("category", "类别", lambda row: _choice(_Category, row.standing.plan_category), _Category.values),
    _Table("level", "级别", lambda row: _choice(Level, row.project.level), Level.values),
    _Table("unit", "单位", lambda row: _unit(row.unit)),
    _Table("town", "镇街", lambda row: _unit(row.project.town, "未明确镇街")),
)
"""In this order: what is built, how far it is, and who answers for it (责任口径) and where (属地口径)."""


def _tables(rows: Iterable[Row], before: Mapping[int, Row] | None) -> Iterator[GroupTable]:
    for table in TABLES:
        members: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in rows:
            members[table.key_of(row)].append(row)
        groups = [_group(f"{table.by}:{key}", name, found, before) for (key, name), found in members.items()]
        yield GroupTable(table.by, table.name, tuple(sorted(groups, key=lambda group: _place(group, table))))


def _place(group: Group, table: _Table) -> tuple[object, ...]:
    """As the choices are ordered; units and towns by their rate from the highest, those without one last."""
    key = group.key.partition(":")[2]
    if table.order:
        return (table.order.index(key) if key in table.order else len(table.order),)
    rate = _RATE.of(group.parts).rate
    return (rate is None, -(rate or NOUGHT), group.key)


def members(bulletin_key: str, rows: Iterable[Row]) -> list[Row]:
    """The rows of a group by its key."""
    by, _, key = bulletin_key.partition(":")
    table = next((table for table in TABLES if table.by == by), None)
    return [row for row in rows if table is None or table.key_of(row)[0] == key]


def _group(key: str, name: str, rows: Sequence[Row], before: Mapping[int, Row] | None) -> Group:
    counted = [row for row in rows if row.is_planned]
    lit = Counter(row.standing.light for row in counted)
    there = [before[row.project.pk] for row in counted if row.project.pk in before] if before is not None else []
    return Group(
        key=key,
        name=str(name),
        parts=sum((row.parts for row in rows), Parts()),
        month_amount=sum((row.month_amount for row in counted), NOUGHT),
        before=None if before is None else sum((row.parts for row in there), Parts()),
        lights=tuple((light.value, lit[light]) for light in Light if lit[light]),
    )


def _parts(rows: Mapping[int, Row]) -> dict[int, Parts]:
    return {pk: row.parts for pk, row in rows.items()}


def _moved(found: Mapping[int, Parts], rows: Iterable[Row]) -> tuple[Moved, ...]:
    return tuple(Moved(row.told(), found[row.project.pk]) for row in rows if row.project.pk in found)


def results(month: MonthEnd) -> VerificationQuerySet:
    """The results of 随机核查 that were recorded since the month before was closed."""
    known: VerificationQuerySet = Verification.objects.settled().filter(recorded_at__lte=month.closing.known_at)
    return known.filter(recorded_at__gt=month.before.closing.known_at) if month.before else known


def _basis(month: MonthEnd) -> Basis:
    versions = PlanVersion.objects.filter(plan__year=month.on.year).select_related("plan")
    plan = versions.in_force(on=month.on, known_at=month.closing.known_at)
    return Basis(
        plan=f"{plan}（{plan.document_number}）" if plan else "",
        light_rules=max((row.standing.edition for row in month.rows), default=0),
        formulas=bulletin.EDITION,
        rows_digest=digest(month.rows),
        versions=month.accepted().count(),
    )


def digest(rows: Iterable[Row]) -> str:
    """SHA-256 of what every project contributed, in the order of their codes."""
    lines = sorted("|".join([row.project.code, *map(_exact, _contributed(row))]) for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _contributed(row: Row) -> Iterator[Decimal]:
    yield from (Decimal(getattr(row.parts, name)) for name in FIELDS)
    yield row.month_amount


def _exact(value: Decimal) -> str:
    return f"{value.normalize():f}"


def boards_of(planned: Collection[Row], on: date, before: Mapping[int, Row], rule: BulletinRule) -> Iterator[Board]:
    """By pool of units (责任口径): who is ahead of the time and first, who is behind it and last."""
    target = time_progress(on, basis=BASIS, annual_amount=NOUGHT, to_date_amount=NOUGHT)
    places = boards.Places(rule.honoured, rule.lagging, rule.fewest)
    for kind in Unit.Kind:
        rows = [row for row in planned if row.unit.kind == kind]
        if rows:
            found = boards.board([_competing(row, before) for row in rows], target=target, places=places)
            units = {row.unit.pk: str(row.unit) for row in rows}
            yield Board(
                pool=str(kind.label),
                honoured=tuple(_placed(place, found, units, met=True) for place in found.honoured),
                lagging=tuple(_placed(place, found, units, met=False) for place in found.lagging),
                excused=tuple(f"{row.project.name}（{row.unit}）" for row in rows if EXCUSED.holds(row.standing)),
                too_few=found.too_few,
                rule=_rule_in_words(rule),
            )


def _competing(row: Row, before: Mapping[int, Row]) -> boards.Competing[int]:
    then = before.get(row.project.pk)
    return boards.Competing(
        row.unit.pk, _RATE.of(row.parts), _RATE.of(then.parts) if then else None, EXCUSED.holds(row.standing)
    )


def _placed(place: Place[int], found: boards.Board[int], units: Mapping[int, str], *, met: bool) -> Placed:
    rank, rate = place.rank, place.ratio.rate
    if rank is None or rate is None:
        raise ValueError("a unit on a board has a rank")
    return Placed(units[place.key], rank, found.ranked, rate, place.was, met)


def _rule_in_words(rule: BulletinRule) -> str:
    return (
        f"同类单位按投资完成率排名，比率相同的名次并列。达到序时进度且列前{rule.honoured}位的上红榜，未达到序时进度且列后"
        f"{rule.lagging}位的上黑榜。停缓建和获准豁免的项目不计入，不足{rule.fewest}家的类别不排名。"
    )
