"""What the invented district plans by: permits, schedules, evidence, targets, and what was asked to be changed."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from projects import consequences
from projects.demo import editions, evidence, permits, targets
from projects.demo.course import BEIJING, State
from projects.demo.district import District
from projects.demo.editions import Edition
from projects.demo.networks import blueprint_for, road_of
from projects.demo.projects import ProjectSpec
from projects.demo.requests import POSITIONS, Hand, RequestSpec, Writer
from projects.demo.rows import Saved
from projects.models import (
    ApprovalStep,
    BackwardSchedule,
    Baseline,
    ChangeRequest,
    KeyProject,
    PermitPause,
    PermitState,
    Substitute,
    TemplateVersion,
    User,
)
from projects.models.unit import duties_of
from projects.planning import from_blueprint
from projects.roles import Role

from . import schedules
from .demo_rows import by_project, each, first, grouped, insert

_DRAFTS = 3
_MONTHS_IN_RESERVE = 26 * 30


def load(district: District, saved: Saved) -> None:
    _load_permits(district, saved)
    _load_schedules(district, saved)
    _load_evidence(district, saved)
    _load_targets(district, saved)
    _load_requests(district, saved)
    _load_drafts(district, saved)


def _planned(district: District, saved: Saved) -> list[tuple[ProjectSpec, KeyProject, User]]:
    return [row for row in each(district, saved) if editions.has_schedule(row[0])]


def _load_permits(district: District, saved: Saved) -> None:
    planned = _planned(district, saved)
    early = permits.early_starters(district.projects)
    found = by_project(insert(row for spec, project, _ in planned for row in permits.permits(spec, project)))
    saved.permits = {pk: {permit.name: permit for permit in rows} for pk, rows in found.items()}
    told: list[PermitState | PermitPause] = []
    for spec, project, by in planned:
        late_permit = early.get(spec.code)
        writer = permits.PermitWriter(spec, district.calendar, saved.announced, late_permit=late_permit)
        told += writer.rows(found[project.pk], by)
    insert(row for row in told if isinstance(row, PermitState))
    insert(row for row in told if isinstance(row, PermitPause))


def _load_schedules(district: District, saved: Saved) -> None:
    """The first editions, then the second ones: one is in work at a time, and what is approved takes no more parts."""
    planned, calendar = _planned(district, saved), district.calendar
    for number in (1, 2):
        known = [(spec, edition) for spec, _, _ in planned for edition in editions.editions(spec, calendar)]
        _load_editions(district, saved, [pair for pair in known if pair[1].number == number])
    by_code = {spec.code: spec for spec, _, _ in planned}
    asked = editions.asked_for(district.projects, calendar)
    _load_editions(district, saved, [(by_code[code], edition) for code, edition in asked.items()])
    taken_by = first(district, saved, Role.OFFICE)
    Baseline.objects.create(name="年初计划", known_at=calendar.this_year, taken_by=taken_by)


def _load_editions(district: District, saved: Saved, drawn: list[tuple[ProjectSpec, Edition]]) -> None:
    signer = first(district, saved, Role.SIGNER)
    versions = insert(
        editions.schedule(
            edition, saved.projects[spec.code], by=saved.users[spec.responsible_person], approved_by=signer
        )
        for spec, edition in drawn
    )
    made = insert(
        node
        for (spec, edition), version in zip(drawn, versions, strict=True)
        for node in editions.nodes(
            version,
            edition,
            spec,
            lengths=editions.durations(spec, editions.timetable_for(spec, saved.timetable)),
            steps=saved.steps[version.project_id],
            permits=saved.permits[version.project_id],
        )
    )
    nodes = grouped(made, "version_id")
    pairs = [(spec, version) for (spec, _), version in zip(drawn, versions, strict=True)]
    insert(link for spec, version in pairs for link in editions.links(version, nodes[version.pk], spec))
    insert(stop for spec, version in pairs for stop in editions.blackouts(spec, version))
    decided = [version for version in versions if version.decided_at]
    BackwardSchedule.objects.filter(pk__in=[version.pk for version in decided]).update(
        state=BackwardSchedule.State.APPROVED
    )
    insert(
        editions.baseline(version, edition)
        for (_, edition), version in zip(drawn, versions, strict=True)
        if version.decided_at
    )
    for (spec, edition), version in zip(drawn, versions, strict=True):
        saved.editions[spec.code, edition.number] = version


def _load_evidence(district: District, saved: Saved) -> None:
    planned = _planned(district, saved)
    found = insert(item for spec, project, _ in planned for item in evidence.items(spec, saved.targets[project.pk]))
    asked = grouped(found, "stage_target_id")
    insert(
        paper
        for spec, project, by in planned
        for target in saved.targets[project.pk]
        for paper in evidence.papers(spec, asked[target.pk], by)
    )


def _load_targets(district: District, saved: Saved) -> None:
    planned, calendar = _planned(district, saved), district.calendar
    split = [row for row in planned if targets.is_split(row[0])]
    insert(
        row
        for spec, project, _ in split
        for row in targets.week_targets(spec, project, district.plans, calendar, saved.announced)
    )
    insert(
        task
        for spec, project, _ in planned
        for task in targets.day_tasks(spec, project, saved.steps[project.pk], calendar, saved.announced)
    )
    insert(
        row for spec, project, by in planned for row in targets.quantities(spec, saved.steps[project.pk], calendar, by)
    )


def _load_requests(district: District, saved: Saved) -> None:
    calendar = district.calendar
    replanned = [
        (spec.code, edition)
        for spec, _, _ in _planned(district, saved)
        for edition in editions.editions(spec, calendar)
        if edition.number > 1
    ]
    asked = [*replanned, *editions.asked_for(district.projects, calendar).items()]
    specs = list(Writer(calendar, saved.announced).requests(district.projects, asked))
    made = insert(_request(spec, district, saved) for spec in specs)
    insert(
        step for spec, request in zip(specs, made, strict=True) for step in _steps(spec.hands, request, district, saved)
    )
    principal, substitute = (saved.users[name] for name in ("shenhe", "shenhe2"))
    since = calendar.anchor - timedelta(days=3)
    Substitute.objects.create(
        principal=principal,
        substitute=substitute,
        starts_on=since,
        ends_on=since + timedelta(days=13),
        appointed_at=datetime.combine(since - timedelta(days=1), time(16, 10), BEIJING),
    )


def weigh_open_requests(*, on: date) -> None:
    """What those still to be decided break further on, as a person asking would have been shown it."""
    for request in ChangeRequest.objects.open().select_related("milestone__project", "schedule__project"):
        if request.schedule:
            found = consequences.of_schedule(request.schedule, on=on)
            request.present_on = _finish_in_force(request.project_id)
        elif request.milestone and request.proposed_on:
            found = consequences.of_new_date(request.milestone, on=on, proposed_on=request.proposed_on)
        else:
            continue
        request.consequences = found.as_stored()
        request.save(update_fields=["consequences", "present_on"])


def _finish_in_force(project_id: int) -> date | None:
    in_force = BackwardSchedule.objects.in_force().filter(project=project_id)
    return in_force.values_list("required_finish_on", flat=True).first()


def _request(spec: RequestSpec, district: District, saved: Saved) -> ChangeRequest:
    project = saved.projects[spec.project]
    step = None if spec.step is None else saved.steps[project.pk][spec.step]
    return ChangeRequest(
        project=project,
        kind=spec.kind,
        state=spec.state,
        milestone=step,
        schedule=None if spec.edition is None else saved.editions[spec.project, spec.edition],
        suspension=saved.suspensions[spec.project] if spec.is_of_suspension else None,
        reason_code=spec.reason_code,
        reason=spec.reason,
        requested_by=project.responsible_person,
        requested_at=spec.requested_at,
        ended_at=spec.ended_at,
        **spec.days,
    )


def _steps(hands: Iterable[Hand], request: ChangeRequest, district: District, saved: Saved) -> Iterable[ApprovalStep]:
    for hand in hands:
        role = Role.REVIEWER if hand.unit else Role.SIGNER
        decides = hand.outcome not in ("", ApprovalStep.Outcome.LAPSED)
        yield ApprovalStep(
            request=request,
            position=POSITIONS[ApprovalStep.Kind(hand.kind)],
            kind=hand.kind,
            unit=saved.units[hand.unit] if hand.unit else None,
            due_on=hand.due_on,
            outcome=hand.outcome,
            opinion=hand.opinion,
            decided_by=first(district, saved, role, unit=hand.unit or "") if decides else None,
            decided_at=hand.decided_at,
        )


def _load_drafts(district: District, saved: Saved) -> None:
    """A few projects in reserve try what a template would come to; nobody was asked to approve it yet."""
    reserve = [row for row in each(district, saved) if row[0].fate.state is State.RESERVE][:_DRAFTS]
    insert(row for spec, project, _ in reserve for row in permits.permits(spec, project))
    at = datetime.combine(district.calendar.anchor - timedelta(days=6), time(9, 50), BEIJING)
    for spec, project, by in reserve:
        starts_on = district.calendar.anchor + timedelta(days=30)
        finish = starts_on + timedelta(days=_MONTHS_IN_RESERVE)
        by.duties = duties_of(by, on=district.calendar.anchor)
        wanted = from_blueprint(blueprint_for(spec), starts_on=starts_on, required_finish_on=finish)
        template = TemplateVersion.objects.approved().get(
            template__project_type=road_of(spec).template, template__approval_route=spec.route
        )
        schedules.draft(project=project, wanted=wanted, template=template, by=by, at=at)
