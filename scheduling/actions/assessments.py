"""考核: opened by an adopted scheme, reckoned, shown to the units for their appeals, and published by another hand."""

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max, Q

from projects import audit, recorded
from projects.errors import NotAllowed, RuleViolation
from projects.models import StoredFile, Unit, User
from projects.recorded import as_known_q, day_of
from projects.roles import Duty
from scheduling.assessing import Assessed, By, assessed, digest_of
from scheduling.contributions import Span
from scheduling.models import (
    Appeal,
    Assessment,
    AssessmentRevision,
    AssessmentScheme,
    BonusMalus,
    ManualScore,
    SubjectScore,
)
from scheduling.score_indicators import HAND
from scheduling.scoring import Entry

from . import assessment_notices
from .assessment_schemes import refuse_other_than_assessor

_State = Assessment.State


@transaction.atomic
def begin(
    *, scheme: AssessmentScheme, title: str, starts_on: date, ends_on: date, by: User, at: datetime
) -> AssessmentRevision:
    """开展考核 over whole months of the scheme's year that are over; its first reckoning is asked for with it."""
    refuse_other_than_assessor(by)
    if scheme.state != AssessmentScheme.State.ADOPTED:
        raise RuleViolation("考核方案尚未启用，请先由签发领导启用。")
    _refuse_span(scheme, starts_on, ends_on, at)
    made = Assessment.objects.create(
        scheme=scheme, title=title, starts_on=starts_on, ends_on=ends_on, prepared_by=by, prepared_at=at
    )
    changes = audit.in_words(None, made, ["title", "starts_on", "ends_on"]) | {"考核方案": str(scheme)}
    audit.record("assessment.begun", made, by=by, at=at, changes=changes)
    return _asked(made, reason="首次计算", by=by, at=at)


@transaction.atomic
def ask_again(*, assessment: Assessment, reason: str, by: User, at: datetime) -> AssessmentRevision:
    """重新计算 from what is known now, with the reason why; before it is published only."""
    refuse_other_than_assessor(by)
    found = _unpublished(assessment)
    if found.revisions.filter(finished_at__isnull=True).exists():
        raise RuleViolation("上一次计算还没有完成，请稍候。")
    found.prepared_by, found.prepared_at = by, at
    found.save(update_fields=["prepared_by", "prepared_at"])
    return _asked(found, reason=reason, by=by, at=at)


def _asked(assessment: Assessment, *, reason: str, by: User, at: datetime) -> AssessmentRevision:
    last = assessment.revisions.aggregate(Max("number"))["number__max"] or 0
    revision = AssessmentRevision.objects.create(
        assessment=assessment, number=last + 1, reason=reason, asked_by=by, asked_at=at
    )
    changes = {"版次": revision.number, "原因": reason}
    audit.record("assessment.reckoning_asked", assessment, by=by, at=at, changes=changes)
    return revision


def reckon(revision: AssessmentRevision) -> None:
    """Score everybody from what is known at this moment and keep it."""
    with recorded.standing_still() as known_at:
        pass
    keep(revision, known_at=known_at)


def keep(revision: AssessmentRevision, *, known_at: datetime) -> None:
    """Score everybody from what was known at a moment and keep it; a reckoning that is finished stays as it is."""
    found = _reckoned(revision.assessment, known_at)
    with transaction.atomic():
        kept = AssessmentRevision.objects.select_for_update().get(pk=revision.pk)
        if kept.finished_at:
            return
        column = "person_id" if revision.assessment.kind.is_of_people else "unit_id"
        SubjectScore.objects.bulk_create([_row(kept, each, column) for each in found])
        kept.known_at = kept.finished_at = known_at
        kept.digest = _digest(revision.assessment, found, known_at)
        kept.save(update_fields=["known_at", "finished_at", "digest"])
        changes = {"版次": kept.number, "对象": len(found), "摘要": kept.digest[:16]}
        audit.record("assessment.reckoned", kept.assessment, by=kept.asked_by, at=known_at, changes=changes)


def digest_again(revision: AssessmentRevision) -> str:
    """复算: the digest of a finished revision reckoned anew as known then; nothing is stored."""
    if revision.known_at is None:
        raise RuleViolation("这一版还没有算完。")
    found = _reckoned(revision.assessment, revision.known_at)
    return _digest(revision.assessment, found, revision.known_at)


def give(
    *,
    assessment: Assessment,
    subject: Unit | User,
    item: str,
    points: Decimal,
    evidence: str,
    file: StoredFile | None = None,
    by: User,
) -> None:
    """人工评定: the points of one subject for one item, with evidence. They count from the next reckoning on."""
    refuse_other_than_assessor(by)
    with recorded.writing() as at:
        found = _unpublished(assessment)
        weights = {each.key: each for each in found.scheme.scheme.items if each.indicator == HAND}
        if item not in weights:
            raise RuleViolation("这一项不由人工评定。")
        if not 0 <= points <= weights[item].weight:
            raise RuleViolation(f"“{weights[item].name}”的得分须在 0 至 {weights[item].weight.normalize():f} 分之间。")
        if not evidence.strip():
            raise RuleViolation("请写明评定依据。")
        said = ManualScore(
            assessment=found, item=item, points=points, evidence=evidence.strip(), file=file, **_of(subject)
        )
        recorded.record([said], by=by, at=at)
        changes = {"对象": str(subject), "考核项": weights[item].name, "得分": points, "评定依据": evidence}
        audit.record("assessment.given_by_hand", found, by=by, at=at, changes=changes)


@transaction.atomic
def add_bonus(
    *,
    assessment: Assessment,
    subject: Unit | User,
    points: Decimal,
    reason: str,
    evidence: str,
    file: StoredFile | None = None,
    by: User,
    at: datetime,
) -> BonusMalus:
    """加分或减分, with reason and evidence. It counts from the next reckoning on."""
    refuse_other_than_assessor(by)
    found = _unpublished(assessment)
    if not points:
        raise RuleViolation("加减分不能为 0。")
    if not (reason.strip() and evidence.strip()):
        raise RuleViolation("加减分须写明事由和依据。")
    made = BonusMalus.objects.create(
        assessment=found,
        points=points,
        reason=reason.strip(),
        evidence=evidence.strip(),
        file=file,
        entered_by=by,
        entered_at=at,
        **_of(subject),
    )
    changes = {"对象": str(subject)} | audit.in_words(None, made, ["points", "reason", "evidence"])
    audit.record("assessment.bonus_added", found, by=by, at=at, changes=changes)
    return made


@transaction.atomic
def withdraw_bonus(*, bonus: BonusMalus, reason: str, by: User, at: datetime) -> None:
    refuse_other_than_assessor(by)
    found = _unpublished(bonus.assessment)
    if not reason.strip():
        raise RuleViolation("请写明撤销原因。")
    kept = BonusMalus.objects.select_for_update().get(pk=bonus.pk)
    if kept.withdrawn_at:
        raise RuleViolation("这条加减分已撤销。")
    kept.withdrawn_by, kept.withdrawn_at, kept.withdrawn_reason = by, at, reason.strip()
    kept.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_reason"])
    changes = {"事由": kept.reason, "撤销原因": reason}
    audit.record("assessment.bonus_withdrawn", found, by=by, at=at, changes=changes)


@transaction.atomic
def open_appeals(*, assessment: Assessment, until: date, by: User, at: datetime) -> None:
    """公示: the units see their own scores and may appeal until the end of this day."""
    refuse_other_than_assessor(by)
    found = _unpublished(assessment)
    if found.state != _State.PREVIEW:
        raise RuleViolation("已经公示，申诉期内请答复申诉。")
    if not found.revisions.filter(finished_at__isnull=False).exists():
        raise RuleViolation("还没有算出结果，不能公示。")
    if until < day_of(at):
        raise RuleViolation(f"申诉截止日 {until.isoformat()} 早于今天。")
    found.state, found.appeals_from, found.appeals_until = _State.APPEALS, day_of(at), until
    found.save(update_fields=["state", "appeals_from", "appeals_until"])
    changes = audit.in_words(None, found, ["appeals_from", "appeals_until"])
    audit.record("assessment.appeals_opened", found, by=by, at=at, changes=changes)
    assessment_notices.tell_appeals(found, by=by, at=at)


@transaction.atomic
def publish(*, assessment: Assessment, by: User, at: datetime) -> None:
    """公布: by another than who prepared it, when the window is over, every appeal answered and every correction in."""
    if not by.duties.include(Duty.APPROVE_ASSESSMENT):
        raise NotAllowed("考核结果由签发领导核定公布。")
    found = _unpublished(assessment)
    if found.prepared_by_id == by.pk:
        raise RuleViolation("编制人不能公布自己编制的考核结果，请由其他领导公布。")
    if found.appeals_until is None:
        raise RuleViolation("考核结果须先公示，听取申诉。")
    if day_of(at) <= found.appeals_until:
        raise RuleViolation(f"申诉期到 {found.appeals_until.isoformat()} 为止，次日起可以公布。")
    if waiting := found.appeals.waiting().count():
        raise RuleViolation(f"还有 {waiting} 件申诉没有答复。")
    if found.revisions.filter(finished_at__isnull=True).exists():
        raise RuleViolation("正在重新计算，请稍候再公布。")
    last = found.revisions.latest("number")
    if behind := what_changed_since(last):
        raise RuleViolation(f"第 {last.number} 版算出之后{behind}，请由区重点办重新计算后再公布。")
    found.state, found.published_by, found.published_at = _State.FINAL, by, at
    found.save(update_fields=["state", "published_by", "published_at"])
    changes = {"版次": last.number, "摘要": last.digest}
    audit.record("assessment.published", found, by=by, at=at, changes=changes)
    assessment_notices.tell_result(found, by=by, at=at)


def what_changed_since(revision: AssessmentRevision) -> str:
    """What was entered or upheld after it was reckoned, in words; empty: nothing, it is up to date."""
    of, at = revision.assessment, revision.finished_at
    if at is None:
        return ""
    changed = {
        "又有人工评定": of.manual_scores.filter(recorded_at__gt=at),
        "又登记或撤销了加减分": of.bonuses.filter(Q(entered_at__gt=at) | Q(withdrawn_at__gt=at)),
        "又有申诉予以更正": of.appeals.filter(outcome=Appeal.Outcome.UPHELD, answered_at__gt=at),
    }
    return "、".join(words for words, rows in changed.items() if rows.exists())


def _refuse_span(scheme: AssessmentScheme, starts_on: date, ends_on: date, at: datetime) -> None:
    following = date.fromordinal(ends_on.toordinal() + 1)
    if starts_on.day != 1 or following.day != 1 or starts_on >= ends_on:
        raise RuleViolation("考核期须为整月：从月初第一天到月末最后一天。")
    if {starts_on.year, ends_on.year} != {scheme.year}:
        raise RuleViolation(f"考核期须在方案所属的 {scheme.year} 年之内。")
    if ends_on >= day_of(at):
        raise RuleViolation(f"考核期止于 {ends_on.isoformat()}，还没有结束。")


def _unpublished(assessment: Assessment) -> Assessment:
    found = Assessment.objects.select_for_update(of=("self",)).select_related("scheme").get(pk=assessment.pk)
    if found.state == _State.FINAL:
        raise RuleViolation("考核结果已公布，不能再改。")
    return found


def _of(subject: Unit | User) -> dict[str, Any]:
    return {"unit": subject} if isinstance(subject, Unit) else {"person": subject}


def _reckoned(assessment: Assessment, known_at: datetime) -> list[Assessed]:
    span = Span(assessment.starts_on, assessment.ends_on, known_at)
    return assessed(assessment.scheme.scheme, assessment.kind, span, _by_hand(assessment, known_at))


def _by_hand(assessment: Assessment, known_at: datetime) -> By:
    """What people had given and added by that moment."""
    given: dict[int, dict[str, Decimal]] = defaultdict(dict)
    entries: dict[int, list[Entry]] = defaultdict(list)
    column = "person" if assessment.kind.is_of_people else "unit"
    for key, item, points in assessment.manual_scores.filter(as_known_q(known_at)).values_list(
        column, "item", "points"
    ):
        given[key][item] = points
    standing = Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=known_at)
    bonuses = assessment.bonuses.filter(standing, entered_at__lte=known_at)
    for key, reason, points in bonuses.values_list(column, "reason", "points"):
        entries[key].append(Entry(reason, points))
    return By(given, entries)


def _digest(assessment: Assessment, found: list[Assessed], known_at: datetime) -> str:
    span = Span(assessment.starts_on, assessment.ends_on, known_at)
    return digest_of(found, content=assessment.scheme.content, span=span)


def _row(revision: AssessmentRevision, each: Assessed, column: str) -> SubjectScore:
    scored = each.scored
    return SubjectScore(
        assessment_id=revision.assessment_id,
        revision=revision,
        pool=each.pool,
        rank=scored.rank,
        ranked=scored.ranked,
        total=scored.total,
        breakdown=each.breakdown,
        digest=each.digest,
        **{column: each.key},
    )
