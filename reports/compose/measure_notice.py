"""通知书: from a measure and its frozen evidence."""

from datetime import datetime

from django.utils.timezone import localtime  # noqa: TID251 - given its moment

from projects.recorded import day_of
from reports.measure_notice import Arrangement, Item, MeasureNotice
from scheduling.actions.measures import evidence_of
from scheduling.models import Interview, Measure


def of_measure(measure: Measure, *, district: str, at: datetime) -> MeasureNotice:
    """As it stands at this moment. Three queries."""
    interview = Interview.objects.filter(measure=measure).first()
    return MeasureNotice(
        district=district,
        known_at=at,
        level=measure.level,
        project=measure.project.name,
        unit=str(measure.unit),
        reasons=measure.reasons,
        decided_on=day_of(measure.decided_at or at),
        dossier=evidence_of(measure),
        interview=_arrangement(interview) if interview else None,
        items=tuple(Item(each.text, each.due_on) for each in measure.items.order_by("due_on", "pk")),
    )


def _arrangement(interview: Interview) -> Arrangement:
    return Arrangement(
        held_at=localtime(interview.held_at),
        place=interview.place,
        interviewees=interview.interviewees,
        interviewers=interview.interviewers,
        attendees=interview.attendees,
    )
