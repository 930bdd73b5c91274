"""观摩点: chosen among the candidates, put in order, timed, and described for those who come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from projects import audit
from projects.errors import RuleViolation
from projects.models import KeyProject, User
from projects.recorded import day_of
from scheduling.inspection_pool import pool
from scheduling.models import InspectionRound, Stop

from .inspections import locked_for
from .words import refuse_faults

State = InspectionRound.State
_DESCRIBED = ["pool", "travel_minutes", "minutes", "presenter", "place", "sights"]


@dataclass(frozen=True)
class Timing:
    """One line of the timetable. ``place``: which in the order is wanted; equal ones keep their order."""

    stop: Stop
    place: int
    travel_minutes: int
    minutes: int
    presenter: str


@dataclass(frozen=True)
class Description:
    """What is said of one stop; the names are those of ``Stop``."""

    pool: str
    travel_minutes: int
    minutes: int
    presenter: str = ""
    place: str = ""
    sights: str = ""


@transaction.atomic
def choose(*, inspection: InspectionRound, project: KeyProject, exception: str = "", by: User, at: datetime) -> Stop:
    """选定: at the end of the route, ranked with those of its kind of lead unit until told otherwise.

    Raises ``RuleViolation`` where a rule speaks against it and no reason is given why it is chosen all the same.
    """
    held = locked_for(inspection, by, State.CHOOSING)
    if held.stops.filter(project=project).exists():
        raise RuleViolation(f"“{project.name}”已选定为观摩点。")
    against = _against(held, project, at=at)
    if against and not exception.strip():
        raise RuleViolation(f"“{project.name}”不符合候选条件：{'；'.join(against)}。确需选定的，请写明例外入选理由。")
    stop = Stop(
        round=held,
        project=project,
        order=held.stops.count() + 1,
        pool=project.lead_unit.get_kind_display(),
        place=project.location,
        exception=exception.strip() if against else "",
        chosen_by=by,
        chosen_at=at,
    )
    stop.save()
    changes = audit.in_words(None, stop, ["project", "order", "exception"])
    audit.record("stop.chosen", stop, by=by, at=at, changes=changes)
    return stop


@transaction.atomic
def drop(*, stop: Stop, by: User, at: datetime) -> None:
    """取消选定: those behind it move up."""
    held = locked_for(stop.round, by, State.CHOOSING)
    audit.record("stop.dropped", stop, by=by, at=at, changes={"观摩点": [stop.project.name, None]})
    stop.delete()
    _renumber(held.stops.all())


@transaction.atomic
def move(*, stop: Stop, up: bool, by: User, at: datetime) -> None:
    """上移、下移: past its neighbour; the first stays first, and the last last."""
    held = locked_for(stop.round, by, State.CHOOSING)
    order = [*held.stops.all()]
    place = order.index(stop)
    other = place - 1 if up else place + 1
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
        _renumber(order)
        changes = {"观摩点": [None, str(stop)], "顺序": [place + 1, other + 1]}
        audit.record("stop.moved", stop, by=by, at=at, changes=changes)


@transaction.atomic
def arrange(*, inspection: InspectionRound, timings: Sequence[Timing], by: User, at: datetime) -> None:
    """编排时间表: the whole order with its minutes and presenters at once. Every stop has its line."""
    held = locked_for(inspection, by, State.CHOOSING)
    known = {stop.pk: stop for stop in held.stops.select_related("project")}
    if {timing.stop.pk for timing in timings} != known.keys():
        raise RuleViolation("观摩点已有增减，请刷新页面后重新编排。")
    before = _told([*known.values()])
    order = sorted(timings, key=lambda timing: (timing.place, known[timing.stop.pk].order))
    stops = [known[timing.stop.pk] for timing in order]
    for stop, timing in zip(stops, order, strict=True):
        stop.travel_minutes, stop.minutes, stop.presenter = timing.travel_minutes, timing.minutes, timing.presenter
        refuse_faults(stop, exclude=["round", "project", "chosen_by"])
    Stop.objects.bulk_update(stops, ["travel_minutes", "minutes", "presenter"])
    _renumber(stops)
    audit.record("inspection_round.arranged", held, by=by, at=at, changes={"时间表": [before, _told(stops)]})


@transaction.atomic
def describe(*, stop: Stop, description: Description, by: User, at: datetime) -> None:
    """完善观摩点: what is to be seen there, where it is, who speaks, and how long it takes."""
    locked_for(stop.round, by, State.CHOOSING, State.ROUTED)
    before = Stop.objects.get(pk=stop.pk)
    for name, value in vars(description).items():
        setattr(stop, name, value)
    refuse_faults(stop, exclude=["round", "project", "chosen_by"])
    stop.save(update_fields=_DESCRIBED)
    audit.record("stop.described", stop, by=by, at=at, changes=audit.in_words(before, stop, _DESCRIBED))


def _against(inspection: InspectionRound, project: KeyProject, *, at: datetime) -> tuple[str, ...]:
    """What excludes it on this day; a package, and what is not in the register, is no candidate at all."""
    asked = KeyProject.objects.filter(pk=project.pk)
    found = pool(inspection, projects=asked, on=day_of(at))
    if not found:
        raise RuleViolation(f"“{project.name}”是打包项目、储备项目或已退出，不能作为观摩点。")
    return found[0].candidacy.against


def _renumber(stops: Sequence[Stop] | QuerySet[Stop]) -> None:
    """As they stand here, counted from one."""
    rows = [*stops]
    for place, stop in enumerate(rows, start=1):
        stop.order = place
    Stop.objects.bulk_update(rows, ["order"])


def _told(stops: Sequence[Stop]) -> str:
    return "、".join(f"{stop}（行车 {stop.travel_minutes}，停留 {stop.minutes}）" for stop in stops)
