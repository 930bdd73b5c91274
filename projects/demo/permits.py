"""审批手续 of every project with a schedule: in hand with their numbers, at the counter, or still to come."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zlib import crc32

from projects.blueprint import PermitNeed
from projects.demo.course import BEIJING, State
from projects.demo.editions import has_schedule
from projects.demo.lives import Calendar
from projects.demo.networks import blueprint_for, road_of
from projects.demo.projects import ProjectSpec
from projects.demo.stages import FINISH, START
from projects.models import KeyProject, Permit, PermitPause, PermitState, User
from projects.permit_clock import Facts, Pause, due_on, expiry
from projects.workdays import Announced

Status = PermitState.Status
_BUILDING_PERMIT = "施工许可证"
# After which step a permit is usually in hand: by its name, or else by its phase.
_STEP = {
    "项目建议书批复": 0,
    "可行性研究报告批复": 0,
    "项目核准": 0,
    "项目备案": 0,
    "环境影响评价": 2,
    "供地及不动产权证": 1,
    "建设工程规划许可证": 3,
    "初步设计及概算批复": 3,
    "施工图审查": 3,
}
_STEP_OF_PHASE = {"LAND": 1, "WORKS": 2, "BUILDING": START - 1, "ACCEPTANCE": FINISH}
_AGENCIES = {"区水利局": "区水务局", "区林业局": "区自然资源和规划局", "区文化和旅游局": "区文化旅游体育局"}
_FEW = 4  # of the conditional permits one in so many is needed
_CONDITIONS = ("涉及", "占用", "征占地", "年综合", "压覆", "位于", "在", "属于", "需要")
_NEW_LAND = "用地预审与选址意见书"
_SHORTLY, _MINUTE = timedelta(days=5), timedelta(minutes=1)
_REASONS = {"SUPPLEMENT": "补充地质勘察和日照分析材料", "SPECIAL": "组织专家评审"}


@dataclass
class Story:
    """What became of one permit: its states as they became known, and the days that did not count."""

    states: list[tuple[datetime, PermitState]] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)


def needs_of(spec: ProjectSpec) -> tuple[PermitNeed, ...]:
    """Those of the template; the offices are this district's."""
    agencies = {**_AGENCIES, "属地镇街": spec.named.town, "建设单位": spec.owner_org}
    return tuple(replace(need, agency=agencies.get(need.agency, need.agency)) for need in blueprint_for(spec).permits)


def early_starters(projects: Sequence[ProjectSpec]) -> dict[str, int]:
    """Two roads dug before their permit came, by code: the days it came after; nought for one still to come."""
    begun = [
        spec
        for spec in projects
        if spec.kind.course == "road" and spec.fate.state is State.BUILDING and has_schedule(spec) and spec.course
    ]
    begun.sort(key=lambda spec: (spec.course.started if spec.course else date.min) or date.min, reverse=True)
    return {spec.code: days for spec, days in zip(begun, (0, 23), strict=False)}


def permits(spec: ProjectSpec, project: KeyProject) -> Iterator[Permit]:
    for need in needs_of(spec):
        yield Permit(project=project, **vars(need))


class PermitWriter:
    """The permits of one project, told one after the other."""

    def __init__(self, spec: ProjectSpec, calendar: Calendar, announced: Announced, *, late_permit: int | None) -> None:
        self.spec, self.calendar, self.announced, self.late_permit = spec, calendar, announced, late_permit
        self.road = road_of(spec)
        course = spec.course
        self.steps = course.steps if course else ()
        self.reached = sum(step.actual is not None for step in self.steps)

    def rows(self, found: Sequence[Permit], by: User) -> Iterator[PermitState | PermitPause]:
        for number, permit in enumerate(found):
            story = self._story(permit, number)
            yield from self._states(permit, story, by)
            yield from self._pauses(permit, story, by)

    def _states(self, permit: Permit, story: Story, by: User) -> Iterator[PermitState]:
        """One version after the other; of what was known at the listing only the last."""
        listed_at, planned_on = self.spec.listed_at, self.steps[self._step(permit)].original
        told = sorted(((max(at, listed_at), state) for at, state in story.states), key=lambda event: event[0])
        first = [(listed_at, PermitState(status=Status.NOT_BEGUN))]
        kept = dict([*first, *told])
        for (at, state), end in pairwise([*kept.items(), (None, None)]):
            if at is None or state is None:
                continue
            state.permit = permit
            state.planned_on = None if state.status == Status.NOT_CONCERNED else planned_on
            state.recorded_at, state.recorded_by, state.superseded_at = at, by, end[0]
            yield state

    def _pauses(self, permit: Permit, story: Story, by: User) -> Iterator[PermitPause]:
        for pause in story.pauses:
            open_at = max(_afternoon(pause.paused_on), self.spec.listed_at)
            closed_at = pause.resumed_on and max(_afternoon(pause.resumed_on), self.spec.listed_at)
            said = {"permit": permit, "kind": pause.kind, "paused_on": pause.paused_on, "recorded_by": by}
            said["reason"] = _REASONS[pause.kind]
            if closed_at is None or closed_at > open_at:
                yield PermitPause(recorded_at=open_at, superseded_at=closed_at, **said)
            if closed_at:
                yield PermitPause(recorded_at=closed_at, resumed_on=pause.resumed_on, **said)

    def _step(self, permit: Permit) -> int:
        if permit.name in self.road.permits:
            return self.road.permits.index(permit.name)
        return _STEP.get(permit.name, _STEP_OF_PHASE[permit.phase])

    def _story(self, permit: Permit, number: int) -> Story:
        """What became of a permit since the listing."""
        step = self._step(permit)
        if why := self._not_concerned(permit):
            state = PermitState(status=Status.NOT_CONCERNED, note=why)
            return Story([(self.spec.listed_at, state)])
        if permit.name == _BUILDING_PERMIT and self.late_permit is not None:
            return self._after_the_start(permit, number, days=self.late_permit)
        known = self.steps[step]
        if known.actual and known.known_at:
            finished = known.actual if permit.name in self.road.permits else self._earlier(permit, step)
            return self._granted(permit, number, finished, known.known_at)
        if self._is_open(step):
            return self._at_the_counter(permit, step)
        if step == self.reached + 1:
            at = datetime.combine(self.calendar.anchor - _SHORTLY, time(15), BEIJING)
            return Story([(at, PermitState(status=Status.PREPARING))])
        return Story()

    def _is_open(self, step: int) -> bool:
        """Work on this step goes on: what it waits for is done."""
        before = self.road.begins_after(step)
        return step < START and step == self.reached and (before is None or before < self.reached)

    def _not_concerned(self, permit: Permit) -> str:
        """The conditions under which a permit is asked for are met by some projects only."""
        if permit.name in self.road.permits:
            return ""
        if permit.name == _NEW_LAND and self.spec.route == "RECORD":
            return "以出让方式取得国有建设用地，无须办理"
        is_conditional = permit.condition.startswith(
            ("涉及", "占用", "征占地", "年综合", "压覆", "位于", "在", "属于", "需要")
        )
        if is_conditional and self._chance(permit) % _FEW:
            return "不符合适用条件，无须办理"
        return ""

    def _chance(self, permit: Permit) -> int:
        """A number of its own for every permit, the same one every time."""
        return crc32(f"{self.spec.code}{permit.name}".encode())

    def _earlier(self, permit: Permit, step: int) -> date:
        """Permits beside the one a step is named after come in the weeks before it."""
        course = self.spec.course
        day = self.steps[step].actual
        if course is None or day is None:
            raise ValueError(permit.name)
        before = self.steps[step - 1].actual if step else course.began
        return max(day - timedelta(days=self._chance(permit) % 18), before or day)

    def _granted(self, permit: Permit, number: int, finished: date, known_at: datetime) -> Story:
        limit = permit.limit()
        used = (limit.days if limit else 10) - self._chance(permit) % 3
        accepted = finished - timedelta(days=max(1, used + used // 3))
        state = PermitState(
            status=Status.GRANTED,
            accepted_on=accepted,
            due_on=due(permit, accepted, (), self.announced),
            finished_on=finished,
            document_number=f"示审批〔{finished.year}〕{int(self.spec.code[-3:]) * 31 + number}号",
            expires_on=expiry(finished, valid_months=permit.valid_months),
        )
        return Story([(known_at, state)])

    def _after_the_start(self, permit: Permit, number: int, *, days: int) -> Story:
        """先开工后办证: granted so long after the start, or still at the counter."""
        started = self.spec.course.started if self.spec.course else None
        if started is None:
            return Story()
        finished = started + timedelta(days=days)
        if days and finished < self.calendar.anchor:
            return self._granted(permit, number, finished, _afternoon(min(finished, self._yesterday)))
        return self._accepted(permit, min(started + timedelta(days=2), self._yesterday))

    def _at_the_counter(self, permit: Permit, step: int) -> Story:
        """In time, or as late as the project; some wait for more papers or for an expert's word."""
        anchor, late, chance = self.calendar.anchor, self.spec.fate.days_late, self._chance(permit)
        limit = permit.limit()
        back = late + 2 * (limit.days if limit else 5) if late else 2 + chance % 3
        accepted = max(anchor - timedelta(days=back), self._opened(step))
        accepted = min(accepted, self._yesterday)
        is_supplement, is_special = bool(late and chance % 2), not late and chance % 5 == 0
        if is_supplement or is_special:
            kind = Status.SUPPLEMENT if is_supplement else Status.SPECIAL
            return self._paused(permit, accepted, kind)
        if late and chance % 4 == 0:
            return self._resumed(permit, accepted)
        return self._accepted(permit, accepted)

    def _opened(self, step: int) -> date:
        before = self.road.begins_after(step)
        course = self.spec.course
        day = self.steps[before].actual if before is not None else course.began if course else None
        return (day or date.min + _SHORTLY) + timedelta(days=1)

    def _accepted(self, permit: Permit, accepted: date) -> Story:
        state = PermitState(
            status=Status.ACCEPTED, accepted_on=accepted, due_on=due(permit, accepted, (), self.announced)
        )
        return Story([(_afternoon(accepted), state)])

    def _paused(self, permit: Permit, accepted: date, kind: PermitState.Status) -> Story:
        story = self._accepted(permit, accepted)
        paused_on = accepted + timedelta(days=1)
        if paused_on > self._yesterday:
            return story
        story.pauses.append(Pause(kind.value, paused_on))
        state = PermitState(status=kind, accepted_on=accepted, note=_REASONS[kind.value])
        story.states.append((_afternoon(paused_on) + _MINUTE, state))
        return story

    def _resumed(self, permit: Permit, accepted: date) -> Story:
        paused_on, resumed_on = accepted + timedelta(days=1), accepted + timedelta(days=5)
        if resumed_on > self._yesterday:
            return self._accepted(permit, accepted)
        story = self._paused(permit, accepted, Status.SUPPLEMENT)
        story.pauses = [Pause("SUPPLEMENT", paused_on, resumed_on)]
        again = PermitState(status=Status.ACCEPTED, accepted_on=accepted)
        again.due_on = due(permit, accepted, story.pauses, self.announced)
        story.states.append((_afternoon(resumed_on) + _MINUTE, again))
        return story

    @property
    def _yesterday(self) -> date:
        return self.calendar.anchor - timedelta(days=1)


def due(permit: Permit, accepted: date, pauses: Sequence[Pause], announced: Announced) -> date | None:
    facts = Facts(limit=permit.limit(), accepted_on=accepted, pauses=tuple(pauses))
    return due_on(facts, announced).value


def _afternoon(day: date) -> datetime:
    return datetime.combine(day, time(16), BEIJING)
