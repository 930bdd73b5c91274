"""手册的观摩点: one leaf for each stop, what is to be seen on its front and how it goes on its back."""

from dataclasses import dataclass
from datetime import date

from projects import figures
from reports.charts import lights, s_curve
from reports.drawing import Box, svg
from reports.inspection_booklet import Figures, Node, Photo, Stage, StopPage, Trouble
from reports.rendering.booklet.front import clock
from reports.rendering.official import codes
from scheduling.ratio import Ratio

LARGE, HALF = 1500, 900
"""Pixels of a photo across the page, and of one beside another."""
_MOST_NODES, _MOST_TROUBLES, _MOST_REQUESTS, _MOST_WORDS = 12, 4, 2, 150
_STAGE_WORDS = {"done": "已完成", "current": "进行中", "todo": "未到", "late": "逾期"}


@dataclass(frozen=True)
class Shown:
    """A photo with what is said under it; ``url`` is for the renderer alone."""

    url: str
    words: str


@dataclass(frozen=True)
class Amount:
    label: str
    value: str
    unit: str


@dataclass(frozen=True)
class StageShown:
    name: str
    state: str
    word: str
    planned: str
    actual: str


@dataclass(frozen=True)
class NodeLine:
    name: str
    original: str
    approved: str
    forecast: str
    actual: str
    word: str
    is_late: bool
    is_moved: bool


@dataclass(frozen=True)
class TroubleLine:
    kind: str
    title: str
    holder: str
    level: str
    needed: str
    word: str
    is_late: bool
    requests: tuple[str, ...]


@dataclass(frozen=True)
class Leaf:
    order: str
    name: str
    unit: str
    when: str
    place: str
    presenter: str
    pool: str
    photo: Shown | None
    earlier: Shown | None
    sights: str
    amounts: tuple[Amount, ...]
    light: str
    light_word: str
    facts: tuple[tuple[str, str], ...]
    scale: str
    physical: str
    stages: tuple[StageShown, ...]
    chart: str
    chart_finding: str
    nodes: tuple[NodeLine, ...]
    nodes_note: str
    troubles: tuple[TroubleLine, ...]
    troubles_note: str
    code: str


def leaf(stop: StopPage) -> Leaf:
    """Ready words; what is no problem, has no photo or no plan says so itself."""
    visit, chart = stop.visit, _chart(stop)
    nodes, left_out = _chosen(stop.nodes)
    return Leaf(
        order=f"{visit.order:02}",
        name=stop.name,
        unit=stop.people.lead_unit,
        when=f"{clock(visit.arrives_at)}—{clock(visit.leaves_at)}",
        place=visit.place,
        presenter=visit.presenter,
        pool=visit.pool,
        photo=_shown(stop.photo, LARGE if stop.earlier is None else HALF),
        earlier=_shown(stop.earlier, HALF),
        sights=stop.sights,
        amounts=_amounts(stop.figures),
        light=_sign(stop.figures.light),
        light_word=lights.WORDS.get(stop.figures.light.lower(), ""),
        facts=tuple(_facts(stop)),
        scale=_cut(stop.scale, _MOST_WORDS),
        physical=_physical(stop.figures),
        stages=tuple(map(_stage, stop.stages)),
        chart=chart.wide,
        chart_finding=chart.title,
        nodes=tuple(map(_node, nodes)),
        nodes_note=f"另有 {left_out} 个节点，见项目页。" if left_out else "",
        troubles=tuple(map(_trouble, stop.troubles[:_MOST_TROUBLES])),
        troubles_note=_more_troubles(len(stop.troubles)),
        code=codes.svg(stop.address),
    )


def _shown(photo: Photo | None, pixels: int) -> Shown | None:
    if photo is None:
        return None
    words = "　".join(filter(None, (photo.caption, f"{figures.chinese_date(photo.taken_on)}摄")))
    return Shown(f"picture:{pixels}:{photo.sha256}", words)


def _amounts(found: Figures) -> tuple[Amount, ...]:
    rate = Ratio(found.year_to_date, found.annual_plan).rate if found.annual_plan else None
    return (
        Amount("总投资", figures.yi(found.total_investment), "亿元"),
        Amount("年度计划投资", figures.wan(found.annual_plan), "万元"),
        Amount("今年完成投资", figures.wan(found.year_to_date), "万元"),
        Amount("完成年度计划", figures.percent(rate), ""),
    )


def _sign(light: str) -> str:
    name = light.lower() if light.lower() in lights.WORDS else "none"
    return svg(lights.sign(name, 7, 7, 6), Box(0, 0, 14, 14), label="", width="14", height="14")


def _facts(stop: StopPage) -> list[tuple[str, str]]:
    people = stop.people
    responsible = people.responsible_unit if people.responsible_unit != people.lead_unit else ""
    told = [
        ("牵头单位", people.lead_unit),
        ("责任单位", responsible),
        ("责任人", people.person),
        ("包联领导", people.leader),
        ("属地镇街", people.town),
        ("业主单位", people.owner),
        ("施工单位", people.contractor),
        ("监理单位", people.supervisor),
        ("领域、级别", f"{stop.area}、{stop.level}"),
        ("建设性质、年限", "、".join(filter(None, (stop.nature, stop.years)))),
        ("开工累计完成", f"{figures.wan(stop.figures.since_start)} 万元"),
    ]
    return [(label, value) for label, value in told if value]


def _physical(found: Figures) -> str:
    if not found.physical:
        return "还没有已审核的形象进度。"
    percent = f"（约 {figures.percent(found.physical_percent, 0)}）" if found.physical_percent is not None else ""
    until = f"截至{figures.chinese_date(found.reported_to)}：" if found.reported_to else ""
    return until + _cut(found.physical, _MOST_WORDS) + percent


def _stage(stage: Stage) -> StageShown:
    word = f"逾期 {stage.days} 天" if stage.days > 0 else _STAGE_WORDS[stage.state]
    return StageShown(stage.name, stage.state, word, _day(stage.planned_on), _day(stage.actual_on))


def _chart(stop: StopPage) -> s_curve.Chart:
    course = stop.course
    plan, actual = (
        tuple(s_curve.Point(point.on, point.amount) for point in each) for each in (course.plan, course.actual)
    )
    return s_curve.chart(s_curve.Curve(course.on, plan, actual, course.planned_to_date))


def _chosen(nodes: tuple[Node, ...]) -> tuple[list[Node], int]:
    """As many as the page holds, in their order: what is late, then the key ones, then what is still to come."""
    weight = sorted(
        range(len(nodes)), key=lambda at: (nodes[at].days <= 0, not nodes[at].is_key, nodes[at].is_reached, at)
    )
    kept = sorted(weight[:_MOST_NODES])
    return [nodes[at] for at in kept], len(nodes) - len(kept)


def _node(node: Node) -> NodeLine:
    word = figures.days_late(node.days) if node.days > 0 else "已完成" if node.is_reached else "未完成"
    return NodeLine(
        name=node.name,
        original=_day(node.original_on),
        approved=_day(node.approved_on),
        forecast=_day(node.forecast_on),
        actual=_day(node.actual_on),
        word=word,
        is_late=node.days > 0,
        is_moved=node.approved_on != node.original_on,
    )


def _trouble(trouble: Trouble) -> TroubleLine:
    return TroubleLine(
        kind=trouble.kind,
        title=trouble.title,
        holder=f"{trouble.unit}（{figures.compact_date(trouble.since)}起）",
        level=trouble.level,
        needed=figures.compact_date(trouble.needed_by),
        word=figures.days_late(trouble.days),
        is_late=trouble.days > 0,
        requests=tuple(
            f"请{each.unit}：{each.question}（应于 {figures.compact_date(each.due_on)} 答复"
            f"{'，' + figures.days_late(each.days) if each.days > 0 else ''}）"
            for each in trouble.requests[:_MOST_REQUESTS]
        ),
    )


def _more_troubles(count: int) -> str:
    if not count:
        return "没有未解决的问题和协调请求。"
    return f"另有 {count - _MOST_TROUBLES} 个问题，见项目页。" if count > _MOST_TROUBLES else ""


def _day(day: date | None) -> str:
    return figures.compact_date(day)


def _cut(words: str, most: int) -> str:
    said = " ".join(words.split())
    return said if len(said) <= most else said[: most - 1] + "…"
