"""Problems of the invented projects: what stood in the way, who was asked, how far up it went, how it ended."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from projects.demo.course import State, moment
from projects.demo.projects import ProjectSpec

_DAY = timedelta(days=1)
_RECENT = 30  # days; what was raised before was settled long ago


@dataclass(frozen=True)
class Trouble:
    """One kind of trouble: what it is called, whose help it takes, and what is asked of them."""

    kind: str
    title: str
    asked: str
    question: str
    evidence: str
    is_before_start: bool


TROUBLES = (
    Trouble("LAND", "用地报批组件补正未完成", "区自然资源和规划局", "请明确补正清单并在限期内转报。",
            "用地批复已取得", is_before_start=True),
    Trouble("DEMOLITION", "红线内 3 户房屋未签约腾空", "区住房和城乡建设局", "请会同属地镇街排定签约腾空时间表。",
            "房屋已全部腾空并移交场地", is_before_start=True),
    Trouble("FORMALITIES", "施工许可要件缺质量安全监督手续", "区行政审批服务局", "请容缺受理，并联办理施工许可。",
            "施工许可证已核发", is_before_start=True),
    Trouble("FUNDS", "第二批专项资金未拨付", "区财政局", "请核定拨付计划并按工程进度拨付。",
            "资金已拨付到项目专户", is_before_start=False),
    Trouble("PIPELINES", "10 千伏线路迁改方案未定", "区城市管理局", "请牵头管线权属单位会审迁改方案。",
            "迁改完成，作业面已移交", is_before_start=False),
    Trouble("DESIGN", "基坑支护设计变更待审", "区住房和城乡建设局", "请组织专家论证并出具审查意见。",
            "设计变更已审定", is_before_start=False),
    Trouble("CONSTRUCTION", "夜间连续浇筑需办理许可", "区生态环境局", "请按重点工程办理夜间施工证明。",
            "夜间施工证明已办理", is_before_start=False),
)  # fmt: skip
_STILL_OPEN = {"asked": 0.35, "answered": 0.35, "raised": 0.1, "close_asked": 0.2}


@dataclass(frozen=True)
class Moved:
    """One move. ``court`` is the unit that has it in hand from then on; ``by`` a username, or a unit whose reviewer."""

    kind: str
    at: datetime
    by: str
    text: str
    court: str
    level: int


@dataclass
class TroubleSpec:
    """``answered_at`` None: the department has not answered yet."""

    spec: ProjectSpec
    trouble: Trouble
    effect_days: int | None
    raised_at: datetime
    moves: list[Moved] = field(default_factory=list)
    asked_at: datetime | None = None
    answered_at: datetime | None = None
    is_closed: bool = False

    @property
    def state(self) -> str:
        if self.is_closed:
            return "CLOSED"
        return "AWAITING_CHECK" if self.moves[-1].kind == "CLOSE_ASKED" else "OPEN"


def troubles(specs: Iterator[ProjectSpec] | list[ProjectSpec], *, until: datetime, dice: Random) -> list[TroubleSpec]:
    """In the order in which they were raised, over the forty weeks before ``until``."""
    found = [one for spec in specs for one in _of(spec, until, dice)]
    return sorted(found, key=lambda one: one.raised_at)


def _of(spec: ProjectSpec, until: datetime, dice: Random) -> Iterator[TroubleSpec]:
    if spec.course is None or spec.fate.state in (State.RESERVE, State.FINISHED):
        return
    fitting = [one for one in TROUBLES if one.is_before_start == (spec.fate.state is State.PREPARING)]
    is_late = bool(spec.fate.days_late)
    if dice.random() < (0.85 if is_late else 0.3):
        days_ago = dice.randint(3, 40) if is_late else dice.randint(5, 270)
        is_open = is_late or days_ago < _RECENT
        yield _told(spec, dice.choice(fitting), days_ago=days_ago, is_open=is_open, until=until, dice=dice)
    if is_late and dice.random() < 0.5:
        yield _told(spec, dice.choice(fitting), days_ago=dice.randint(60, 270), is_open=False, until=until, dice=dice)


def _told(
    spec: ProjectSpec, trouble: Trouble, *, days_ago: int, is_open: bool, until: datetime, dice: Random
) -> TroubleSpec:
    raised_at = moment((until - _DAY * days_ago).date(), dice)
    told = TroubleSpec(spec, trouble, dice.choice((None, 5, 10, 15, 20)), raised_at)
    steps = [
        Moved("RAISED", raised_at, spec.responsible_person, "", spec.lead_unit, 1),
        Moved("ASKED", raised_at + _DAY, spec.responsible_person, trouble.question, trouble.asked, 1),
        Moved(
            "ANSWERED", raised_at + _DAY * dice.randint(3, 9), trouble.asked, "已受理，正在组织办理。", trouble.asked, 1
        ),
    ]
    if dice.random() < 0.35:
        why = "单位层面协调未果，提请分管领导协调。"
        steps.append(Moved("ESCALATED", raised_at + _DAY * 11, spec.lead_unit, why, trouble.asked, 2))
    end = raised_at + _DAY * dice.randint(13, 34)
    level = steps[-1].level
    steps.append(Moved("CLOSE_ASKED", end, trouble.asked, trouble.evidence, spec.lead_unit, level))
    steps.append(Moved("CLOSED", end + _DAY, spec.responsible_person, "情况属实，同意销号。", spec.lead_unit, level))
    if is_open:
        last = dice.choices([*_STILL_OPEN], [*_STILL_OPEN.values()])[0].upper()
        steps = steps[: next(n for n, step in enumerate(steps) if step.kind == last) + 1]
    told.moves = [step for step in steps if step.at < until]
    at = {step.kind: step.at for step in told.moves}
    told.asked_at, told.answered_at, told.is_closed = at.get("ASKED"), at.get("ANSWERED"), "CLOSED" in at
    return told
