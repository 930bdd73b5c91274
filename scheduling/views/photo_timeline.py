"""影像: the photos of one project week by week, newest first, and its documents."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.db.models import F
from django.db.models.functions import Coalesce, TruncDate
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from projects import figures
from projects.gate import READERS, SignedInRequest, requires
from projects.lists import page_of
from projects.periods import Kind, period_of
from projects.views.key_projects import project_or_404
from projects.views.project_head import head
from scheduling.models import Attachment
from scheduling.views.galleries import document_shown, photos_shown

_PER_PAGE = 24
_DOCUMENTS = 30


@requires(*READERS)
def project_photos(request: SignedInRequest, code: str) -> HttpResponse:
    project = project_or_404(request, code)
    kept = Attachment.objects.filter(project=project).kept().with_reuse().select_related("file", "uploaded_by")
    day = Coalesce("report__period__ends_on", TruncDate("uploaded_at"))
    photos = kept.photos().annotate(day=day).order_by("-day", "-pk")
    page = page_of(photos, request, per_page=_PER_PAGE)
    documents = kept.documents().order_by(F("dated_on").desc(nulls_last=True), "-pk")[:_DOCUMENTS]
    shown = {
        "page": page,
        "weeks": _weeks(page.object_list),
        "documents": [document_shown(each) for each in documents] if page.number == 1 else [],
    }
    return render(request, "scheduling/project_photos.html", head(request, project, tab="project_photos") | shown)


def _weeks(photos: Iterable[Any]) -> list[dict[str, Any]]:
    """As they come, newest first, under the week of their report or of the day they came in."""
    rows = list(photos)
    weeks = [period_of(row.day, kind=Kind.WEEK) for row in rows]
    shown = zip(weeks, photos_shown(rows), strict=True)
    return [
        {"label": _week(week), "photos": [photo for _week_again, photo in each]}
        for week, each in groupby(shown, key=lambda pair: pair[0])
    ]


def _week(week: Any) -> str:
    said = {"since": figures.compact_date(week.starts_on), "until": figures.compact_date(week.ends_on)}
    return _("%(since)s 至 %(until)s") % said
