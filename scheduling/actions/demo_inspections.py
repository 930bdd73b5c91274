"""载入演示数据: two quarters that were toured, and the one now under way, still being chosen for."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Avg

from projects.demo.course import BEIJING
from projects.models import KeyProject, Post, User, duties_of
from projects.models.key_project import in_units_of
from projects.recorded import day_of
from projects.roles import Duty, Role
from scheduling.inspection_pool import Candidate, pool
from scheduling.itinerary import Place, by_air
from scheduling.models import InspectionRound, InspectionRule, Problem, Stop

from . import findings, inspections, practice_cards, pre_screenings, problem_closings, stops
from .inspections import Arrangement
from .stops import Description

Judged = Callable[[InspectionRound, datetime], None]
"""What the judges gave a round that was toured, and its result, published; the moment is the evening of the tour."""
_SHOWN, _CHOSEN, _SCREENED = 8, 5, 12
_TOURS = 2
_DAY = timedelta(days=1)
_QUARTERS = ("一", "二", "三", "四")
_BUS = 35
"""Kilometres by air in an hour, with a few minutes more for getting in and out."""
_SIGHTS = {
    "INDUSTRY": "主厂房和首条生产线\n设备调试情况\n投产后带动的上下游配套",
    "INFRASTRUCTURE": "主线贯通情况和控制性节点\n管线迁改与交通组织\n雨污分流同步实施情况",
    "LIVELIHOOD": "主体结构和内部功能布局\n样板间\n建成后新增的学位（床位、车位）",
}
_WRONG = (
    ("CONSTRUCTION", "施工围挡破损，裸土未覆盖", 10, True),
    ("PIPELINES", "红线内电力管线尚未迁改，影响室外工程", 30, False),
)
_GOOD = (
    (
        "拿地即开工：用地手续与施工许可并行办理",
        "供地前完成方案预审和图审，签订出让合同当天核发施工许可证，比原计划提前两个月开工。",
    ),
    ("节点倒排上墙，专班每日碰头", "把年度节点分解到周、到人，专班每晚在工地碰头半小时，当天的问题当天交办。"),
)


def load(*, on: date, judged: Judged | None = None) -> None:
    """After the standings are there. ``judged`` None: the rounds toured are not scored yet."""
    office = _people(Role.OFFICE, on)[0]
    this = on.year * 4 + (on.month - 1) // 3
    for place in range(_TOURS, 0, -1):
        year, quarter = divmod(this - place, 4)
        toured = _toured(year, quarter + 1, by=office, is_oldest=place == _TOURS)
        if judged:
            judged(toured, toured.starts_at + timedelta(hours=10))
    _under_way(this, on, by=office)


def _toured(year: int, quarter: int, *, by: User, is_oldest: bool) -> InspectionRound:
    leaves = _leaves(date(year, quarter * 3, 18))
    opened = _open(year, quarter, leaves, by=by, at=leaves - 20 * _DAY)
    chosen = [each.project for each in _eligible(opened, leaves)[:_SHOWN]]
    _choose(opened, chosen, by=by, at=leaves - 9 * _DAY)
    inspections.fix_route(inspection=opened, by=by, at=leaves - 7 * _DAY)
    _learn(opened, by=by, at=leaves + timedelta(hours=8), is_solved=is_oldest)
    opened.refresh_from_db()
    return opened


def _under_way(quarter_number: int, on: date, *, by: User) -> None:
    """Opened some days ago; the units have spoken of a part, the office has begun to choose."""
    year, quarter = divmod(quarter_number, 4)
    leaves = _leaves(on + 16 * _DAY)
    opened = _open(year, quarter + 1, leaves, by=by, at=leaves - 24 * _DAY)
    candidates = _eligible(opened, leaves)
    reviewers = _people(Role.REVIEWER, on)
    for place, each in enumerate(candidates[:_SCREENED]):
        _screen(opened, each.project, reviewers, place, at=leaves - 21 * _DAY)
    recommended = [each.project for each in _eligible(opened, leaves) if each.said][:_CHOSEN]
    _choose(opened, recommended, by=by, at=leaves - 18 * _DAY)


def _leaves(day: date) -> datetime:
    """Nine in the morning; a weekend is put off to Monday."""
    day += _DAY * (7 - day.weekday() if day.weekday() > 4 else 0)
    return datetime.combine(day, time(9), BEIJING)


def _open(year: int, quarter: int, leaves: datetime, *, by: User, at: datetime) -> InspectionRound:
    rule = InspectionRule.objects.in_force(on=day_of(at))
    longitude, latitude = _origin()
    said = Arrangement(
        title=f"{year}年第{_QUARTERS[quarter - 1]}季度重点项目观摩",
        emphases=rule.emphases_of(quarter),
        starts_at=leaves,
        origin="区政府东门",
        origin_longitude=longitude,
        origin_latitude=latitude,
        return_minutes=25,
    )
    return inspections.open_round(year=year, quarter=quarter, arrangement=said, by=by, at=at)


def _origin() -> tuple[Decimal, Decimal]:
    """The middle of the district, in degrees east and north."""
    places = KeyProject.objects.filter(longitude__isnull=False, latitude__isnull=False)
    middle = places.aggregate(east=Avg("longitude"), north=Avg("latitude"))
    return round(middle["east"], 6), round(middle["north"], 6)


def _eligible(opened: InspectionRound, leaves: datetime) -> list[Candidate]:
    """No more than two of one unit, as a tour wants to see many."""
    met: dict[int, int] = {}
    found = []
    for each in pool(opened, projects=KeyProject.objects.all(), on=day_of(leaves)):
        unit = each.project.lead_unit_id
        met[unit] = met.get(unit, 0) + 1
        if each.candidacy.is_eligible and met[unit] <= 2 and each.project.longitude is not None:
            found.append(each)
    return found


def _screen(
    opened: InspectionRound, project: KeyProject, reviewers: Sequence[User], place: int, *, at: datetime
) -> None:
    """By a reviewer of its own unit, where it has one; every fifth is not recommended."""
    speaks = [by for by in reviewers if _speaks_for(by, project)]
    words = ("NOT_RECOMMENDED", "现场正在更换总包，暂不具备观摩条件") if place % 5 == 4 else ("RECOMMENDED", "")
    for by in speaks[:1]:
        pre_screenings.pre_screen(inspection=opened, project=project, verdict=words[0], note=words[1], by=by, at=at)


def _speaks_for(by: User, project: KeyProject) -> bool:
    return KeyProject.objects.filter(in_units_of(by.duties, Duty.PRE_SCREEN), pk=project.pk).exists()


def _choose(opened: InspectionRound, projects: Sequence[KeyProject], *, by: User, at: datetime) -> None:
    """One after the other, always the nearest next."""
    left, here = list(projects), Place(*_origin())
    while left:
        project = min(left, key=lambda each: by_air(here, _place(each)) or 0)
        stop = stops.choose(inspection=opened, project=project, by=by, at=at)
        travel = 5 + int(60 * (by_air(here, _place(project)) or 0) / _BUS)
        stops.describe(stop=stop, description=_described(stop, travel), by=by, at=at)
        left.remove(project)
        here = _place(project)


def _place(project: KeyProject) -> Place:
    return Place(project.longitude or Decimal(0), project.latitude or Decimal(0))


def _described(stop: Stop, travel: int) -> Description:
    project = KeyProject.objects.select_related("responsible_person").get(pk=stop.project_id)
    return Description(
        pool=stop.pool,
        travel_minutes=travel,
        minutes=20,
        presenter=str(project.responsible_person or ""),
        place=project.location,
        sights=_SIGHTS[project.focus_area],
    )


def _learn(opened: InspectionRound, *, by: User, at: datetime, is_solved: bool) -> None:
    """What was found wrong goes to the units, what was done well is written down."""
    toured = list(opened.stops.select_related("project__lead_unit", "project__responsible_person"))
    for stop, (kind, title, days, is_quick) in zip(toured, _WRONG, strict=False):
        unit, by_then = stop.project.lead_unit, day_of(at) + days * _DAY
        raised = Problem(
            project=stop.project, kind=kind, title=title, responsible_unit=unit, needed_by=by_then, description=""
        )
        findings.record(stop=stop, problem=raised, support_units=[], by=by, at=at)
        if is_solved or is_quick:
            _solve(raised, by=by, at=at + 6 * _DAY)
    for stop, (title, what) in zip(toured[2:], _GOOD, strict=False):
        contact = f"{stop.project.lead_unit}　{stop.project.responsible_person or ''}".strip()
        practice_cards.write(stop=stop, title=title, what=what, contact=contact, by=by, at=at)


def _solve(problem: Problem, *, by: User, at: datetime) -> None:
    """Asked for by a reviewer of the unit, confirmed by who raised it."""
    reviewers = _people(Role.REVIEWER, day_of(at))
    own = [each for each in reviewers if _speaks_for(each, problem.project)]
    if own:
        problem_closings.ask_to_close(problem=problem, evidence="已整改到位，附现场照片。", by=own[0], at=at)
        problem_closings.close(problem=problem, text="现场复核，同意销号。", by=by, at=at + _DAY)


def _people(role: Role, on: date) -> list[User]:
    """Those who hold this post on the day, with their duties."""
    posts = Post.objects.in_force(on=on).filter(role=role).select_related("user").order_by("pk")
    people = [post.user for post in posts]
    for user in people:
        user.duties = duties_of(user, on=on)
    return people
