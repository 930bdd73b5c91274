"""随机核查: drawn by the office from the scores of last night with a seed that is written down; each result once."""

from datetime import date, datetime

from django.db import transaction

from projects import audit
from projects.errors import NotAllowed, RuleViolation
from projects.models import User
from projects.recorded import day_of
from projects.roles import Duty
from scheduling.contradictions import draw
from scheduling.models import ContradictionCheck, Verification, VerificationDraw

from .words import refuse_silence

_DRAWN = ["seed", "size", "checked_on"]
_RECORDED = ["outcome", "verified_on", "words"]


@transaction.atomic
def draw_projects(*, seed: str, size: int, by: User, at: datetime) -> VerificationDraw:
    """抽取 ``size`` of all projects checked last night, the doubted ones more likely; a seed is used once.

    What each was doubted for goes with it, because tomorrow night may see it otherwise.
    """
    seed = refuse_silence(seed, "请填写随机种子，例如当日公开摇出的号码。")
    if not by.duties.include(Duty.VERIFY):
        raise NotAllowed("随机核查由区重点办抽取。")
    if VerificationDraw.objects.filter(seed=seed).exists():
        raise RuleViolation(f"种子“{seed}”已用过，同一种子抽出的名单相同，请换一个。")
    checks = ContradictionCheck.objects.in_bulk()
    if not checks:
        raise RuleViolation("还没有外绿内红的核对结果，每日凌晨核对后才能抽取。")
    if not 0 < size <= len(checks):
        raise RuleViolation(f"抽取个数须为 1 到 {len(checks)}。")
    scores = {project: check.score for project, check in checks.items()}
    checked_on = max(check.on for check in checks.values())
    made = VerificationDraw.objects.create(
        seed=seed, size=size, pool=scores, checked_on=checked_on, drawn_at=at, drawn_by=by
    )
    Verification.objects.bulk_create(
        Verification(draw=made, project_id=project, place=place, score=scores[project], found=checks[project].found)
        for place, project in enumerate(draw(scores, seed=seed, size=size), start=1)
    )
    audit.record("verification_draw.drawn", made, by=by, at=at, changes=audit.in_words(None, made, _DRAWN))
    return made


@transaction.atomic
def record(*, verification: Verification, outcome: str, verified_on: date, words: str, by: User, at: datetime) -> None:
    """登记核查结果: what was reported holds (核实) or had to be put right (调整), in words; once.

    It changes no figure: what is wrong is corrected by whoever reported it.
    """
    words = refuse_silence(words, "请写明核查情况：看了什么，与填报是否一致。")
    if not by.duties.include(Duty.VERIFY):
        raise NotAllowed("核查结果由区重点办登记。")
    verification = (
        Verification.objects.select_for_update(of=("self",)).select_related("draw", "project").get(pk=verification.pk)
    )
    if verification.outcome:
        raise RuleViolation("该项目的核查结果已登记，不能更改。")
    if not day_of(verification.draw.drawn_at) <= verified_on <= day_of(at):
        drawn_on = day_of(verification.draw.drawn_at).isoformat()
        raise RuleViolation(f"核查日期须在抽取之日 {drawn_on} 至今天之间。")
    before = Verification(pk=verification.pk)
    verification.outcome, verification.verified_on, verification.words = outcome, verified_on, words
    verification.recorded_by, verification.recorded_at = by, at
    verification.save(update_fields=[*_RECORDED, "recorded_by", "recorded_at"])
    changes = audit.in_words(before, verification, _RECORDED)
    audit.record("verification.recorded", verification, by=by, at=at, changes=changes)
