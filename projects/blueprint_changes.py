"""What one edition of a template says otherwise than another, in words."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from projects.backward import Unit
from projects.blueprint import PHASES, STAGES, Blueprint, Evidence, PermitNeed, StageWords, Step, YearlyStop
from projects.relations import written

Facts = dict[str, str]


class Change(NamedTuple):
    """``fact`` is empty for a whole thing that came or went: the other side of it is then empty."""

    part: str
    subject: str
    fact: str
    before: str
    after: str


def changes(before: Blueprint, after: Blueprint) -> list[Change]:
    """From the earlier edition to the later one, part by part. A step is known by its stage and name."""
    return [
        change for part, facts in _PARTS.items() for change in _compared(part, dict(facts(before)), dict(facts(after)))
    ]


def duration_said(step: Step) -> str:
    return f"{step.duration} {'工作日' if step.unit is Unit.WORKING else '日历天'}" if step.duration else "不占工期"


def stop_said(stop: YearlyStop) -> str:
    over_new_year = "次年 " if stop.last < stop.first else ""
    return f"{stop.first[0]} 月 {stop.first[1]} 日至 {over_new_year}{stop.last[0]} 月 {stop.last[1]} 日"


def limit_said(days: int | None, *, working: bool) -> str:
    return "" if days is None else f"{days} {'工作日' if working else '日历天'}"


def _compared(part: str, before: dict[str, Facts], after: dict[str, Facts]) -> Iterator[Change]:
    for subject in dict.fromkeys((*after, *before)):
        old, new = before.get(subject), after.get(subject)
        if old is None or new is None:
            yield Change(part, subject, "", _summed(old), _summed(new))
            continue
        for fact in new:
            if old[fact] != new[fact]:
                yield Change(part, subject, fact, old[fact], new[fact])


def _summed(facts: Facts | None) -> str:
    return "" if facts is None else "；".join(f"{fact} {value}" for fact, value in facts.items() if value) or "有"


def _steps(blueprint: Blueprint) -> Iterator[tuple[str, Facts]]:
    for step in blueprint.steps:
        yield (
            f"{STAGES[step.stage]} · {step.name}",
            {
                "工期": duration_said(step),
                "前置关系": _named(step, blueprint),
                "现场停工": _yes(step.stops_in_blackout),
                "关键节点": _yes(step.is_key),
                "权重": f"{step.weight.normalize():f}" if step.weight else "",
                "办理部门": step.authority,
                "达成说法": step.outcome,
                "审批事项": step.permit_name,
            },
        )


def _named(step: Step, blueprint: Blueprint) -> str:
    """By name, because numbers change when a step is put in between."""
    said = []
    for relation in step.after:
        rest = written([relation]).removeprefix(str(relation.position))
        said.append(f"{blueprint.by_position[relation.position].name}{f' {rest}' if rest else ''}")
    return "；".join(sorted(said))


def _stages(blueprint: Blueprint) -> Iterator[tuple[str, Facts]]:
    for words in blueprint.stages:
        yield STAGES[words.stage], _stage_facts(words)


def _stage_facts(words: StageWords) -> Facts:
    return {"阶段目标": words.target, "工作重点": words.work_focus, "任务要求": words.task_requirement}


def _permits(blueprint: Blueprint) -> Iterator[tuple[str, Facts]]:
    for permit in blueprint.permits:
        yield permit.name, _permit_facts(permit)


def _permit_facts(permit: PermitNeed) -> Facts:
    return {
        "审批阶段": PHASES[permit.phase],
        "审批部门": permit.agency,
        "适用条件": permit.condition,
        "开工必备": _yes(permit.is_required_for_start),
        "法定时限": limit_said(permit.legal_days, working=permit.counts_working_days),
        "承诺时限": limit_said(permit.promised_days, working=permit.counts_working_days),
        "有效期": f"{permit.valid_months} 个月" if permit.valid_months else "",
        "可延期": f"{permit.max_extensions} 次" if permit.max_extensions else "",
    }


def _papers(blueprint: Blueprint) -> Iterator[tuple[str, Facts]]:
    for paper in blueprint.evidence:
        yield _paper_said(paper), {}


def _paper_said(paper: Evidence) -> str:
    return f"{STAGES[paper.stage]} · {paper.name}"


def _stops(blueprint: Blueprint) -> Iterator[tuple[str, Facts]]:
    for stop in blueprint.blackouts:
        yield stop.name, {"起止": stop_said(stop)}


def _yes(value: bool) -> str:
    return "是" if value else ""


_PARTS: dict[str, Callable[[Blueprint], Iterable[tuple[str, Any]]]] = {
    "节点": _steps,
    "阶段要求": _stages,
    "审批事项": _permits,
    "佐证材料": _papers,
    "停工期": _stops,
}
