"""起草: the first draft of an edition, from a template with all it brings along."""

from datetime import datetime

from django.db import transaction

from projects.models import BackwardSchedule, KeyProject, TemplateVersion, User
from projects.planning import Wanted
from projects.template_parts import blueprint_of

from . import permit_items, schedules


@transaction.atomic
def draft_from_template(
    *, project: KeyProject, version: TemplateVersion, wanted: Wanted, by: User, at: datetime
) -> BackwardSchedule:
    """The project takes the permits of the template first, so that its steps can follow their clocks."""
    schedules.refuse_strangers(project, by)
    permit_items.take_permits(project=project, items=blueprint_of(version).permits, by=by)
    return schedules.draft(project=project, wanted=wanted, template=version, by=by, at=at)
