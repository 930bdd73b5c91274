"""手册的前部: cover, agenda, route, and how the quarter stands, as ready words and drawings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from projects import figures
from reports.bulletin import Board, Group
from reports.charts import gauge, lights, route_map
from reports.charts.chart import Chart
from reports.drawing import Box, svg
from reports.inspection_booklet import Booklet, Quarter, StopPage
from reports.rendering.official import codes
from scheduling.index_cards import CARDS
from scheduling.indices import FORMULAS, Index, indices_of
from scheduling.parts import Parts
from scheduling.ratio import Ratio
from scheduling.time_progress import Basis

_QUARTERS = "一二三四"


@dataclass(frozen=True)
class Cover:
    district: str
    title: str
    subtitle: str
    number: str
    day: str
    printer: str
    known: str
    emphases: str
    code: str
    check_code: str


@dataclass(frozen=True)
class AgendaLine:
    order: int
    name: str
    unit: str
    arrives: str
    leaves: str
    minutes: int
    travel: int
    presenter: str
    page: str


@dataclass(frozen=True)
class AgendaDay:
    day: str
    lines: tuple[AgendaLine, ...]


@dataclass(frozen=True)
class Agenda:
    finding: str
    origin: str
    begins: str
    days: tuple[AgendaDay, ...]


@dataclass(frozen=True)
class UnitLine:
    rank: str
    name: str
    projects: str
    plan: str
    done: str
    rate: str
    gap: str
    is_behind: bool
    starts: str
    completions: str


@dataclass(frozen=True)
class BoardLines:
    pool: str
    honoured: tuple[str, ...]
    lagging: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Standings:
    title: str
    basis: str
    cards: tuple[gauge.Card, ...]
    units: tuple[UnitLine, ...]
    boards: tuple[BoardLines, ...]


@dataclass(frozen=True)
class Legend:
    """Each light by its sign and word."""

    lights: tuple[tuple[str, str], ...]


def cover(booklet: Booklet, *, check_url: str, check_code: str) -> Cover:
    day = booklet.issued_on or booklet.on
    return Cover(
        district=booklet.district,
        title=f"{booklet.of_year}年第{_QUARTERS[booklet.quarter - 1]}季度",
        subtitle="重点项目观摩手册",
        number=booklet.number or "预览稿",
        day=figures.chinese_date(day),
        printer=booklet.printer,
        known=f"数据截至{figures.chinese_date(booklet.on)}，已审核填报",
        emphases="、".join(booklet.emphases),
        code=codes.svg(check_url),
        check_code=check_code,
    )


def agenda(booklet: Booklet, *, pages: Mapping[int, int]) -> Agenda:
    """``pages``: on which page each stop begins, by its order; none yet: left blank."""
    stops = booklet.stops
    days = groupby(stops, key=lambda stop: stop.visit.arrives_at.date())
    return Agenda(
        finding=_tour_in_words(booklet),
        origin=booklet.origin,
        begins=f"{figures.chinese_date(booklet.starts_at.date())} {clock(booklet.starts_at)}",
        days=tuple(
            AgendaDay(figures.chinese_date(day), tuple(_line(stop, pages) for stop in found)) for day, found in days
        ),
    )


def route(booklet: Booklet) -> Chart:
    placed = [stop for stop in booklet.stops if stop.visit.longitude is not None and stop.visit.latitude is not None]
    places = [
        route_map.Place(stop.visit.order, stop.name, stop.visit.longitude or 0.0, stop.visit.latitude or 0.0)
        for stop in placed
    ]
    if booklet.origin_longitude is not None and booklet.origin_latitude is not None:
        begin = route_map.Place(0, f"集合：{booklet.origin}", booklet.origin_longitude, booklet.origin_latitude)
        places.insert(0, begin)
    return route_map.chart(route_map.Route(tuple(places), len(booklet.stops) - len(placed)))


def standings(quarter: Quarter) -> Standings:
    on = quarter.on
    return Standings(
        title=f"截至{figures.chinese_date(on)}全区三项核心指标",
        basis=f"取自{on.year}年{on.month}月末锁定的数据，与当月通报同一口径；责任口径按牵头单位。",
        cards=tuple(gauge.card(index) for index in _core(quarter)),
        units=tuple(_unit_lines(quarter)),
        boards=tuple(map(_board, quarter.boards)),
    )


def legend() -> Legend:
    box = Box(0, 0, 12, 12)
    drawn = [(svg(lights.sign(name, 6, 6, 5), box, label="", width="12", height="12"), name) for name in lights.WORDS]
    return Legend(tuple((sign, lights.WORDS[name]) for sign, name in drawn))


def clock(at: datetime) -> str:
    return f"{at:%H:%M}"


def _tour_in_words(booklet: Booklet) -> str:
    stops = booklet.stops
    if not stops:
        return "线路还没有观摩点。"
    ends, stay = booklet.back_at, sum(stop.visit.minutes for stop in stops)
    whole = int((ends - booklet.starts_at).total_seconds()) // 60
    day = "" if ends.date() == booklet.starts_at.date() else figures.chinese_date(ends.date())
    return (
        f"共 {len(stops)} 个观摩点，{clock(booklet.starts_at)} 从{booklet.origin}出发，{day}{clock(ends)} 返回；"
        f"行车 {_hours(whole - stay)}，停留 {_hours(stay)}。"
    )


def _hours(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return " ".join(filter(None, (f"{hours} 小时" if hours else "", f"{rest} 分钟" if rest or not hours else "")))


def _line(stop: StopPage, pages: Mapping[int, int]) -> AgendaLine:
    visit = stop.visit
    return AgendaLine(
        order=visit.order,
        name=stop.name,
        unit=stop.people.lead_unit,
        arrives=clock(visit.arrives_at),
        leaves=clock(visit.leaves_at),
        minutes=visit.minutes,
        travel=visit.travel,
        presenter=visit.presenter or figures.UNDEFINED,
        page=str(pages.get(visit.order, "")),
    )


def _core(quarter: Quarter) -> list[gauge.Index]:
    parts = quarter.whole.parts
    found = indices_of(parts, on=quarter.on, basis=Basis())
    investment = gauge.Index(
        CARDS[Index.INVESTMENT].name,
        found[Index.INVESTMENT].rate,
        found.time_progress.rate,
        found.progress_gap_pp,
        f"完成 {figures.yi(parts.ytd_amount)} 亿元",
        f"年度计划 {figures.yi(parts.annual_plan_amount)} 亿元",
    )
    starts = _of_projects(
        Index.START,
        parts,
        parts.starts_due,
        (f"已开工 {parts.started} 项", f"计划新开工 {parts.new_starts} 项"),
        "应开",
    )
    completions = _of_projects(
        Index.COMPLETION,
        parts,
        parts.completions_due,
        (f"已竣工 {parts.completed} 项", f"计划竣工 {parts.completions} 项"),
        "应竣",
    )
    return [investment, starts, completions]


def _of_projects(index: Index, parts: Parts, due: int, words: tuple[str, str], mark: str) -> gauge.Index:
    ratio = FORMULAS[index].of(parts)
    expected = Ratio(Decimal(due), ratio.denominator)
    return gauge.Index(CARDS[index].name, ratio.rate, expected.rate, ratio.gap_pp(expected), *words, mark=mark)


def _unit_lines(quarter: Quarter) -> list[UnitLine]:
    """In the order of the bulletin, by their rate; equal rates share a rank, without a plan there is none."""
    rates = [FORMULAS[Index.INVESTMENT].of(group.parts).rate for group in quarter.units]
    return [_unit_line(group, rates, quarter) for group in quarter.units]


def _unit_line(group: Group, rates: Sequence[Decimal | None], quarter: Quarter) -> UnitLine:
    found = indices_of(group.parts, on=quarter.on, basis=Basis())
    rate, gap = found[Index.INVESTMENT].rate, found.progress_gap_pp
    rank = figures.UNDEFINED if rate is None else str(1 + sum(each is not None and each > rate for each in rates))
    return UnitLine(
        rank=rank,
        name=group.name,
        projects=str(group.parts.projects),
        plan=figures.yi(group.parts.annual_plan_amount),
        done=figures.yi(group.parts.ytd_amount),
        rate=figures.percent(rate),
        gap=figures.signed(gap),
        is_behind=gap is not None and figures.rounded(gap, 2) < 0,
        starts=f"{group.parts.started}/{group.parts.new_starts}",
        completions=f"{group.parts.completed}/{group.parts.completions}",
    )


def _board(board: Board) -> BoardLines:
    note = f"参评不足，{board.pool}不排红黑榜。" if board.too_few else ""
    honoured, lagging = (
        tuple(f"第 {each.rank} 名　{each.name}　{figures.percent(each.rate)}" for each in names)
        for names in (board.honoured, board.lagging)
    )
    return BoardLines(board.pool, honoured, lagging, note)
