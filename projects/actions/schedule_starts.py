"""起草: the first draft of an edition, from a template or from the edition in force."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from projects.models import BackwardSchedule, KeyProject, TemplateVersion, User
from projects.planning import Wanted

from . import schedules


@transaction.atomic
def draft_from_template(
    *, project: KeyProject, version: TemplateVersion, wanted: Wanted, by: User, at: datetime
) -> BackwardSchedule:
    """A step whose permit the project does not have stands without one."""
    known = set(project.permits.values_list("name", flat=True))
    steps = tuple(step if step.permit in known else replace(step, permit="") for step in wanted.steps)
    wanted = replace(wanted, steps=steps)
    return schedules.draft(project=project, wanted=wanted, template=version, by=by, at=at)
