"""变更申请 of the invented projects: every date moved was asked for and approved; a dozen are still on their way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from projects.demo.course import BEIJING
from projects.demo.editions import Edition, has_schedule, is_replanned
from projects.demo.lives import Calendar
from projects.demo.networks import names_of
from projects.demo.projects import ProjectSpec
from projects.models import ApprovalStep, ChangeRequest, DelayReason
from projects.workdays import Announced, add_workdays

_Kind, _Outcome, _State = ApprovalStep.Kind, ApprovalStep.Outcome, ChangeRequest.State
_WORKDAYS = 3  # for each hand
POSITIONS = {_Kind.REVIEW: 1, _Kind.COUNTERSIGN: 2, _Kind.APPROVE: 3}

# Why a step came late, by the place of the step.
_REASONS = (
    (DelayReason.FORMALITIES, "可研报告按评审意见补充论证，批复时间顺延。"),
    (DelayReason.LAND, "土地报批组件补正，用地批复晚于预期。"),
    (DelayReason.DEMOLITION, "尚有 3 户未签订征迁协议，交地时间推迟，属地镇街已列出签约时间表。"),
    (DelayReason.DESIGN, "施工图按审查意见修改，重新送审。"),
    (DelayReason.FORMALITIES, "招标文件质疑处理延长，定标时间顺延。"),
    (DelayReason.DEMOLITION, "场地移交滞后，施工单位分段进场。"),
    (DelayReason.CONSTRUCTION, "岩层起伏较大，桩基工效低于预期，已增加两台钻机。"),
    (DelayReason.WEATHER, "连续降雨超过二十天，作业面积水，有效工日减少。"),
    (DelayReason.FUNDS, "专项资金下达晚于计划，材料进场推迟。"),
    (DelayReason.CONSTRUCTION, "专业分包进场晚，工序穿插不足，已增加班组。"),
    (DelayReason.CONSTRUCTION, "管线接驳需配合市政工程统一开挖，时间顺延。"),
    (DelayReason.FORMALITIES, "专项验收整改项较多，备案时间顺延。"),
)


@dataclass(frozen=True)
class Hand:
    """One hand the request passes through. ``unit`` None: the district's approvers. Undecided without an outcome."""

    kind: str
    unit: str | None
    due_on: date
    outcome: str = ""
    opinion: str = ""
    decided_at: datetime | None = None


@dataclass(frozen=True)
class RequestSpec:
    """One request about one project; ``step``, ``edition`` or ``is_of_suspension`` say what it is about."""

    project: str
    kind: str
    state: str
    requested_at: datetime
    hands: tuple[Hand, ...]
    reason: str
    reason_code: str = ""
    ended_at: datetime | None = None
    step: int | None = None
    edition: int | None = None
    is_of_suspension: bool = False
    days: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Fortune:
    """How far a request got: asked so many days ago, decided by so many hands, and then what."""

    days_ago: int
    passed: int = 0
    countersigned_by: int = 0
    ended: str = ""
    opinion: str = ""


_FORTUNES = (
    Fortune(1),
    Fortune(9),
    Fortune(4, passed=1, countersigned_by=2),
    Fortune(13, passed=2, countersigned_by=2),
    Fortune(6, passed=1),
    Fortune(12, passed=1),
    Fortune(5, ended="RETURNED", opinion="赶工措施不具体，请补充作业面、班组和设备安排后再报。"),
    Fortune(24, passed=1, ended="REFUSED", opinion="影响年度竣工目标，不同意顺延，请倒排工期、增加班组抢回。"),
    Fortune(33, passed=1, ended="REFUSED", opinion="征迁推进不力不作为顺延理由，由属地镇街包户限期签约。"),
    Fortune(18, ended="WITHDRAWN"),
)


class Writer:
    """Writes the requests of a district down as specs."""

    def __init__(self, calendar: Calendar, announced: Announced) -> None:
        self.calendar, self.announced = calendar, announced

    def requests(
        self, projects: Sequence[ProjectSpec], editions: Sequence[tuple[str, Edition]]
    ) -> Iterator[RequestSpec]:
        planned = [spec for spec in projects if has_schedule(spec)]
        for spec in planned:
            yield from self._moved(spec)
        for code, edition in editions:
            yield self._replanned(code, edition, planned)
        yield from self._interruptions(planned)
        yield from self._on_their_way(planned)

    def _moved(self, spec: ProjectSpec) -> Iterator[RequestSpec]:
        course = spec.course
        if course is None or is_replanned(course):
            return
        for number, step in enumerate(course.steps):
            if step.changed_at:
                asked = max(step.changed_at - timedelta(days=8, hours=2), spec.listed_at)
                yield self._of_date(
                    spec, number, asked, hands=self._agreed(spec, asked, step.changed_at), state=_State.APPROVED,
                    ended_at=step.changed_at, present_on=step.original, proposed_on=step.approved,
                )  # fmt: skip

    def _replanned(self, code: str, edition: Edition, planned: Sequence[ProjectSpec]) -> RequestSpec:
        """The second edition: approved, or still before the approvers."""
        spec = next(spec for spec in planned if spec.code == code)
        asked = edition.decided_at - timedelta(days=6, hours=1)
        is_open = edition.is_open
        hands = self._agreed(spec, asked, edition.decided_at)
        if is_open:
            hands = (hands[0], Hand(_Kind.APPROVE, None, self._due(edition.decided_at)))
        return RequestSpec(
            code,
            ChangeRequest.Kind.SCHEDULE,
            _State.OPEN if is_open else _State.APPROVED,
            asked,
            hands,
            edition.reason,
            ended_at=None if is_open else edition.decided_at,
            edition=edition.number,
            days={"proposed_on": edition.required_finish_on},
        )

    def _interruptions(self, planned: Sequence[ProjectSpec]) -> Iterator[RequestSpec]:
        """The excused suspension was approved and its end is asked for; the other's days stay late."""
        for spec in planned:
            if not spec.fate.suspended_for:
                continue
            day = self.calendar.anchor - timedelta(days=spec.fate.suspended_for)
            heard = _noon(day + timedelta(days=4))
            days = {"proposed_on": day, "expected_resume_on": day + timedelta(days=120), "excludes_lateness": True}
            code, why = _INTERRUPTED[spec.fate.is_excused]
            state = _State.APPROVED if spec.fate.is_excused else _State.REFUSED
            asked = max(_noon(day) - timedelta(days=3), spec.listed_at)
            ended = max(heard, asked + timedelta(days=5))
            hands = self._agreed(
                spec, asked, ended, refusal="" if spec.fate.is_excused else "资金自行筹措，停工期间照计逾期。"
            )
            yield RequestSpec(
                spec.code, ChangeRequest.Kind.SUSPENSION, state, asked, hands, why, code, ended, days=days,
                is_of_suspension=spec.fate.is_excused,
            )  # fmt: skip
            if spec.fate.is_excused:
                yield self._resumption(spec)

    def _resumption(self, spec: ProjectSpec) -> RequestSpec:
        asked = self._ago(4)
        hands = (self._agreed(spec, asked, self._ago(2))[0], Hand(_Kind.APPROVE, None, self._due(self._ago(2))))
        why = "文物勘探已完成并取得意见，具备复工条件。"
        days = {"proposed_on": self.calendar.anchor + timedelta(days=6)}
        return RequestSpec(
            spec.code, ChangeRequest.Kind.RESUMPTION, _State.OPEN, asked, hands, why, days=days, is_of_suspension=True
        )

    def _on_their_way(self, planned: Sequence[ProjectSpec]) -> Iterator[RequestSpec]:
        late = [spec for spec in planned if spec.fate.days_late > _FEW_DAYS and not spec.fate.suspended_for]
        for spec, fortune in zip(late, _FORTUNES, strict=False):
            course = spec.course
            if course is None:
                continue
            number = next(n for n, step in enumerate(course.steps) if not step.actual)
            step = course.steps[number]
            days_ago = min(fortune.days_ago, spec.fate.days_late + 3)
            asked, state = max(self._ago(days_ago), spec.listed_at), fortune.ended or _State.OPEN
            ended_at = min(asked + timedelta(days=6), self._ago(1)) if state in ChangeRequest.ENDED else None
            proposed = step.forecast or self.calendar.anchor + timedelta(days=30)
            yield self._of_date(
                spec, number, asked, hands=tuple(self._hands(spec, fortune, asked)), state=state,
                ended_at=ended_at, present_on=step.approved, proposed_on=proposed,
            )  # fmt: skip

    def _of_date(
        self,
        spec: ProjectSpec,
        number: int,
        asked: datetime,
        *,
        hands: tuple[Hand, ...],
        state: str,
        ended_at: datetime | None,
        **days: date,
    ) -> RequestSpec:
        code, reason = _REASONS[number]
        said: dict[str, Any] = {**days, "consequences": _consequences(spec, number, days["proposed_on"])}
        return RequestSpec(
            spec.code, ChangeRequest.Kind.DATE, state, asked, hands, reason, code, ended_at, step=number, days=said
        )

    def _agreed(self, spec: ProjectSpec, asked: datetime, ended: datetime, *, refusal: str = "") -> tuple[Hand, ...]:
        """Through both hands: the lead unit's reviewer, then the district."""
        middle = asked + (ended - asked) / 2
        last = _Outcome.REFUSED if refusal else _Outcome.AGREED
        return (
            Hand(_Kind.REVIEW, spec.lead_unit, self._due(asked), _Outcome.AGREED, "情况属实，同意上报。", middle),
            Hand(_Kind.APPROVE, None, self._due(middle), last, refusal or "同意。", ended),
        )

    def _hands(self, spec: ProjectSpec, fortune: Fortune, asked: datetime) -> Iterator[Hand]:
        """Those that decided, the one that ended it, those it waits for."""
        units = [(_Kind.REVIEW, spec.lead_unit), *((_Kind.COUNTERSIGN, u) for u in self._countersigners(spec, fortune))]
        at = asked
        for place, (kind, unit) in enumerate([*units, (_Kind.APPROVE, None)]):
            due, decided = self._due(at), min(at + timedelta(days=1, hours=3), self._ago(1))
            if place < fortune.passed:
                yield Hand(kind, unit, due, _Outcome.AGREED, "情况属实，同意上报。" if not place else "同意。", decided)
                at = decided
            elif place == fortune.passed and fortune.ended and fortune.ended != _State.WITHDRAWN:
                yield Hand(kind, unit, due, fortune.ended, fortune.opinion, decided)
            elif fortune.ended:
                yield Hand(kind, unit, due, _Outcome.LAPSED, "", decided)
            else:
                yield Hand(kind, unit, due)

    def _countersigners(self, spec: ProjectSpec, fortune: Fortune) -> tuple[str, ...]:
        return spec.support_units[: fortune.countersigned_by]

    def _due(self, since: datetime) -> date:
        return add_workdays(since.astimezone(BEIJING).date(), _WORKDAYS, self.announced).value

    def _ago(self, days: int) -> datetime:
        return _noon(self.calendar.anchor - timedelta(days=days))


_FEW_DAYS = 4
_INTERRUPTED = {
    True: (DelayReason.FORMALITIES, "穿越段发现文物线索，按主管部门要求停工配合勘探。"),
    False: (DelayReason.FUNDS, "投资方资金未按期到位，申请停缓建。"),
}


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(11, 40), BEIJING)


def _consequences(spec: ProjectSpec, number: int, proposed_on: date) -> dict[str, Any]:
    """Later steps whose approved date lies before the one asked for, as a request keeps them."""
    steps = spec.course.steps if spec.course else ()
    named = list(zip(names_of(spec), steps, strict=True))[number + 1 :]
    broken = [(name, step.approved) for name, step in named if step.approved < proposed_on and not step.actual]
    rows = [{"name": name, "note": "", "approved_on": day.isoformat(), "would_be_on": None} for name, day in broken]
    if not rows:
        return {"sentence": "后续节点的批准日期均不早于申请日期，不受影响。", "rows": []}
    return {"sentence": f"后续 {len(rows)} 项的批准日期早于申请日期，须一并调整或压缩工期。", "rows": rows}
