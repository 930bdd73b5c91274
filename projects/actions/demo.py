"""载入演示数据: write an invented district down, in bulk, as if it had been kept here for two years."""

from dataclasses import dataclass
from datetime import date, datetime

from projects import audit, changed, names, recorded
from projects.actions import calendar, templates
from projects.backward import DayTimetable
from projects.demo import events, rows
from projects.demo.district import District, compose
from projects.demo.people import PersonSpec
from projects.demo.rows import Saved
from projects.errors import RuleViolation
from projects.models import (
    AnnualPlan,
    CalendarDay,
    KeyProject,
    PlanAdjustment,
    PlanVersion,
    Post,
    Suspension,
    Unit,
    User,
)
from projects.passwords import generated_password
from projects.roles import Role

from . import demo_plans
from .demo_rows import by_project, each, first, insert


@dataclass(frozen=True)
class Account:
    """An account to try the product with; its password is stored nowhere but here."""

    username: str
    full_name: str
    role: str
    password: str


@dataclass(frozen=True)
class Loaded:
    """What was written down, for whoever tells more of it; the accounts whose passwords were made just now."""

    district: District
    saved: Saved
    accounts: list[Account]


def load(*, seed: int, anchor: date, by: User | None) -> Loaded:
    """Fill an empty register.

    Facts carry the moments at which the district is said to have learnt them, all before ``anchor``.
    Raises ``RuleViolation`` when the register holds anything, or when the anchor is still to come.
    """
    if not is_empty():
        raise RuleViolation("数据库中已有单位或项目，演示数据只能载入空的数据库。")
    with recorded.writing() as at:
        if anchor > at.astimezone(events.BEIJING).date():
            raise RuleViolation(f"演示数据的日期 {anchor.isoformat()} 晚于今天，请改为今天或更早的日期。")
        district, saved = compose(seed=seed, anchor=anchor), Saved()
        _load_calendar(anchor, at, saved)
        templates.take_initial_editions(by=None, at=at)
        _load_units(district, saved)
        accounts = _load_people(district, saved, at)
        _load_projects(district, saved)
        _load_dates(district, saved)
        _load_events(district, saved)
        _load_plans(district, saved)
        demo_plans.load(district, saved)
        counts = {"seed": seed, "anchor": anchor, "units": len(saved.units), "projects": len(saved.projects)}
        audit.record("demo.loaded", saved.units[district.units[0].name], by=by, at=at, changes=counts)
        changed.announce([project.pk for project in saved.projects.values()], at=at)
        demo_plans.weigh_open_requests(on=anchor)
    return Loaded(district, saved, accounts)


def is_empty() -> bool:
    return not (Unit.objects.exists() or User.objects.exists() or KeyProject.objects.exists())


def _load_calendar(anchor: date, at: datetime, saved: Saved) -> None:
    for year in range(anchor.year - 4, anchor.year + 2):
        if year in calendar.SEED_YEARS:
            calendar.take_known_year(year=year, by=None, at=at)
    saved.announced = CalendarDay.objects.announced(range(anchor.year - 4, anchor.year + 5))
    saved.timetable = DayTimetable.of(saved.announced, near=anchor)


def _load_units(district: District, saved: Saved) -> None:
    """A unit's path is made of primary keys, so it is known only after the unit is there."""
    for spec in district.units:
        parent = saved.units.get(spec.parent or "")
        saved.units[spec.name] = Unit(
            name=spec.name,
            short_name=spec.short_name,
            kind=spec.kind,
            parent=parent,
            path=f"{spec.name}/",
            sort_key=names.sort_key(spec.name)[:200],
        )
    roots = [unit for unit in saved.units.values() if unit.parent is None]
    insert(roots)
    insert(unit for unit in saved.units.values() if unit.parent)
    for unit in saved.units.values():
        unit.path = f"{unit.parent.path if unit.parent else ''}{unit.pk:06}/"
    Unit.objects.bulk_update(saved.units.values(), ["path"])


def _load_people(district: District, saved: Saved, at: datetime) -> list[Account]:
    accounts = []
    for spec in district.people:
        user = saved.users[spec.username] = _person(spec)
        if spec.shows:
            password = generated_password()
            user.set_password(password)
            user.must_change_password, user.password_changed_at = False, at
            accounts.append(Account(spec.username, spec.full_name, str(Role(spec.role).label), password))
    insert(saved.users.values())
    insert(
        Post(
            user=saved.users[spec.username],
            unit=saved.units[spec.unit],
            role=spec.role,
            title=spec.title,
            starts_on=date(district.calendar.anchor.year - 3, 9, 1),
        )
        for spec in district.people
    )
    return accounts


def _person(spec: PersonSpec) -> User:
    user = User(username=spec.username, full_name=spec.full_name, office_phone=spec.office_phone)
    user.sort_key = names.sort_key(spec.full_name)[:200]
    user.set_unusable_password()
    return user


def _load_projects(district: District, saved: Saved) -> None:
    """Packages first: their children refer to them."""
    for is_package in (True, False):
        specs = [spec for spec in district.projects if spec.is_package is is_package]
        stored = insert(rows.key_project(spec, saved) for spec in specs)
        saved.projects.update((project.code, project) for project in stored)
    supported = KeyProject.support_units.through
    insert(
        supported(keyproject_id=saved.projects[spec.code].pk, unit_id=saved.units[name].pk)
        for spec in district.projects
        for name in spec.support_units
    )


def _load_dates(district: District, saved: Saved) -> None:
    """Stage targets and milestones, then the versions of their dates."""
    counted = list(each(district, saved))
    targets = by_project(insert(row for spec, project, _ in counted for row in rows.stage_targets(spec, project)))
    steps = by_project(
        insert(row for spec, project, _ in counted if spec.course for row in rows.milestones(spec, project))
    )
    insert(row for spec, project, by in counted for row in rows.stage_target_dates(spec, targets[project.pk], by))
    saved.targets, saved.steps, plan_days = targets, steps, district.calendar
    insert(
        row
        for spec, project, by in counted
        for row in rows.milestone_dates(spec, steps.get(project.pk, ()), plan_days, by)
    )


def _load_events(district: District, saved: Saved) -> None:
    plan_days, counted = district.calendar, list(each(district, saved))
    office, signer = first(district, saved, Role.OFFICE), first(district, saved, Role.SIGNER)
    insert(row for spec, project, _ in counted for row in rows.budget_revisions(spec, project, office))
    insert(row for spec, project, _ in counted for row in rows.fund_sources(spec, project))
    insert(row for spec, project, _ in counted for row in events.tier_entries(spec, project, plan_days, office))
    insert(row for spec, project, by in counted for row in events.project_dates(spec, project, plan_days, by))
    for spec, project, by in counted:
        if spec.fate.suspended_for:
            interruption = saved.suspensions[spec.code] = Suspension.objects.create(project=project)
            events.suspension_dates(spec, interruption, plan_days, by=by, excused_by=signer).save()
        if spec.is_flagship:
            group = events.task_force(spec, project, saved)
            group.save()
            members = [by, first(district, saved, Role.REVIEWER, unit=spec.lead_unit), office]
            insert(events.task_force_members(group, members))


def _load_plans(district: District, saved: Saved) -> None:
    office, signer = first(district, saved, Role.OFFICE), first(district, saved, Role.SIGNER)
    for spec in district.plans:
        plan, _ = AnnualPlan.objects.get_or_create(year=spec.year)
        version = PlanVersion.objects.create(
            plan=plan,
            number=spec.number,
            effective_on=spec.effective_on,
            document_number=spec.document_number,
            reason=spec.reason,
            drafted_by=office,
            drafted_at=spec.drafted_at,
        )
        insert(events.plan_entries(spec, version, saved))
        insert(
            PlanAdjustment(version=version, project=saved.projects[code], reason=reason)
            for code, reason in spec.adjustments.items()
        )
        version.submitted_by, version.submitted_at = office, spec.submitted_at
        version.state, version.decision_note = PlanVersion.State.APPROVED, "同意"
        version.decided_by, version.decided_at = signer, spec.decided_at
        version.save(
            update_fields=["submitted_by", "submitted_at", "state", "decision_note", "decided_by", "decided_at"]
        )
