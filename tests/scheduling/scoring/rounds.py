"""A round with its stops, its judges and the frozen months of its quarter, for the tests of the scoring."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from projects.models import duties_of
from projects.roles import Role
from scheduling.actions import judging, stop_scores
from scheduling.models import (
    InspectionRound,
    JudgeGroup,
    PeriodClosing,
    PeriodStanding,
    ReportPeriod,
    Stop,
)
from scheduling.models.score_sheet import usual_items
from tests.conftest import appoint
from tests.factories import KeyProjectFactory

NOON = datetime(2026, 9, 28, 4, tzinfo=UTC)
FULL = {item["key"]: str(item["maximum"]) for item in usual_items()}
RULE = {"trimmed_from": 5, "routine_share": "90", "fewest": 3, "is_anonymous": False}


def inspection(office, *, state="ROUTED", quarter=3, **rule):
    return InspectionRound.objects.create(
        year=2026,
        quarter=quarter,
        title=f"2026年第{quarter}季度重点项目观摩",
        rule=RULE | rule,
        starts_at=NOON,
        origin="区政府大院",
        opened_by=office,
        opened_at=NOON,
        state=state,
    )


def stop(round_, project=None, *, pool="产业"):
    return Stop.objects.create(
        round=round_,
        project=project or KeyProjectFactory(),
        order=round_.stops.count() + 1,
        pool=pool,
        place="东门",
        sights="看主体结构",
        chosen_by=round_.opened_by,
        chosen_at=NOON,
    )


def today(user):
    """As the edge would have let in whoever came from the database."""
    user.duties = getattr(user, "duties", None) or duties_of(user, on=NOON.date())
    return user


def judge(round_, unit, group="评委", weight="100", **person):
    """Appointed by the office, with the post that makes a judge."""
    found, _ = JudgeGroup.objects.get_or_create(round=round_, name=group, defaults={"weight": Decimal(weight)})
    user = appoint(Role.JUDGE, unit, **person)
    return judging.appoint(group=found, people=[user], by=today(round_.opened_by), at=NOON)[0]


def begun(office, unit, *, stops=3, judges=2, **rule):
    """A round being scored."""
    made = inspection(office, **rule)
    for _ in range(stops):
        stop(made)
    for _ in range(judges):
        judge(made, unit)
    judging.begin(inspection=made, by=office, at=NOON)
    made.refresh_from_db()
    return made


def marks(total):
    """So that they make this total."""
    left, found = Decimal(total), {}
    for key, maximum in FULL.items():
        found[key] = str(min(left, Decimal(maximum)))
        left -= Decimal(found[key])
    return found


def gives(judge_, stop_, total="80", *, minutes=0, at=None, client_id=None, **more):
    """This judge scores this stop, ``minutes`` after noon."""
    entered = NOON + timedelta(minutes=minutes)
    return stop_scores.record(
        stop=stop_,
        typed=marks(total),
        client_id=client_id or uuid4(),
        entered_at=entered,
        by=today(judge_.user),
        at=at or entered,
        **more,
    )


def month_closed(project, month, *, done, planned, year=2026):
    """What was frozen of this project at the end of this month."""
    ends_on = (date(year, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    due = datetime(ends_on.year, ends_on.month, ends_on.day, 10, tzinfo=UTC)
    period, _ = ReportPeriod.objects.get_or_create(
        kind="MONTH_END",
        starts_on=date(year, month, 1),
        defaults={"ends_on": ends_on, "due_at": due, "review_until": due, "locked_at": due},
    )
    PeriodClosing.objects.get_or_create(period=period, defaults={"known_at": due, "finished_at": due})
    return PeriodStanding.objects.create(
        period=period,
        project=project,
        lead_unit=project.lead_unit,
        reported="NOT_OWED",
        counted_ytd_amount=Decimal(done),
        counted_plan_to_date_amount=Decimal(planned),
    )
