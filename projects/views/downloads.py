"""Stored files on their way out. A file has no address of its own: a page that may show what it belongs to gives it."""

from django.http import FileResponse

from projects import uploads
from projects.actions import stored_files
from projects.models import StoredFile


def attachment(file: StoredFile, *, name: str = "") -> FileResponse:
    """The file to save, never to open within our pages. Call it only once its owner was found by ``visible_to``.

    ``name`` is what it is called on the reader's machine; the same bytes may have come under another one.
    """
    kind = uploads.kind_named(file.name)
    response = FileResponse(
        stored_files.where(file).open("rb"),
        as_attachment=True,
        filename=name or file.name,
        content_type=kind.content_type if kind else "application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
