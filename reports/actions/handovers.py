"""交接单: frozen when the office asks for it, as everything stood then; laid out and kept with the project."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from projects import audit
from projects.errors import NotAllowed, RuleViolation
from projects.models import KeyProject, User
from projects.recorded import day_of
from projects.roles import Duty
from reports.actions import documents
from reports.compose import handover as compose
from reports.handover import EDITION
from reports.models import Document


@transaction.atomic
def draw_up(*, project: KeyProject, by: User, at: datetime) -> Document:
    """Once a minute at most. Raises ``RuleViolation`` for a package, ``NotAllowed`` for who may not."""
    if not by.duties.include(Duty.EDIT_REGISTER):
        raise NotAllowed(_("交接单由区重点办生成。"))
    if project.is_package:
        raise RuleViolation(_("“%s”是打包项目，没有自己的事项，请生成子项目的交接单。") % project.name)
    sheet = compose.of_project(project, district=settings.DISTRICT_NAME, on=day_of(at), known_at=at)
    document = documents.freeze(
        kind=Document.Kind.HANDOVER,
        subject=f"{project.pk} {at:%Y%m%d%H%M}",
        title=sheet.title,
        edition=EDITION,
        snapshot=sheet,
        unit=project.lead_unit,
        period=None,
        known_at=at,
        by=by,
        at=at,
    )
    audit.record(
        "handover.drawn_up", project, by=by, at=at, changes={_("移交、接收"): [sheet.handing, sheet.receiving]}
    )
    return document


def of_project(project: KeyProject) -> QuerySet[Document]:
    """Those drawn up of this project, the last first."""
    found = Document.objects.filter(kind=Document.Kind.HANDOVER, subject__startswith=f"{project.pk} ")
    return found.defer("content").prefetch_related("renditions").order_by("-pk")
