"""消失的行: what a person says became of a milestone its ledger no longer lists."""

from datetime import datetime

from django.db import transaction

from projects import audit
from projects.errors import RuleViolation
from projects.models import User, VanishedRow


@transaction.atomic
def decide(*, row: VanishedRow, decision: VanishedRow.Decision, by: User, at: datetime) -> None:
    """One word for one milestone: it also settles what earlier imports left open. Raises ``RuleViolation``."""
    row = VanishedRow.objects.select_for_update().select_related("ledger_import").get(pk=row.pk)
    if row.ledger_import.is_dry_run:
        raise RuleViolation("这是试导入的结果，请正式导入后再处理消失的行。")
    if row.decision:
        raise RuleViolation(f"这一行已由{row.decided_by}处理为“{row.get_decision_display()}”。")
    same = VanishedRow.objects.filter(milestone=row.milestone, decision="", ledger_import__is_dry_run=False)
    same.update(decision=decision, decided_by=by, decided_at=at)
    changes = {"处理": ["", VanishedRow.Decision(decision).label], "项目": row.project.name, "节点": str(row.milestone)}
    audit.record("vanished_row.decided", row, by=by, at=at, changes=changes)
