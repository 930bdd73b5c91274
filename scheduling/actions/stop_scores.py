"""评分: one judge's marks of one stop; taken in once, however often and in whatever order they arrive."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from projects import audit
from projects.errors import NotAllowed, RuleViolation
from projects.models import User
from projects.recorded import day_of
from projects.roles import Duty
from scheduling.judging import excused
from scheduling.models import InspectionRound, Judge, Stop, StopScore
from scheduling.observation import Read, Sheet, plain

_COMMENT = 300


@transaction.atomic
def record(
    *,
    stop: Stop,
    typed: Mapping[str, str],
    comment: str = "",
    client_id: UUID,
    entered_at: datetime,
    by: User,
    at: datetime,
) -> StopScore:
    """The marks as typed, by item key. What this ``client_id`` brought before is given back, nothing new is written.

    Of several the one entered last counts; a device's clock that runs ahead is set to ``at``. Raises ``NotAllowed``
    for who is no judge of the round, ``RuleViolation`` once it is locked, for who is excused, for a mark out of range.
    """
    inspection = InspectionRound.objects.select_for_update(no_key=True).get(pk=stop.round_id)
    judge = _judge(inspection, by)
    if known := StopScore.objects.filter(client_id=client_id).first():
        return _arrived_before(known, judge, stop, _sheet(inspection).read(typed))
    _refuse_unless_scoring(inspection, stop)
    if reason := excused([judge], [stop], on=day_of(inspection.starts_at)).get((judge.pk, stop.pk)):
        raise RuleViolation(f"“{stop}”您须回避，不能评分：{reason}。")
    if len(comment) > _COMMENT:
        raise RuleViolation(f"评语 {len(comment)} 字，超过 {_COMMENT} 字，请精简。")
    read = _sheet(inspection).read(typed)
    if read.wrong:
        raise RuleViolation("".join(read.wrong.values()))
    score = StopScore(judge=judge, stop=stop, client_id=client_id, comment=comment.strip(), total=read.total)
    score.marks = _kept(read)
    score.entered_at, score.recorded_at = min(entered_at, at), at
    _place(score)
    audit.record("stop_score.recorded", stop, by=by, at=at, changes={"版次": [None, score.sequence]})
    return score


def _judge(inspection: InspectionRound, by: User) -> Judge:
    judge = inspection.judges.filter(user=by).first()
    if judge is None or not by.duties.include(Duty.SCORE):
        raise NotAllowed("您不是本次观摩的评委，不能评分。")
    return judge


def _arrived_before(known: StopScore, judge: Judge, stop: Stop, read: Read) -> StopScore:
    if (known.judge_id, known.stop_id) != (judge.pk, stop.pk):
        raise RuleViolation("该评分编号已被另一份评分使用，请刷新页面后重新填写。")
    if _kept(read) != known.marks:
        raise RuleViolation("这一页此前已保存过一次，现在的分数与那次不同：请核对后再按一次“保存评分”。")
    return known


def _refuse_unless_scoring(inspection: InspectionRound, stop: Stop) -> None:
    state = InspectionRound.State(inspection.state)
    if state in (state.LOCKED, state.PUBLISHED):
        raise RuleViolation(f"“{inspection}”的评分已锁定，“{stop}”的这份评分没有收入；确需收入的，请联系区重点办。")
    if state != state.SCORING:
        raise RuleViolation(f"“{inspection}”还没有开始评分。")


def _kept(read: Read) -> dict[str, str]:
    return {key: plain(mark) for key, mark in read.marks.items()}


def _sheet(inspection: InspectionRound) -> Sheet:
    return Sheet.of(inspection.sheet.items if inspection.sheet else [])


def _place(score: StopScore) -> None:
    """Among the versions of this judge and stop: the current one, or at once superseded by what was entered later."""
    versions = StopScore.objects.filter(judge=score.judge, stop=score.stop)
    known = versions.current().first()
    score.sequence = versions.count() + 1
    if known and known.entered_at > score.entered_at:
        score.superseded_at = score.recorded_at
    elif known:
        versions.current().update(superseded_at=score.recorded_at)
    score.save()
