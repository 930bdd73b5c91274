"""申诉: what a unit says against its score within the window, and what the office answers."""

from datetime import datetime

from django.db import transaction

from projects import audit
from projects.errors import NotAllowed, RuleViolation
from projects.models import StoredFile, Unit, User
from projects.recorded import day_of
from projects.roles import Duty
from scheduling.models import Appeal, Assessment, SubjectScore

from .assessment_schemes import refuse_other_than_assessor


def may_appeal(assessment: Assessment, unit: Unit, by: User, *, at: datetime) -> bool:
    """In the window, for a unit in which this person holds the duty."""
    paths = by.duties.unit_paths(Duty.APPEAL)
    window = assessment.appeals_from, assessment.appeals_until
    is_open = assessment.state == Assessment.State.APPEALS and all(window) and window[0] <= day_of(at) <= window[1]  # type: ignore[operator]  # both are days
    return bool(is_open) and any(unit.path.startswith(path) for path in paths)


@transaction.atomic
def make(
    *,
    assessment: Assessment,
    unit: Unit,
    item: str,
    text: str,
    file: StoredFile | None = None,
    by: User,
    at: datetime,
) -> Appeal:
    """申诉 against one item, or (empty) the whole, of the own unit's score; one at a time for each item."""
    found = Assessment.objects.select_for_update(of=("self",)).select_related("scheme").get(pk=assessment.pk)
    if not any(unit.path.startswith(path) for path in by.duties.unit_paths(Duty.APPEAL)):
        raise NotAllowed("申诉由被考核单位的审核人提出。")
    if not may_appeal(found, unit, by, at=at):
        raise RuleViolation("不在申诉期内，不能申诉。")
    if not SubjectScore.objects.filter(assessment=found, unit=unit).exists():
        raise RuleViolation(f"{unit}不在这次考核的对象之内。")
    if item and item not in {each.key for each in found.scheme.scheme.items}:
        raise RuleViolation("没有这个考核项。")
    if not text.strip():
        raise RuleViolation("请写明申诉理由。")
    if found.appeals.waiting().filter(unit=unit, item=item).exists():
        raise RuleViolation("这一项的申诉还没有答复，不必重复申诉。")
    made = Appeal.objects.create(
        assessment=found, unit=unit, item=item, text=text.strip(), file=file, made_by=by, made_at=at
    )
    changes = audit.in_words(None, made, ["unit", "item", "text"])
    audit.record("appeal.made", made, by=by, at=at, changes=changes)
    return made


@transaction.atomic
def answer(*, appeal: Appeal, outcome: str, text: str, by: User, at: datetime) -> Appeal:
    """答复, with the reason. Upheld, the whole is to be reckoned anew before it can be published."""
    refuse_other_than_assessor(by)
    found = Appeal.objects.select_for_update(of=("self",)).select_related("unit", "assessment").get(pk=appeal.pk)
    if found.outcome:
        raise RuleViolation("这件申诉已答复。")
    if found.made_by_id == by.pk:
        raise RuleViolation("申诉人不能答复自己的申诉。")
    if not text.strip():
        raise RuleViolation("请写明答复理由。")
    found.outcome, found.answer, found.answered_by, found.answered_at = Appeal.Outcome(outcome), text.strip(), by, at
    found.save(update_fields=["outcome", "answer", "answered_by", "answered_at"])
    audit.record("appeal.answered", found, by=by, at=at, changes=audit.in_words(None, found, ["outcome", "answer"]))
    return found
