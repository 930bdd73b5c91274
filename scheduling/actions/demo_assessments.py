"""What the invented district assessed: a half-year that is published, the year so far under appeal, and its people."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from projects.actions.demo import Loaded
from projects.actions.demo_rows import first, insert
from projects.models import KeyProject, Responsibility, User, duties_of
from projects.recorded import day_of
from projects.roles import Role
from scheduling.models import Assessment, AssessmentScheme, SubjectScore
from scheduling.score_indicators import Kind
from scheduling.score_presets import AGENCIES, HUNDRED, PEOPLE
from scheduling.scoring import Scheme

from . import appeals, assessment_schemes, assessments
from .demo_meetings import Cast

_DAY = timedelta(days=1)
_WINDOW = timedelta(days=5)


@dataclass(frozen=True)
class _Office:
    """Who acts, and how schemes and assessments come about in this district."""

    office: User
    signer: User

    def adopted(self, scheme: Scheme, kind: Kind, year: int) -> AssessmentScheme:
        at = _moment(date(year, 1, 12))
        made = assessment_schemes.draft(year=year, kind=kind, scheme=scheme, by=self.office, at=at)
        assessment_schemes.adopt(scheme=made, by=self.signer, at=at + _DAY)
        made.refresh_from_db()
        return made

    def opened(self, scheme: AssessmentScheme, title: str, span: tuple[date, date], at: datetime) -> Assessment:
        """Reckoned as known at that moment, and shown to the units from the next day on."""
        revision = assessments.begin(
            scheme=scheme, title=title, starts_on=span[0], ends_on=span[1], by=self.office, at=at
        )
        assessments.keep(revision, known_at=at)
        found = revision.assessment
        until = day_of(at + _DAY + _WINDOW)
        assessments.open_appeals(assessment=found, until=until, by=self.office, at=at + _DAY)
        return Assessment.objects.select_related("scheme").get(pk=found.pk)


def load(loaded: Loaded, *, anchor: date) -> None:
    acting = _Office(
        *(_with_duties(first(loaded.district, loaded.saved, role), anchor) for role in (Role.OFFICE, Role.SIGNER))
    )
    _hand_over(loaded, anchor)
    half = _last_half(anchor)
    by_units = acting.adopted(HUNDRED, Kind.LEAD, half[0].year)
    acting.adopted(AGENCIES, Kind.AGENCY, half[0].year)
    people = acting.adopted(PEOPLE, Kind.PERSON, half[0].year)
    done = acting.opened(by_units, f"{half[0].year} 年{_half(half)}考核", half, _moment(half[1] + 8 * _DAY))
    assessments.publish(assessment=done, by=acting.signer, at=_moment(half[1] + 18 * _DAY))
    since, until = _so_far(anchor, half)
    now = _moment(anchor) - 2 * _DAY
    running = acting.opened(by_units, f"{since.year} 年 {since.month}–{until.month} 月考核", (since, until), now)
    acting.opened(people, f"{half[0].year} 年{_half(half)}项目负责人考核", half, now)
    _appeal(loaded, acting, running, now + _DAY)


def _appeal(loaded: Loaded, acting: _Office, running: Assessment, at: datetime) -> None:
    """Of the first unit whose reviewer people can sign in as; and a bonus that waits for the next reckoning."""
    reviewers = {
        person.unit: loaded.saved.users[person.username]
        for person in reversed(loaded.district.people)
        if person.role == Role.REVIEWER and person.shows
    } or Cast(loaded).reviewers
    scores = SubjectScore.objects.filter(assessment=running, unit__name__in=reviewers).select_related("unit")
    for score in scores.order_by("rank", "pk")[:1]:
        unit = score.unit
        assert unit  # noqa: S101 - units are assessed here
        by = _with_duties(reviewers[unit.name], day_of(at))
        text = "有 1 个节点因管线迁改由其他部门办理而推迟，已在问题清单登记，请核减逾期。"
        appeals.make(assessment=running, unit=unit, item="nodes", text=text, by=by, at=at)
        evidence = "示范府发〔2026〕21号"
        said = {"reason": "省级现场会经验交流", "evidence": evidence, "points": Decimal(2)}
        assessments.add_bonus(assessment=running, subject=unit, by=acting.office, at=at, **said)  # type: ignore[arg-type]  # each as it is asked


def _hand_over(loaded: Loaded, anchor: date) -> None:
    """Two projects changed hands in the middle of a month of the last half-year."""
    until = _last_half(anchor)[1].replace(day=10)
    at = _moment(until + _DAY)
    projects = [project for project in loaded.saved.projects.values() if not project.is_package]
    pairs = [
        (project, other)
        for project, other in zip(projects, reversed(projects), strict=True)
        if project.responsible_person_id not in (None, other.responsible_person_id)
    ]
    insert(_before(project, other, until, at) for project, other in pairs[:2])


def _before(project: KeyProject, other: KeyProject, until: date, at: datetime) -> Responsibility:
    return Responsibility(
        project=project,
        until=until,
        lead_unit_id=project.lead_unit_id,
        responsible_person_id=other.responsible_person_id,
        linked_leader_id=project.linked_leader_id,
        recorded_at=at,
    )


def _with_duties(user: User, on: date) -> User:
    user.duties = duties_of(user, on=on)
    return user


def _moment(day: date) -> datetime:
    return datetime.fromisoformat(f"{day.isoformat()}T10:00:00+08:00")


def _last_half(anchor: date) -> tuple[date, date]:
    """The half of a year that was over ten days ago and more."""
    if anchor >= date(anchor.year, 7, 20):
        return date(anchor.year, 1, 1), date(anchor.year, 6, 30)
    return date(anchor.year - 1, 7, 1), date(anchor.year - 1, 12, 31)


def _half(half: tuple[date, date]) -> str:
    return "上半年" if half[0].month == 1 else "下半年"


def _so_far(anchor: date, half: tuple[date, date]) -> tuple[date, date]:
    """From the new year of the half to the last month that was over some days ago."""
    year = half[0].year
    last = min((anchor - 5 * _DAY).replace(day=1) - _DAY, date(year, 12, 31))
    return date(year, 1, 1), last
