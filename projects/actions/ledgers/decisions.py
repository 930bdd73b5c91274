"""消失的行: what a person says became of the milestones a ledger no longer lists."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from projects import audit
from projects.errors import RuleViolation
from projects.models import LedgerImport, User, VanishedRow


@transaction.atomic
def decide(*, row: VanishedRow, decision: VanishedRow.Decision, by: User, at: datetime) -> None:
    """One word for one milestone; it also settles what other imports left open. Raises ``RuleViolation``."""
    row = VanishedRow.objects.select_for_update(of=("self",)).select_related("ledger_import").get(pk=row.pk)
    _refuse_dry_run(row.ledger_import)
    if row.decision:
        raise RuleViolation(f"这一行已由{row.decided_by}处理为“{row.get_decision_display()}”。")
    _settle([row.milestone_id], decision, by=by, at=at)
    changes = {"处理": [None, decision.label], "项目": row.project.name, "节点": str(row.milestone)}
    audit.record("vanished_row.decided", row, by=by, at=at, changes=changes)


@transaction.atomic
def decide_rest(*, ledger_import: LedgerImport, decision: VanishedRow.Decision, by: User, at: datetime) -> int:
    """One word for all that this import found missing and nobody has decided about; returns how many."""
    _refuse_dry_run(ledger_import)
    undecided = ledger_import.vanished.filter(decision="").select_for_update()
    milestones = list(undecided.values_list("milestone", flat=True))
    if milestones:
        _settle(milestones, decision, by=by, at=at)
        changes = {"处理": [None, decision.label], "milestones": milestones}
        audit.record("vanished_rows.decided", ledger_import, by=by, at=at, changes=changes)
    return len(milestones)


def _refuse_dry_run(ledger_import: LedgerImport) -> None:
    if ledger_import.is_dry_run:
        raise RuleViolation("这是试导入的结果，请正式导入后再处理消失的行。")


def _settle(milestones: Sequence[int | None], decision: VanishedRow.Decision, *, by: User, at: datetime) -> None:
    undecided = VanishedRow.objects.filter(decision="", ledger_import__is_dry_run=False)
    for start in range(0, len(milestones), 2_000):
        same = undecided.filter(milestone__in=milestones[start : start + 2_000])
        same.update(decision=decision, decided_by=by, decided_at=at)
