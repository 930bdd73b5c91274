"""The kept forms of a document, handed out as they were rendered once."""

from django.http import FileResponse, Http404
from django.utils import timezone

from projects.models import User
from projects.sheets import XLSX
from reports.actions import documents
from reports.models import Document, Rendition

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_TYPES = {Rendition.Format.PDF: "application/pdf", Rendition.Format.DOCX: _DOCX, Rendition.Format.XLSX: XLSX}


def handed_out(document: Document, form: str, *, by: User) -> FileResponse:
    """Who takes it is in the audit. Raises ``Http404`` for a form it is not, or not yet, kept in."""
    rendition = document.renditions.filter(format=form.upper()).select_related("file", "document").first()
    if rendition is None:
        raise Http404
    content = documents.take(rendition=rendition, by=by, at=timezone.now()).open("rb")
    name = documents.file_name(document, rendition.format)
    kind = _TYPES[Rendition.Format(rendition.format)]
    return FileResponse(content, as_attachment=True, filename=name, content_type=kind)
