"""Papers that are registered and issued, their forms standing for what a worker lays out."""

from io import BytesIO

from django.utils import timezone

from projects.actions import stored_files
from reports.actions import drafts
from reports.models import Rendition
from tests.reports.bulletins.papers import drafted, go, signed


def registered(draft, people):
    signed(draft, people)
    return go(draft, drafts.register, people[0]).document


def laid_out(document):
    at = timezone.now()
    for form in Rendition.Format.values:
        file = stored_files.keep(content=BytesIO(form.encode()), name=f"{document.title}.{form}", by=None, at=at)
        Rendition.objects.create(document=document, format=form, file=file, rendered_at=at)
    return document


def issued(draft, people, units, *, public=False):
    """The document, sent to these units."""
    document = laid_out(registered(draft, people))
    go(draft, drafts.issue, people[0], units=units, public=public)
    return document


def issues(people, units, count, **more):
    return [issued(drafted(subject=f"{each}", **more), people, units) for each in range(1, count + 1)]
