"""What the invented district met about: problems first, then meetings, then what they decided."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import takewhile
from operator import attrgetter
from random import Random

from projects.actions.demo import Loaded
from projects.actions.demo_rows import first, insert
from projects.actions.numbering import next_number
from projects.models import Milestone, NumberCounter, Unit, User
from projects.periods import Kind, closed_by
from projects.roles import Role
from scheduling.demo.sittings import DecisionMoved, DecisionSpec, Sitting, sittings
from scheduling.demo.troubles import Moved, TroubleSpec, troubles
from scheduling.models import (
    AgendaItem,
    Attendance,
    Decision,
    DecisionMove,
    ExtensionRequest,
    Meeting,
    Problem,
    ProblemMove,
    ProblemRequest,
    ReportPeriod,
    SupervisionOrder,
)

_ANSWER = timedelta(days=7)
_HOUR = timedelta(hours=1)


class Cast:
    """Who acts in the name of whom."""

    def __init__(self, loaded: Loaded) -> None:
        self.loaded, self.saved = loaded, loaded.saved
        self.reviewers = {
            person.unit: loaded.saved.users[person.username]
            for person in reversed(loaded.district.people)
            if person.role == Role.REVIEWER
        }
        self.office = first(loaded.district, loaded.saved, Role.OFFICE)
        self.leader = first(loaded.district, loaded.saved, Role.LEADER)

    def unit(self, name: str) -> Unit:
        return self.saved.units[name]

    def hand(self, name: str) -> User:
        """A person by username, or the reviewer of a unit; the office where a unit has none."""
        return self.saved.users.get(name) or self.reviewers.get(name, self.office)


def load(loaded: Loaded, weeks: Mapping[date, ReportPeriod], *, until: datetime, dice: Random) -> None:
    cast, specs = Cast(loaded), list(loaded.district.projects)
    told = troubles(specs, until=until, dice=dice)
    problems = _load_problems(cast, told)
    held = sittings(specs, told, until=until, dice=dice)
    _load_meetings(cast, held, weeks, {id(one): problem for one, problem in zip(told, problems, strict=True)})


def _load_problems(cast: Cast, told: Sequence[TroubleSpec]) -> list[Problem]:
    made = insert(_problem(cast, one) for one in told)
    pairs = list(zip(told, made, strict=True))
    insert(_problem_move(cast, problem, move) for one, problem in pairs for move in one.moves)
    insert(_request(cast, one, problem) for one, problem in pairs if one.asked_at)
    return made


def _problem(cast: Cast, one: TroubleSpec) -> Problem:
    project, last = cast.saved.projects[one.spec.code], one.moves[-1]
    closed = last if one.is_closed else None
    return Problem(
        project=project,
        kind=one.trouble.kind,
        title=one.trouble.title,
        description=f"{project.name}：{one.trouble.title}，影响后续工序，请协调。",
        responsible_unit=cast.unit(one.trouble.asked),
        needed_by=(one.raised_at + timedelta(days=20)).date(),
        milestone=_next_milestone(cast, one) if one.effect_days else None,
        effect_days=one.effect_days if _next_milestone(cast, one) else None,
        level=last.level,
        level_since=_since(one.moves, "level"),
        court_unit=cast.unit(last.court),
        court_since=_since(one.moves, "court"),
        state=one.state,
        raised_by=cast.hand(one.spec.responsible_person),
        raised_at=one.raised_at,
        closed_at=closed.at if closed else None,
        closed_by=cast.hand(closed.by) if closed else None,
    )


def _since(moves: Sequence[Moved], what: str) -> datetime:
    """When it came to be as the last move left it."""
    of = attrgetter(what)
    unbroken = takewhile(lambda move: of(move) == of(moves[-1]), reversed(moves))
    return [move.at for move in unbroken][-1]


def _next_milestone(cast: Cast, one: TroubleSpec) -> Milestone | None:
    assert one.spec.course  # noqa: S101 - troubles are those of projects that have one
    steps = cast.saved.steps[cast.saved.projects[one.spec.code].pk]
    waiting = (
        step
        for step, told in zip(steps, one.spec.course.steps, strict=True)
        if not told.actual or told.actual > one.raised_at.date()
    )
    return next(waiting, None)


def _problem_move(cast: Cast, problem: Problem, move: Moved) -> ProblemMove:
    return ProblemMove(
        problem=problem,
        kind=move.kind,
        level=move.level,
        court_unit=cast.unit(move.court),
        text=move.text,
        at=move.at,
        by=cast.hand(move.by),
    )


def _request(cast: Cast, one: TroubleSpec, problem: Problem) -> ProblemRequest:
    assert one.asked_at  # noqa: S101 - only of those that were asked
    is_answered = one.answered_at is not None
    return ProblemRequest(
        problem=problem,
        unit=cast.unit(one.trouble.asked),
        question=one.trouble.question,
        answer_due_on=(one.asked_at + _ANSWER).date(),
        asked_by=cast.hand(one.spec.responsible_person),
        asked_at=one.asked_at,
        outcome=ProblemRequest.Outcome.ACCEPTED if is_answered else "",
        answer="已受理，正在组织办理。" if is_answered else "",
        promised_on=(one.answered_at + timedelta(days=12)).date() if one.answered_at else None,
        answered_by=cast.hand(one.trouble.asked) if is_answered else None,
        answered_at=one.answered_at,
    )


def _load_meetings(
    cast: Cast, held: Sequence[Sitting], weeks: Mapping[date, ReportPeriod], problems: dict[int, Problem]
) -> None:
    made = _insert_meetings(cast, held, weeks)
    pairs = list(zip(held, made, strict=True))
    insert(
        AgendaItem(
            meeting=meeting,
            position=place,
            kind=topic.kind,
            project=cast.saved.projects[topic.project.code],
            problem=problems[id(topic.trouble)] if topic.trouble else None,
            subject=topic.subject,
            why=topic.why,
            note=topic.note,
        )
        for sitting, meeting in pairs
        for place, topic in enumerate(sitting.topics, start=1)
    )
    insert(row for sitting, meeting in pairs for row in _attendance(cast, sitting, meeting))
    _load_decisions(cast, [(spec, meeting) for sitting, meeting in pairs for spec in sitting.decisions])
    for meeting in made:
        _issue(cast, meeting)


def _insert_meetings(cast: Cast, held: Sequence[Sitting], weeks: Mapping[date, ReportPeriod]) -> list[Meeting]:
    """One by one, for each follows the one before of its kind and unit."""
    last: dict[tuple[str, str], Meeting] = {}
    made = []
    for sitting in held:
        chair = cast.hand(sitting.unit) if sitting.unit else cast.leader
        called = sitting.held_at - timedelta(days=3)
        meeting = Meeting(
            kind=sitting.kind,
            title=sitting.title,
            unit=cast.unit(sitting.unit) if sitting.unit else None,
            period=weeks[closed_by(sitting.held_at.date(), kind=Kind.WEEK).ends_on] if sitting.unit else None,
            previous=last.get((sitting.kind, sitting.unit)),
            chair=chair,
            held_at=sitting.held_at,
            place=sitting.place,
            inputs_due_at=sitting.held_at - 20 * _HOUR,
            state=Meeting.State.HELD,
            minutes=_minutes(sitting),
            called_by=cast.hand(sitting.unit) if sitting.unit else cast.office,
            called_at=called,
        )
        meeting.save()
        last[sitting.kind, sitting.unit] = meeting
        made.append(meeting)
    return made


def _minutes(sitting: Sitting) -> str:
    lines = [f"{sitting.held_at:%Y年%m月%d日}，在{sitting.place}召开{sitting.title}。会议听取有关情况，议定如下："]
    lines += [f"{place}. {topic.subject}：{topic.note}" for place, topic in enumerate(sitting.topics, start=1)]
    return "\n".join(lines)


def _attendance(cast: Cast, sitting: Sitting, meeting: Meeting) -> Iterator[Attendance]:
    units = {topic.project.lead_unit: None for topic in sitting.topics}
    units |= {topic.project.contractor: None for topic in sitting.topics if topic.project.contractor}
    units |= {topic.trouble.trouble.asked: None for topic in sitting.topics if topic.trouble}
    for place, name in enumerate(units):
        presence = Attendance.Presence.ABSENT if place == 5 else Attendance.Presence.PRESENT
        yield Attendance(meeting=meeting, unit=cast.saved.units.get(name), organisation=name, presence=presence)


def _issue(cast: Cast, meeting: Meeting) -> None:
    year = meeting.held_at.year
    meeting.minutes_number = f"纪〔{year}〕{next_number(kind='minutes', year=year)}号"
    meeting.state, meeting.issued_at = Meeting.State.ISSUED, meeting.held_at + 20 * _HOUR
    meeting.issued_by = meeting.called_by
    meeting.save(update_fields=["minutes_number", "state", "issued_at", "issued_by"])


def _load_decisions(cast: Cast, pairs: Sequence[tuple[DecisionSpec, Meeting]]) -> None:
    numbers: dict[int, int] = {}
    rows = []
    for spec, meeting in pairs:
        year = spec.assigned_at.year
        numbers[year] = numbers.get(year, 0) + 1
        rows.append(_decision(cast, spec, meeting, number=f"议〔{year}〕{numbers[year]}号"))
    made = insert(rows)
    NumberCounter.objects.bulk_create(
        NumberCounter(kind="decision", year=year, last=last) for year, last in numbers.items()
    )
    both = [(spec, decision) for (spec, _), decision in zip(pairs, made, strict=True)]
    insert(
        DecisionMove(decision=decision, kind=move.kind, text=move.text, at=move.at, by=_by(cast, spec, decision, move))
        for spec, decision in both
        for move in spec.moves
    )
    insert(one for spec, decision in both for one in _extension(cast, spec, decision))
    for spec, decision in both:
        if move := spec.last("SUPERVISED"):
            _order(cast, decision, move).save()


def _decision(cast: Cast, spec: DecisionSpec, meeting: Meeting, *, number: str) -> Decision:
    closed, asked = spec.last("CLOSED"), spec.state in ("AWAITING_CHECK", "CLOSED")
    decision = Decision(
        source=Decision.Source.MEETING,
        meeting=meeting,
        issuing_unit=meeting.unit,
        number=number,
        project=cast.saved.projects[spec.project.code],
        text=spec.text,
        requirement=spec.requirement,
        owner_unit=cast.unit(spec.owner_unit),
        owner_person=cast.saved.users[spec.owner_person] if spec.owner_person else None,
        original_due_on=spec.original_due_on,
        due_on=spec.due_on,
        state=spec.state,
        assigned_by=meeting.called_by,
        assigned_at=spec.assigned_at,
        closed_at=closed.at if closed else None,
    )
    decision.close_asked_by = _owner(cast, spec) if asked else None
    decision.closed_by = _issuer(cast, spec, decision) if closed else None
    return decision


def _owner(cast: Cast, spec: DecisionSpec) -> User:
    return cast.hand(spec.owner_person or spec.owner_unit)


def _issuer(cast: Cast, spec: DecisionSpec, decision: Decision) -> User:
    """Whoever called the meeting, or the office where that is the owner."""
    owners = {decision.owner_person, _owner(cast, spec)}
    return decision.assigned_by if decision.assigned_by not in owners else cast.office


def _by(cast: Cast, spec: DecisionSpec, decision: Decision, move: DecisionMoved) -> User:
    if move.side == "owner":
        return _owner(cast, spec)
    return cast.office if move.side == "office" else decision.closed_by or _issuer(cast, spec, decision)


def _extension(cast: Cast, spec: DecisionSpec, decision: Decision) -> Iterator[ExtensionRequest]:
    asked, agreed = spec.last("EXT_ASKED"), spec.last("EXTENDED")
    owner = _owner(cast, spec)
    if asked:
        decider = _by(cast, spec, decision, agreed) if agreed else None
        yield ExtensionRequest(
            decision=decision,
            present_due_on=spec.original_due_on,
            proposed_due_on=spec.original_due_on + timedelta(days=7),
            reason=asked.text,
            asked_by=owner,
            asked_at=asked.at,
            outcome=ExtensionRequest.Outcome.AGREED if agreed else "",
            opinion=agreed.text if agreed else "",
            decided_by=cast.office if decider == owner else decider,
            decided_at=agreed.at if agreed else None,
        )


def _order(cast: Cast, decision: Decision, move: DecisionMoved) -> SupervisionOrder:
    year = move.at.year
    number = f"黄督〔{year}〕{next_number(kind='supervision_order_yellow', year=year)}号"
    return SupervisionOrder(
        decision=decision,
        level=SupervisionOrder.Level.YELLOW,
        number=number,
        unit=decision.owner_unit,
        text=f"{decision.number}“{decision.text}”{move.text}",
        due_on=(move.at + timedelta(days=7)).date(),
        issued_by=cast.office,
        issued_at=move.at,
    )
