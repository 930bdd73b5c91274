"""会议议程: from the exceptions of the day, what was left open last time first; each item says why it is there."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.db.models import Count, Q

from projects.figures import compact_date
from projects.models import KeyProject
from projects.models.key_project import KeyProjectQuerySet
from projects.recorded import day_of
from scheduling.look_ahead import Horizon, LookAhead
from scheduling.models import (
    AgendaItem,
    Decision,
    EscalationLevel,
    Meeting,
    OpenItem,
    Problem,
    ProblemRequest,
    ProgressVersion,
)
from scheduling.reporting import owing

Kind = AgendaItem.Kind
BY_HAND = "会议召集单位列入"
_NAMED, _UNITS_NAMED = 3, 8
_BEFORE_THE_FIRST = timedelta(weeks=1)


@dataclass(frozen=True)
class Proposed:
    """An item as the day calls for it."""

    kind: Kind
    subject: str
    why: str
    project_id: int | None = None
    problem_id: int | None = None
    decision_id: int | None = None

    @property
    def key(self) -> tuple[str, int | None, int | None, int | None]:
        """What makes it the same item as one already on the agenda."""
        return (str(self.kind), self.project_id, self.problem_id, self.decision_id)


@dataclass(frozen=True)
class _Asked:
    meeting: Meeting
    on: date
    since: date
    projects: KeyProjectQuerySet


def proposed(meeting: Meeting, *, on: date) -> list[Proposed]:
    """Exceptions first, in the order of ``AgendaItem.Kind``; on site and on one hard matter people choose alone."""
    if meeting.kind in {Meeting.Kind.ONSITE, Meeting.Kind.TOPICAL}:
        return []
    before = meeting.previous
    since = day_of(before.held_at) if before else on - _BEFORE_THE_FIRST
    asked = _Asked(meeting, on, since, _projects_of(meeting))
    found = [each for section in _SECTIONS for each in section(asked)]
    return list({each.key: each for each in reversed(found)}.values())[::-1]


def about(project: KeyProject, *, on: date) -> list[Proposed]:
    """What is open about one project somebody puts on the agenda: itself, its decisions and its problems."""
    itself = Proposed(Kind.PROJECT, project.name, BY_HAND, project_id=project.pk)
    decisions = Decision.objects.open().filter(project=project).select_related("project", "owner_unit")
    problems = Problem.objects.open().filter(project=project).select_related("project", "court_unit")
    return [itself, *(_decision(each, on) for each in decisions), *(_problem(each, on) for each in problems)]


def _projects_of(meeting: Meeting) -> KeyProjectQuerySet:
    projects = KeyProject.objects.counted()
    if meeting.unit is None:
        return projects
    path = meeting.unit.path
    return projects.filter(Q(lead_unit__path__startswith=path) | Q(responsible_unit__path__startswith=path))


def _open_decisions(asked: _Asked) -> Iterator[Proposed]:
    """Whatever this side gave out and has not closed, however old; not what this very meeting decides."""
    given = Decision.objects.open().filter(issuing_unit=asked.meeting.unit).exclude(meeting=asked.meeting)
    for each in given.select_related("project", "owner_unit"):
        yield _decision(each, asked.on)


def _decision(each: Decision, on: date) -> Proposed:
    late = (on - each.due_on).days
    due = f"已逾期 {late} 天" if late > 0 else f"{compact_date(each.due_on)} 到期"
    why = f"{each.number}，{each.owner_unit}，{each.get_state_display()}，{due}"
    return Proposed(Kind.OPEN_DECISION, each.text[:200], why, each.project_id, each.problem_id, each.pk)


def _newly_overdue(asked: _Asked) -> Iterator[Proposed]:
    items = OpenItem.objects.overdue(on=asked.on).filter(late_since__gte=asked.since, project__in=asked.projects)
    items = items.with_subjects().select_related("project").order_by("project__sort_key", "late_since")
    for project, late in groupby(items, key=lambda item: item.project):
        said = [f"“{each.name}”应于 {compact_date(each.due_on)} 完成" for each in late]
        why = f"{compact_date(asked.since)} 以来新增 {len(said)} 项逾期：{_first(said)}"
        yield Proposed(Kind.NEWLY_OVERDUE, project.name, why, project_id=project.pk)


def _unanswered(asked: _Asked) -> Iterator[Proposed]:
    requests = ProblemRequest.objects.overdue(on=asked.on).filter(problem__project__in=asked.projects)
    requests = requests.select_related("problem__project", "unit").order_by("answer_due_on", "problem", "pk")
    by_problem: dict[int, list[ProblemRequest]] = {}
    for each in requests:
        by_problem.setdefault(each.problem_id, []).append(each)
    for late in by_problem.values():
        problem = late[0].problem
        said = [
            f"{each.unit}应于 {compact_date(each.answer_due_on)} 答复，已超 {(asked.on - each.answer_due_on).days} 天"
            for each in late
        ]
        subject = f"{problem.project}：{problem.title}"[:200]
        yield Proposed(Kind.UNANSWERED, subject, _first(said), problem.project_id, problem.pk)


def _must_start(asked: _Asked) -> Iterator[Proposed]:
    ahead = LookAhead(asked.projects, on=asked.on, until=Horizon.WEEK.until(asked.on))
    steps = sorted(ahead.rows(kind="start"), key=lambda step: (step.project.sort_key, step.project_id))
    for project, found in groupby(steps, key=lambda step: step.project):
        said = [f"“{step.node.name}”最迟 {compact_date(step.late_start_on)} 开始" for step in found]
        yield Proposed(Kind.MUST_START, project.name, _first(said), project_id=project.pk)


def _missing_reports(asked: _Asked) -> Iterator[Proposed]:
    """One item for all, by unit: who is silent is a matter of the unit, not of each project."""
    period = asked.meeting.period
    if period is None:
        return
    told = ProgressVersion.objects.current().exclude(state=ProgressVersion.State.RETURNED)
    owed = owing(period, known_at=None).filter(pk__in=asked.projects.values("pk"))
    silent = owed.exclude(pk__in=told.filter(report__period=period).values("report__project"))
    counted = silent.order_by().values_list("lead_unit__name").annotate(count=Count("pk"))
    by_unit = list(counted.order_by("-count", "lead_unit__name"))
    if by_unit:
        said = "、".join(f"{unit} {count} 个" for unit, count in by_unit[:_UNITS_NAMED])
        more = f"等 {len(by_unit)} 个单位" if len(by_unit) > _UNITS_NAMED else ""
        subject = f"{sum(count for _, count in by_unit)} 个项目未报{period}"
        yield Proposed(Kind.MISSING_REPORT, subject, f"应报 {owed.count()} 个；{said}{more}")


def _problems(asked: _Asked) -> Iterator[Proposed]:
    """What has come up to this meeting's level, and what is past the day it was needed by."""
    level = EscalationLevel.LEADER if asked.meeting.unit is None else EscalationLevel.LEAD_UNIT
    open_here = Problem.objects.open().filter(project__in=asked.projects)
    risen = open_here.filter(Q(level__gte=level) | Q(needed_by__lt=asked.on)).order_by("-level", "needed_by", "pk")
    for each in risen.select_related("project", "court_unit"):
        yield _problem(each, asked.on)


def _problem(each: Problem, on: date) -> Proposed:
    late = (on - each.needed_by).days
    needed = f"已过需解决日期 {late} 天" if late > 0 else f"需于 {compact_date(each.needed_by)} 前解决"
    why = f"{each.get_level_display()}层级，现由{each.court_unit}办理，{needed}"
    return Proposed(Kind.PROBLEM, f"{each.project}：{each.title}"[:200], why, each.project_id, each.pk)


def _first(said: Iterable[str]) -> str:
    """The first few, and how many more: a reason has to be read out."""
    said = list(said)
    more = f"等 {len(said)} 项" if len(said) > _NAMED else ""
    return ("；".join(said[:_NAMED]) + more)[:300]


_SECTIONS: tuple[Callable[[_Asked], Iterator[Proposed]], ...] = (
    _open_decisions,
    _newly_overdue,
    _unanswered,
    _must_start,
    _missing_reports,
    _problems,
)
