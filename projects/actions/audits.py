"""校验审计链: walking the whole chain, and leaving in it that this was done and what came of it."""

from datetime import datetime

from django.db import transaction

from projects import audit
from projects.audit import Verification
from projects.models import AuditEvent, User


def verify_chain(*, by: User | None, at: datetime) -> Verification:
    """``by`` None is the nightly check. The entry is about the last one that was checked."""
    found = audit.verify()
    with transaction.atomic():
        last = AuditEvent.objects.sealed().last() or AuditEvent(at=at)
        changes = {"已核对": found.sealed, "未封存": found.unsealed, "结果": found.reason or "完整"}
        audit.record("audit.verified", last, by=by, at=at, changes=changes)
    return found
