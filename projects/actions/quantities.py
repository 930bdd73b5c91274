"""工程量: what a node is built of by the piece, and how much of it is done. A correction is a new version."""

from datetime import datetime
from decimal import Decimal

from projects import audit, recorded
from projects.errors import NotAllowed, RuleViolation
from projects.figures import exactly
from projects.models import KeyProject, Milestone, MilestoneQuantity, User
from projects.physical_progress import Quantity, physical_progress
from projects.roles import Duty

from .one_project import answers_for, facts_of

_PLANNED = ["unit", "planned_quantity", "weight"]


def set_quantity(*, quantity: MilestoneQuantity, reason: str = "", by: User) -> None:
    """设定工程量: unit, planned quantity and weight. Changed later, which moves the progress, it needs a reason.

    What is done so far is kept; another unit begins at nought only where nothing was done yet.
    """
    milestone = quantity.milestone
    _refuse_others(milestone.project, by)
    with facts_of(milestone.project) as at:
        known = quantity_of(milestone)
        if quantity.planned_quantity <= 0:
            raise RuleViolation("设计工程量须大于 0。")
        if known and known.unit != quantity.unit and known.done_quantity:
            raise RuleViolation(f"已按“{known.unit}”完成 {exactly(known.done_quantity)}，不能改换计量单位。")
        if known:
            quantity.done_quantity = known.done_quantity
        changes = audit.in_words(known, quantity, _PLANNED)
        if not changes:
            raise RuleViolation("与现行工程量相同，没有需要保存的变化。")
        if known and not reason:
            raise RuleViolation("调整设计工程量或权重会改变形象进度，须写明原因。")
        _record(quantity, "milestone.quantity_set", changes, reason, by=by, at=at)


def report_quantity(*, milestone: Milestone, done_quantity: Decimal, reason: str = "", by: User) -> None:
    """填报工程量: done so far in all. It falls only as the correction of a mistake, with its reason."""
    _refuse_others(milestone.project, by)
    with facts_of(milestone.project) as at:
        known = quantity_of(milestone)
        if known is None:
            raise RuleViolation(f"“{milestone}”还没有设定工程量，请先设定计量单位和设计工程量。")
        if done_quantity < 0:
            raise RuleViolation("已完成工程量不能小于 0。")
        if done_quantity == known.done_quantity:
            raise RuleViolation(f"已完成工程量仍为 {exactly(done_quantity)} {known.unit}，没有需要登记的变化。")
        if done_quantity < known.done_quantity and not reason:
            done = exactly(known.done_quantity)
            raise RuleViolation(f"已完成工程量不应少于上次填报的 {done} {known.unit}；确属更正的请写明原因。")
        following = recorded.amended(known, done_quantity=done_quantity)
        changes = audit.in_words(known, following, ["done_quantity"])
        _record(following, "milestone.quantity_reported", changes, reason, by=by, at=at)


def quantity_of(milestone: Milestone) -> MilestoneQuantity | None:
    """As known now."""
    return MilestoneQuantity.objects.current().filter(milestone=milestone).first()


def progress_of(project: KeyProject, *, known_at: datetime) -> Decimal | None:
    """形象进度 in percent, over the nodes measured by the piece, as known then; None without any. One query."""
    rows = MilestoneQuantity.objects.known(at=known_at).filter(milestone__project=project)
    return physical_progress(Quantity(row.planned_quantity, row.done_quantity, row.weight) for row in rows)


def _refuse_others(project: KeyProject, by: User) -> None:
    if not answers_for(project, by, Duty.SPLIT_TARGETS):
        raise NotAllowed("工程量由本项目责任人、联络人或区重点办填报。")


def _record(
    version: MilestoneQuantity, action: str, changes: dict[str, list], reason: str, *, by: User, at: datetime
) -> None:
    recorded.record([version], by=by, at=at)
    why = {"原因": [None, reason]} if reason else {}
    audit.record(action, version.milestone, by=by, at=at, changes=changes | why)
