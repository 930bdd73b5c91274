"""A list as a page and, under the same address with ``?sheet=xlsx``, as Excel: the same rows, of all its pages.

    if asks_for_sheet(request):
        return list_taken(request, _("督办单"), _COLUMNS, orders.iterator())
    …
    "sheet_url": sheet_url(request),  # base.html shows the button

What the page is narrowed to is in the address already; ``filters`` says it in words on the sheet.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects import sheets
from projects.gate import SignedInRequest
from projects.roles import Duty
from projects.sheets import Column, Sheet

_ASKED = "sheet"
_XLSX = "xlsx"


def asks_for_sheet(request: SignedInRequest) -> bool:
    """Whether the address wants the list as Excel; 403 for whoever may take nothing away."""
    if request.GET.get(_ASKED) != _XLSX:
        return False
    if not _may_take(request):
        raise PermissionDenied(_("您没有“%s”的权限，如确需办理请联系安全管理员。") % Duty.EXPORT.value)
    return True


def sheet_url(request: SignedInRequest) -> str:
    """The address of the same list as Excel; empty for whoever may take nothing away."""
    if not _may_take(request):
        return ""
    address = request.GET.copy()
    address.pop("page", None)
    address[_ASKED] = _XLSX
    return f"?{address.urlencode()}"


def list_taken(
    request: SignedInRequest,
    title: str,
    columns: Sequence[Column[Any]],
    rows: Iterable[Any],
    *,
    filters: Mapping[str, str] | None = None,
    as_of: str = "",
) -> FileResponse:
    """``as_of`` empty: the list shows what stands in the register at this moment."""
    now = timezone.now()
    stamp = as_of or sheets.as_of_moment(now)
    sheet = Sheet(title=title, as_of=stamp, columns=columns, rows=rows, filters=filters or {})
    return sheets.download(sheet, by=request.user, at=now)


def _may_take(request: SignedInRequest) -> bool:
    return request.user.duties.include(Duty.EXPORT)
