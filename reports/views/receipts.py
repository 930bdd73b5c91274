"""回执 of an issued paper, as every page of one shows them: ``{% include "reports/_receipts.html" with … %}``."""

from typing import Any

from reports.models import Document, Receipt


def receipts_of(document: Document) -> dict[str, Any]:
    """Who has opened it and who has not. One query."""
    rows = [_receipt(each) for each in document.receipts.select_related("unit", "notice__read_by")]
    return {
        "sent": len(rows),
        "waiting": [each for each in rows if not each["at"]],
        "read": [each for each in rows if each["at"]],
    }


def _receipt(receipt: Receipt) -> dict[str, Any]:
    notice = receipt.notice
    return {"unit": str(receipt.unit), "by": notice.read_by, "at": notice.read_at, "reminded_at": receipt.reminded_at}
