"""挂图作战: the chart of many projects and the chart of one, composed from what is known now, judged on any day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils.translation import gettext as _

from projects import figures
from projects.models import FocusArea, KeyProject, Milestone, ScheduleOutlook, Stage, StageTarget
from reports.compose.known import Step, blackouts_of, floats_of, steps_of, suspensions_of
from reports.compose.nodes import ORDER, Judged
from reports.wall_chart import Bar, Group, Node, Row, State, Stretch, WallChart
from scheduling.facts import known_facts
from scheduling.standing import Facts, ItemKind, stage_on

NO_FACTS = Facts(())


@dataclass(frozen=True)
class Heading:
    """What stands above a chart: who asks for what, as of which day, drawn on which day."""

    district: str
    scope: str
    finding: str
    on: date
    made_on: date
    whole: bool = False


def of_projects(projects: Sequence[KeyProject], *, grouping: str, heading: Heading) -> WallChart:
    """One row a project, in the order given; neighbours of one group stand together. Five queries."""
    rows = _project_rows(projects, on=heading.on)
    groups = groupby(zip(projects, rows, strict=True), key=lambda pair: group_name(pair[0], grouping))
    return WallChart(
        title=_("%(district)s重点项目挂图") % {"district": heading.district},
        district=heading.district,
        scope=heading.scope,
        finding=heading.finding,
        on=heading.on,
        made_on=heading.made_on,
        of_nodes=False,
        whole=heading.whole,
        headings=(_("项目"), _("牵头单位"), _("包联领导")),
        groups=tuple(Group(name, tuple(row for _project, row in pairs)) for name, pairs in groups),
    )


def of_one(project: KeyProject, *, heading: Heading) -> WallChart:
    """One row a node, within the four stages. Eight queries."""
    judged, suspended = _judged([project], on=heading.on)[project.pk]
    outlook = ScheduleOutlook.objects.filter(project=project).first()
    said = [_course_in_words(judged), _outlook_in_words(outlook) if outlook else ""]
    return WallChart(
        title=project.name,
        district=heading.district,
        scope=_("牵头单位：%(unit)s　责任人：%(person)s　包联领导：%(leader)s") % _people(project),
        finding="".join(filter(None, said)),
        on=heading.on,
        made_on=heading.made_on,
        of_nodes=True,
        whole=heading.whole,
        headings=(_("节点"), _("责任单位"), _("责任人")),
        groups=_stage_groups(project, judged),
        blackouts=(*suspended, *blackouts_of([project.pk]).get(project.pk, ())),
    )


def group_name(project: KeyProject, grouping: str) -> str:
    match grouping:
        case "leader":
            return str(project.linked_leader or _("未明确包联领导"))
        case "area":
            return str(FocusArea(project.focus_area).label)
        case "stage":
            return _("目前阶段：%s") % _stage_now(project)
        case "town":
            return str(project.town or _("未明确属地镇街"))
    return str(project.lead_unit)


def _stage_now(project: KeyProject) -> str:
    stage: str = getattr(project, "stage_now", "") or ""
    return str(Stage(stage).label) if stage else _("未登记")


def _people(project: KeyProject) -> dict[str, str]:
    return {
        "unit": str(project.lead_unit),
        "person": str(project.responsible_person or figures.UNDEFINED),
        "leader": str(project.linked_leader or figures.UNDEFINED),
    }


def _judged(projects: Sequence[KeyProject], *, on: date) -> dict[int, tuple[Judged, list[Stretch]]]:
    ids = [project.pk for project in projects]
    facts, steps = known_facts(ids, known_at=None), steps_of(ids)
    floats, suspended = floats_of(ids), suspensions_of(ids, on=on)
    return {
        pk: (
            Judged(facts.get(pk, NO_FACTS), on, steps, floats, is_paused=_lasts(suspended.get(pk, ()), on=on)),
            suspended.get(pk, []),
        )
        for pk in ids
    }


def _lasts(suspended: Iterable[Stretch], *, on: date) -> bool:
    return any(each.first_on <= on <= each.last_on for each in suspended)


def _project_rows(projects: Sequence[KeyProject], *, on: date) -> list[Row]:
    judged = _judged(projects, on=on)
    blackouts = blackouts_of([project.pk for project in projects])
    rows = []
    for project in projects:
        of_this, suspended = judged[project.pk]
        rows.append(_project_row(project, of_this, (*suspended, *blackouts.get(project.pk, ()))))
    return rows


def _project_row(project: KeyProject, judged: Judged, blackouts: tuple[Stretch, ...]) -> Row:
    nodes, leading = judged.nodes(), judged.leading()
    state = _state(judged)
    key_nodes = [
        node
        for (kind, subject), node in nodes.items()
        if kind is ItemKind.MILESTONE and subject in judged.steps and judged.steps[subject].is_key
    ]
    told = nodes[leading.kind, leading.subject] if leading else None
    return Row(
        name=project.name,
        unit=str(project.lead_unit),
        person=str(project.linked_leader or figures.UNDEFINED),
        state=state,
        word=_word(judged, state),
        bars=judged.bars(),
        nodes=tuple(key_nodes),
        leading=told,
        blackouts=blackouts,
        address=project.code,
    )


def _state(judged: Judged) -> State:
    items = judged.facts.items
    if judged.late:
        return State.LATE
    if judged.is_paused:
        return State.PAUSED
    if items and not any(item.is_open(on=judged.on) for item in items):
        return State.DONE
    return State.OPEN if any(item.approved_on for item in items) else State.UNDATED


def _word(judged: Judged, state: State) -> str:
    match state:
        case State.LATE:
            late = figures.days_late(judged.late[0].days)
            return _("%s（停缓建）") % late if judged.is_paused else late
        case State.DONE:
            return _("完成")
        case State.PAUSED:
            return _("停缓建")
        case State.UNDATED:
            return _("未定计划")
    return str(Stage(stage_on(judged.facts.items, on=judged.on, order=ORDER)).label)


def _stage_groups(project: KeyProject, judged: Judged) -> tuple[Group, ...]:
    nodes = judged.nodes()
    people = ("responsible_unit", "responsible_person")
    milestones = list(Milestone.objects.filter(project=project).select_related(*people))
    targets = {each.stage: each for each in StageTarget.objects.filter(project=project)}
    groups = []
    for step, stage in enumerate(ORDER, start=1):
        rows = [
            _node_row(each, nodes.get((ItemKind.MILESTONE, each.pk)), judged.steps.get(each.pk), step, judged.on)
            for each in milestones
            if each.stage == stage
        ]
        if stage in targets:
            rows.insert(0, _target_row(targets[stage], nodes, judged.bars()[step - 1]))
        groups.append(Group(str(Stage(stage).label), tuple(rows)))
    return tuple(group for group in groups if group.rows)


def _target_row(target: StageTarget, nodes: Mapping[tuple[ItemKind, int], Node], bar: Bar) -> Row:
    node = nodes.get((ItemKind.STAGE_TARGET, target.pk)) or Node("", State.UNDATED)
    name = _("阶段目标：%s") % target.target if target.target else _("阶段目标")
    return Row(name, "", "", node.state, _node_word(node), (bar,), (node,), node, is_heading=True)


def _node_row(milestone: Milestone, node: Node | None, step: Step | None, number: int, on: date) -> Row:
    node = node or Node(milestone.name, State.UNDATED)
    return Row(
        name=milestone.name,
        unit=str(milestone.responsible_unit or figures.UNDEFINED),
        person=str(milestone.responsible_person or figures.UNDEFINED),
        state=node.state,
        word=_node_word(node),
        bars=(_node_bar(node, step, number, on),),
        nodes=(node,),
        leading=node,
    )


def _node_bar(node: Node, step: Step | None, number: int, on: date) -> Bar:
    begins, began = (step.planned_start_on, step.started_on) if step else (None, None)
    ended = node.actual_on or (on if node.state is not State.DONE else None)
    planned = Stretch(begins, node.approved_on) if begins and node.approved_on and begins <= node.approved_on else None
    actual = Stretch(began, ended) if began and ended and began <= ended else None
    return Bar(number, planned, actual)


def _node_word(node: Node) -> str:
    return node.word or (_("未定计划") if node.state is State.UNDATED else _("未完成"))


def _outlook_in_words(outlook: ScheduleOutlook) -> str:
    if outlook.headline in outlook.sentence:
        return f"{outlook.sentence}。"
    return f"{outlook.headline}：{outlook.sentence}。"


def _course_in_words(judged: Judged) -> str:
    items = [item for item in judged.facts.items if item.kind is ItemKind.MILESTONE]
    late = [each for each in judged.late if each.item.kind is ItemKind.MILESTONE]
    done = sum(not item.is_open(on=judged.on) for item in items)
    said = {"nodes": str(len(items)), "done": str(done), "late": str(len(late))}
    if judged.is_away:
        return _("已退出项目库，不再计逾期。")
    if not items:
        return _("还没有登记节点。")
    if not late:
        return _("%(nodes)s 个节点，完成 %(done)s 个，没有逾期。") % said
    said |= {"name": late[0].item.name, "days": figures.days_late(late[0].days)}
    return _("%(nodes)s 个节点，完成 %(done)s 个，逾期 %(late)s 个，最久的是“%(name)s”，%(days)s。") % said
