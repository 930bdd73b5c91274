"""交接单: from the questions that exist, as they are answered at one moment; and who held the post on which day."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from django.utils.timezone import localtime  # noqa: TID251 - given its moment
from django.utils.translation import gettext as _

from projects import permit_clock
from projects.models import EvidenceItem, EvidencePaper, KeyProject, PermitState, User
from reports.compose import stop_pages
from reports.handover import Duty, FileLine, Handover, PermitLine, Promise, Tenure, Undertaking
from reports.inspection_booklet import Node
from scheduling.holders import terms_of
from scheduling.models import Attachment, Decision, Measure, ProblemRequest, ProgressVersion, RectificationItem
from scheduling.standing import days_late

AHEAD = timedelta(days=90)
_DAY = timedelta(days=1)
_SETTLED = permit_clock.SETTLED | {PermitState.Status.NOT_BEGUN}


def of_project(project: KeyProject, *, district: str, on: date, known_at: datetime) -> Handover:
    """What is open now. As many queries however much that is."""
    known = stop_pages.known_of([project], on=on, known_at=known_at)
    figures, tenures = known.figures(project), tenures_of(project)
    before = next((each for each in reversed(tenures) if each.until), None)
    reports = ProgressVersion.objects.current().filter(report__project=project, counts=False)
    return Handover(
        district=district,
        title=_("“%(project)s”项目负责人交接单") % {"project": project.name},
        project=project.pk,
        code=project.code,
        name=project.name,
        unit=str(project.lead_unit),
        leader=str(project.linked_leader or ""),
        handing=before.person if before else "",
        receiving=str(project.responsible_person or ""),
        changed_on=before.until if before else None,
        on=on,
        known_at=localtime(known_at),
        horizon=on + AHEAD,
        year_to_date=figures.year_to_date,
        annual_plan=figures.annual_plan,
        reported_to=figures.reported_to,
        unaccepted=reports.count(),
        nodes=tuple(node for node in known.nodes(known.facts_of(project)) if _is_near(node, on + AHEAD)),
        problems=tuple(known.troubles.get(project.pk, ())),
        promises=_promises(project, on=on),
        duties=_duties(project, on=on),
        undertakings=_undertakings(project, on=on),
        permits=_permits(project, on=on),
        lacking=_lacking(project),
        files=_files(project),
        tenures=tenures,
    )


def tenures_of(project: KeyProject) -> tuple[Tenure, ...]:
    """Who answered for the project when, the first first. A day on which it changed belongs to who came."""
    terms = terms_of([project.pk], known_at=None)[project.pk]
    people = User.objects.in_bulk([term.person for term in terms if term.person])
    found: list[Tenure] = []
    since: date | None = None
    for term in terms:
        person = str(people[term.person]) if term.person else ""
        until = None if term.until == date.max else term.until + _DAY
        if found and found[-1].person == person:
            found[-1] = replace(found[-1], until=until)
        else:
            found.append(Tenure(person, since, until))
        since = until
    return tuple(each for each in found if each.person)


def _is_near(node: Node, horizon: date) -> bool:
    return not node.is_reached and (node.days > 0 or (node.approved_on is not None and node.approved_on <= horizon))


def _promises(project: KeyProject, *, on: date) -> tuple[Promise, ...]:
    """Accepted requests of problems that are still open: what a department said it would do."""
    accepted = ProblemRequest.objects.filter(
        problem__project=project, problem__closed_at__isnull=True, outcome=ProblemRequest.Outcome.ACCEPTED
    )
    return tuple(
        Promise(str(each.unit), each.question, each.answer, each.promised_on, days_late(each.promised_on, on=on))
        for each in accepted.select_related("unit").order_by("promised_on", "pk")
    )


def _duties(project: KeyProject, *, on: date) -> tuple[Duty, ...]:
    found = Decision.objects.open().filter(project=project).select_related("owner_unit")
    return tuple(
        Duty(
            number=each.number,
            text=each.text,
            unit=str(each.owner_unit),
            due_on=each.due_on,
            state=each.get_state_display(),
            days=days_late(each.due_on, on=on),
        )
        for each in found.order_by("due_on", "pk")
    )


def _undertakings(project: KeyProject, *, on: date) -> tuple[Undertaking, ...]:
    """Of measures that were told to the unit."""
    found = RectificationItem.objects.open().filter(measure__in=Measure.objects.told().filter(project=project))
    return tuple(
        Undertaking(
            measure=each.measure.get_kind_display(),
            kind=each.get_origin_display(),
            text=each.text,
            due_on=each.due_on,
            state=each.get_state_display(),
            days=days_late(each.due_on, on=on),
        )
        for each in found.select_related("measure").order_by("due_on", "pk")
    )


def _permits(project: KeyProject, *, on: date) -> tuple[PermitLine, ...]:
    states = PermitState.objects.current().filter(permit__project=project).exclude(status__in=_SETTLED)
    return tuple(
        PermitLine(
            name=each.permit.name,
            agency=each.permit.agency,
            status=each.get_status_display(),
            due_on=each.due_on,
            days=days_late(each.due_on, on=on) if each.status == PermitState.Status.ACCEPTED else 0,
        )
        for each in states.select_related("permit").order_by("due_on", "pk")
    )


def _lacking(project: KeyProject) -> tuple[str, ...]:
    found = EvidenceItem.objects.filter(stage_target__project=project).missing().select_related("stage_target")
    return tuple(
        f"{each.stage_target.get_stage_display()}：{each.name}" for each in found.order_by("stage_target", "pk")
    )


def _files(project: KeyProject) -> tuple[FileLine, ...]:
    """Documents of reports and problems, and the evidence handed in; not the photos, which show nothing to be kept."""
    kept = Attachment.objects.kept().documents().filter(project=project).order_by("dated_on", "pk")
    papers = EvidencePaper.objects.current().filter(item__stage_target__project=project).select_related("item")
    proofs = [FileLine(_("佐证材料"), each.item.name, each.document_number, each.dated_on) for each in papers]
    return (
        *(FileLine(each.get_kind_display(), str(each), each.document_number, each.dated_on) for each in kept),
        *sorted(proofs, key=lambda line: (line.dated_on or date.max, line.name)),
    )
