"""消失的行: what a person says became of the milestones and projects a ledger no longer lists."""

from collections.abc import Sequence
from datetime import datetime

from projects import audit, changed, recorded
from projects.actions import key_projects
from projects.errors import RuleViolation
from projects.models import LedgerImport, LibraryTier, MilestoneDates, User, VanishedRow
from projects.recorded import day_of

_BATCH = 2_000


def decide(
    *, row: VanishedRow, decision: VanishedRow.Decision, reason: str = "", document_number: str = "", by: User
) -> None:
    """One word for one milestone or project; it also settles what other imports left open. Raises ``RuleViolation``.

    Kept, it goes on as before. A milestone withdrawn has an approved date no longer and is never overdue; a project
    that leaves the library does so with reason and document.
    """
    with recorded.writing() as at:
        row = VanishedRow.objects.select_for_update(of=("self",)).select_related("ledger_import").get(pk=row.pk)
        _refuse_without_effect(row.ledger_import)
        if row.decision:
            raise RuleViolation(f"这一行已由{row.decided_by}处理为“{row.get_decision_display()}”。")
        _refuse_other_kind(row, decision)
        if decision == VanishedRow.Decision.EXIT:
            key_projects.enter_tier(
                project=row.project,
                tier=LibraryTier.EXITED,
                entered_on=day_of(at),
                reason=reason,
                document_number=document_number,
                by=by,
            )
        _settle([row], decision, by=by, at=at)
        what = str(row.milestone) if row.milestone else "整个项目"
        changes = {"处理": [None, decision.label], "项目": row.project.name, "节点": what}
        audit.record("vanished_row.decided", row, by=by, at=at, changes=changes)


def _refuse_other_kind(row: VanishedRow, decision: VanishedRow.Decision) -> None:
    if row.milestone_id and decision not in VanishedRow.OF_A_MILESTONE:
        raise RuleViolation("消失的是一个节点，只能保留，或撤销它的计划。")
    if not row.milestone_id and decision not in VanishedRow.OF_A_PROJECT:
        raise RuleViolation("消失的是整个项目而不是节点，只能保留，或退出项目库。")


def decide_rest(*, ledger_import: LedgerImport, decision: VanishedRow.Decision, by: User) -> int:
    """One word for all that this import found missing and nobody has decided about; returns how many.

    Milestones are withdrawn together; every project leaves the library with a reason of its own.
    """
    _refuse_without_effect(ledger_import)
    if decision == VanishedRow.Decision.EXIT:
        raise RuleViolation("退出项目库须逐个项目写明原因和文号。")
    with recorded.writing() as at:
        undecided = ledger_import.vanished.filter(decision="").select_for_update(of=("self",))
        if decision == VanishedRow.Decision.WITHDRAW:
            undecided = undecided.filter(milestone__isnull=False)
        rows = list(undecided.select_related("ledger_import"))
        if rows:
            _settle(rows, decision, by=by, at=at)
            changes = {
                "处理": [None, decision.label],
                "milestones": [row.milestone_id or row.project_id for row in rows],
            }
            audit.record("vanished_rows.decided", ledger_import, by=by, at=at, changes=changes)
    return len(rows)


def _refuse_without_effect(ledger_import: LedgerImport) -> None:
    if ledger_import.is_dry_run:
        raise RuleViolation("这是试导入的结果，请正式导入后再处理消失的行。")
    if ledger_import.undone_at:
        raise RuleViolation("这次导入已撤销，它列出的消失的行不用再处理。")


def _settle(rows: Sequence[VanishedRow], decision: VanishedRow.Decision, *, by: User, at: datetime) -> None:
    """These rows, and the same milestones and projects wherever they were found missing."""
    undecided = VanishedRow.objects.filter(decision="", ledger_import__is_dry_run=False)
    source = rows[0].ledger_import.source
    projects = undecided.filter(milestone=None, ledger_import__source=source)
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        milestones = [row.milestone_id for row in batch if row.milestone_id]
        whole = [row.project_id for row in batch if not row.milestone_id]
        said = {"decision": decision, "decided_by": by, "decided_at": at}
        undecided.filter(milestone__in=milestones).update(**said)
        projects.filter(project__in=whole).update(**said)
        if decision == VanishedRow.Decision.WITHDRAW:
            _withdraw(milestones, by=by, at=at)


def _withdraw(milestones: Sequence[int], *, by: User, at: datetime) -> None:
    """The original promise stays; what was reached stays reached."""
    owed = MilestoneDates.objects.current().filter(milestone__in=milestones, approved_on__isnull=False)
    known = list(owed.filter(is_reached=False).select_related("milestone"))
    recorded.record([recorded.amended(dates, approved_on=None, forecast_on=None) for dates in known], by=by, at=at)
    changed.announce({dates.milestone.project_id for dates in known}, at=at)
