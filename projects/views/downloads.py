"""Stored files on their way out. A file has no address of its own: a page that may show what it belongs to gives it."""

from django.http import FileResponse
from django.utils.translation import gettext as _

from projects import uploads
from projects.actions import stored_files
from projects.errors import RuleViolation
from projects.models import StoredFile

_A_DAY = 24 * 3600


def attachment(file: StoredFile, *, name: str = "") -> FileResponse:
    """The file to save, never to open within our pages. Call it only once its owner was found by ``visible_to``.

    ``name`` is what it is called on the reader's machine; the same bytes may have come under another one.
    Raises ``RuleViolation`` for a file in which the virus scanner found something.
    """
    if file.quarantined_at:
        raise RuleViolation(
            _("“%(name)s”没有通过病毒检查，已隔离，不能下载；请联系上传人更换。") % {"name": name or file}
        )
    kind = uploads.kind_named(name or file.name)
    response = FileResponse(
        stored_files.where(file).open("rb"),
        as_attachment=True,
        filename=name or file.name,
        content_type=kind.content_type if kind else "application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def picture(file: StoredFile) -> FileResponse:
    """A picture we made ourselves, to be shown within our pages; under its address it never changes."""
    response = FileResponse(stored_files.where(file).open("rb"), content_type="image/jpeg")
    response["Content-Disposition"] = "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = f"private, max-age={_A_DAY}"
    return response
