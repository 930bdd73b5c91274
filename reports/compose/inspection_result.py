"""观摩结果: from the results as they were locked and published. Four queries."""

from collections import defaultdict
from datetime import date, datetime

from django.db.models import Count
from django.utils.timezone import localtime  # noqa: TID251 - given its moment
from django.utils.translation import gettext as _

from projects.recorded import day_of
from reports.inspection_result import Group, Line, Pool, ResultSheet
from scheduling.judging import Terms
from scheduling.models import InspectionRound, Stop, StopResult


def of_round(round: InspectionRound, *, district: str, printer: str, at: datetime) -> ResultSheet:  # noqa: A002 - the model's word
    """Of a published round, without a number yet."""
    terms = Terms.of(round)
    return ResultSheet(
        district=district,
        printer=printer,
        title=_("%(round)s结果") % {"round": round.title},
        round=round.title,
        held_on=day_of(round.starts_at),
        known_at=localtime(at),
        routine_share=terms.routine_share,
        trimmed_from=terms.trimmed_from,
        is_anonymous=terms.is_anonymous,
        lock_note=round.lock_note,
        groups=_groups(round),
        pools=_pools(round),
        locked_by=str(round.locked_by or ""),
        locked_on=_day(round.locked_at),
        published_by=str(round.published_by or ""),
        published_on=_day(round.published_at),
    )


def _day(at: datetime | None) -> date:
    assert at  # noqa: S101 - the database holds that what is published was locked by somebody at some time
    return day_of(at)


def _groups(round: InspectionRound) -> tuple[Group, ...]:  # noqa: A002
    found = round.judge_groups.annotate(number=Count("judges")).order_by("pk")
    return tuple(Group(each.name, each.weight, each.number) for each in found)


def _pools(round: InspectionRound) -> tuple[Pool, ...]:  # noqa: A002
    stops = round.stops.select_related("project__lead_unit").order_by("order", "pk")
    results = {each.stop_id: each for each in StopResult.objects.filter(stop__round=round)}
    members: dict[str, list[Line]] = defaultdict(list)
    for turn, stop in enumerate(stops, start=1):
        members[stop.pool].append(_line(stop, turn, results.get(stop.pk)))
    return tuple(Pool(name, tuple(sorted(lines, key=_place))) for name, lines in members.items())


def _place(line: Line) -> tuple[bool, int, int]:
    return line.rank is None, line.rank or 0, line.order


def _line(stop: Stop, turn: int, result: StopResult | None) -> Line:
    found = result or StopResult()
    return Line(
        order=turn,
        project=stop.project.name,
        unit=str(stop.project.lead_unit),
        routine=found.routine,
        observation=found.observation,
        result=found.result,
        rank=found.rank,
        ranked=found.ranked,
    )
