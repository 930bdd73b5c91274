"""消失的行: what a person says became of the milestones a ledger no longer lists."""

from collections.abc import Sequence
from datetime import datetime

from projects import audit, changed, recorded
from projects.errors import RuleViolation
from projects.models import LedgerImport, MilestoneDates, User, VanishedRow

_BATCH = 2_000


def decide(*, row: VanishedRow, decision: VanishedRow.Decision, by: User) -> None:
    """One word for one milestone; it also settles what other imports left open. Raises ``RuleViolation``.

    Kept, it goes on being owed by its date; withdrawn, it has an approved date no longer and is never overdue.
    """
    with recorded.writing() as at:
        row = VanishedRow.objects.select_for_update(of=("self",)).select_related("ledger_import").get(pk=row.pk)
        _refuse_rehearsal(row.ledger_import)
        if row.decision:
            raise RuleViolation(f"这一行已由{row.decided_by}处理为“{row.get_decision_display()}”。")
        _settle([row.milestone_id], decision, by=by, at=at)
        changes = {"处理": [None, decision.label], "项目": row.project.name, "节点": str(row.milestone)}
        audit.record("vanished_row.decided", row, by=by, at=at, changes=changes)


def decide_rest(*, ledger_import: LedgerImport, decision: VanishedRow.Decision, by: User) -> int:
    """One word for all that this import found missing and nobody has decided about; returns how many."""
    _refuse_rehearsal(ledger_import)
    with recorded.writing() as at:
        undecided = ledger_import.vanished.filter(decision="").select_for_update()
        milestones = list(undecided.values_list("milestone", flat=True))
        if milestones:
            _settle(milestones, decision, by=by, at=at)
            changes = {"处理": [None, decision.label], "milestones": milestones}
            audit.record("vanished_rows.decided", ledger_import, by=by, at=at, changes=changes)
    return len(milestones)


def _refuse_rehearsal(ledger_import: LedgerImport) -> None:
    if ledger_import.is_dry_run:
        raise RuleViolation("这是试导入的结果，请正式导入后再处理消失的行。")


def _settle(milestones: Sequence[int | None], decision: VanishedRow.Decision, *, by: User, at: datetime) -> None:
    undecided = VanishedRow.objects.filter(decision="", ledger_import__is_dry_run=False)
    for start in range(0, len(milestones), _BATCH):
        same = milestones[start : start + _BATCH]
        undecided.filter(milestone__in=same).update(decision=decision, decided_by=by, decided_at=at)
        if decision == VanishedRow.Decision.WITHDRAW:
            _withdraw(same, by=by, at=at)


def _withdraw(milestones: Sequence[int | None], *, by: User, at: datetime) -> None:
    """The original promise stays; what was reached stays reached."""
    owed = MilestoneDates.objects.current().filter(milestone__in=milestones, approved_on__isnull=False)
    known = list(owed.filter(is_reached=False).select_related("milestone"))
    recorded.record([recorded.amended(dates, approved_on=None, forecast_on=None) for dates in known], by=by, at=at)
    changed.announce({dates.milestone.project_id for dates in known}, at=at)
