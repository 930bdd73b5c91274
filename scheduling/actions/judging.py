"""评委: groups with their weights, who judges, who is excused, and the beginning of the scoring."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.crypto import salted_hmac

from projects import audit
from projects.errors import NotAllowed, RuleViolation
from projects.models import User, duties_of
from projects.recorded import day_of
from projects.roles import Duty
from scheduling.judging import Panel, Terms
from scheduling.models import InspectionRound, Judge, JudgeGroup, Recusal, Stop, StopScore

from . import score_sheets
from .words import refuse_silence

State = InspectionRound.State
_BEFORE = (State.CHOOSING, State.ROUTED)


@transaction.atomic
def add_group(*, inspection: InspectionRound, name: str, weight: Decimal, by: User, at: datetime) -> JudgeGroup:
    """增加评委组; its weight counts in proportion to those of the others."""
    inspection = _opened(inspection, by, before_scoring=True)
    name = refuse_silence(name, "请填写评委组名称。")
    if weight <= 0:
        raise RuleViolation("权重须大于 0。")
    if inspection.judge_groups.filter(name=name).exists():
        raise RuleViolation(f"本次观摩已有“{name}”，请另起名称。")
    group = JudgeGroup.objects.create(round=inspection, name=name, weight=weight)
    audit.record("judge_group.added", group, by=by, at=at, changes=audit.in_words(None, group, ["name", "weight"]))
    return group


@transaction.atomic
def amend_group(*, group: JudgeGroup, name: str, weight: Decimal, by: User, at: datetime) -> None:
    """Rename it or weigh it anew; nobody may once marks are being given."""
    inspection = _opened(group.round, by, before_scoring=True)
    name = refuse_silence(name, "请填写评委组名称。")
    if weight <= 0:
        raise RuleViolation("权重须大于 0。")
    if inspection.judge_groups.filter(name=name).exclude(pk=group.pk).exists():
        raise RuleViolation(f"本次观摩已有“{name}”，请另起名称。")
    before = JudgeGroup.objects.get(pk=group.pk)
    group.name, group.weight = name, weight
    group.save(update_fields=["name", "weight"])
    changes = audit.in_words(before, group, ["name", "weight"])
    audit.record("judge_group.amended", group, by=by, at=at, changes=changes)


@transaction.atomic
def appoint(*, group: JudgeGroup, people: Iterable[User], by: User, at: datetime) -> list[Judge]:
    """聘请评委: people who hold the duty to score today. In an anonymous round all codes are drawn anew."""
    inspection = _opened(group.round, by)
    _refuse_once_anonymous_marks_came(inspection)
    made = [_appointed(inspection, group, user, by, at) for user in people]
    if not made:
        raise RuleViolation("请选择至少一名评委。")
    _draw_codes(inspection)
    return made


@transaction.atomic
def dismiss(*, judge: Judge, by: User, at: datetime) -> None:
    """Take out one who has given no mark."""
    inspection = _opened(judge.round, by)
    _refuse_once_anonymous_marks_came(inspection)
    if judge.scores.exists():
        raise RuleViolation(f"{judge}已有评分，不能移出；不宜评分的观摩点请登记回避。")
    audit.record("judge.dismissed", judge, by=by, at=at)
    judge.recusals.all().delete()
    judge.delete()
    _draw_codes(inspection)


@transaction.atomic
def recuse(*, judge: Judge, stop: Stop, reason: str, by: User, at: datetime) -> Recusal:
    """回避: declared by the judge or by the office. A mark given before does not count any more."""
    reason = refuse_silence(reason, "请写明回避理由。")
    inspection = _locked_row(judge.round)
    if by != judge.user and not by.duties.include(Duty.INSPECT):
        raise NotAllowed("回避由评委本人或区重点办登记。")
    _refuse_closed(inspection)
    if stop.round_id != inspection.pk:
        raise RuleViolation("该观摩点不在本次观摩中。")
    if judge.recusals.filter(stop=stop).exists():
        raise RuleViolation(f"“{stop}”的回避已登记。")
    made = Recusal.objects.create(judge=judge, stop=stop, reason=reason, by=by, at=at)
    changes = {"观摩点": [None, str(stop)], "回避理由": [None, reason]}
    audit.record("judge.recused", judge, by=by, at=at, changes=changes)
    return made


@transaction.atomic
def lift_recusal(*, recusal: Recusal, reason: str, by: User, at: datetime) -> None:
    """撤销误登记的回避; that of the own unit is the rule's and stays."""
    reason = refuse_silence(reason, "请写明撤销回避的理由。")
    inspection = _locked_row(recusal.judge.round)
    if not by.duties.include(Duty.INSPECT):
        raise NotAllowed("回避由区重点办撤销。")
    _refuse_closed(inspection)
    changes = {"观摩点": [str(recusal.stop), None], "撤销理由": [None, reason]}
    audit.record("judge.recusal_lifted", recusal.judge, by=by, at=at, changes=changes)
    recusal.delete()


@transaction.atomic
def begin(*, inspection: InspectionRound, by: User, at: datetime) -> None:
    """开始评分: by the sheet in force on the day of the tour. From then on neither weights nor the sheet change."""
    inspection = _opened(inspection, by)
    if inspection.state != State.ROUTED:
        said = InspectionRound.State(inspection.state).label
        raise RuleViolation(f"线路确定后才能开始评分；“{inspection}”现在是“{said}”。")
    panel = Panel.of(inspection)
    if not panel.stops:
        raise RuleViolation("还没有观摩点，请先选定。")
    if not panel.judges:
        raise RuleViolation("还没有评委，请先聘请。")
    if alone := [str(stop) for stop in panel.stops if not any(panel.is_due(judge, stop) for judge in panel.judges)]:
        raise RuleViolation(f"“{'”“'.join(alone)}”的评委全部须回避，请增加评委。")
    inspection.state = State.SCORING
    inspection.sheet = score_sheets.of_day(day_of(inspection.starts_at))
    inspection.save(update_fields=["state", "sheet"])
    changes = {"评委": [None, len(panel.judges)], "观摩点": [None, len(panel.stops)]}
    audit.record("inspection_round.scoring_begun", inspection, by=by, at=at, changes=changes)


def _appointed(inspection: InspectionRound, group: JudgeGroup, user: User, by: User, at: datetime) -> Judge:
    if not duties_of(user, on=day_of(at)).include(Duty.SCORE):
        raise RuleViolation(f"{user}今天没有“评委”任职，请先由安全管理员任命。")
    if inspection.judges.filter(user=user).exists():
        raise RuleViolation(f"{user}已是本次观摩的评委。")
    judge = Judge(round=inspection, group=group, user=user, added_by=by, added_at=at)
    judge.code = f"+{user.pk}"  # until the codes are drawn
    judge.save()
    audit.record("judge.appointed", judge, by=by, at=at, changes=audit.in_words(None, judge, ["group"]))
    return judge


def _draw_codes(inspection: InspectionRound) -> None:
    """Codes of an anonymous round follow a keyed lot: the same at every draw, and told by nobody without the key."""
    judges = list(inspection.judges.order_by("pk"))
    if Terms.of(inspection).is_anonymous:
        drawn = f"{inspection.pk}:{len(judges)}"
        judges.sort(key=lambda judge: salted_hmac(f"judge-code:{drawn}", str(judge.user_id)).hexdigest())
    _number(judges, "-")
    _number(judges, "")


def _number(judges: Sequence[Judge], before: str) -> None:
    """Twice, for two judges may not bear one code meanwhile."""
    for number, judge in enumerate(judges, start=1):
        judge.code = f"{before}{number:02}"
    Judge.objects.bulk_update(judges, ["code"])


def _opened(inspection: InspectionRound, by: User, *, before_scoring: bool = False) -> InspectionRound:
    if not by.duties.include(Duty.INSPECT):
        raise NotAllowed("评委由区重点办安排。")
    inspection = _locked_row(inspection)
    _refuse_closed(inspection)
    if before_scoring and inspection.state not in _BEFORE:
        raise RuleViolation("评分已开始，评委组和权重不能再改动。")
    return inspection


def _locked_row(inspection: InspectionRound) -> InspectionRound:
    return InspectionRound.objects.select_for_update(no_key=True).get(pk=inspection.pk)


def _refuse_closed(inspection: InspectionRound) -> None:
    if inspection.state not in (*_BEFORE, State.SCORING):
        said = State(inspection.state).label
        raise RuleViolation(f"“{inspection}”{said}，评委安排不能再改动。")


def _refuse_once_anonymous_marks_came(inspection: InspectionRound) -> None:
    """Who is added or taken out while codes have marks could be told by it."""
    if Terms.of(inspection).is_anonymous and StopScore.objects.filter(stop__round=inspection).exists():
        raise RuleViolation("匿名评分已有分数，增减评委会暴露评委身份，不能再增减。")
