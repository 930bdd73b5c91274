"""约谈和整改: an interview with its undertakings, items with a limit, evidence, re-inspection by another, 销号."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction

from projects import audit
from projects.errors import NotAllowed, RuleViolation
from projects.models import User
from projects.recorded import day_of
from projects.roles import Duty
from scheduling.measure_flow import ItemState, State, Verb
from scheduling.models import Interview, Measure, MeasureMove, RectificationItem

from .attachments import with_evidence
from .measure_moves import held, step, write_down
from .words import refuse_silence

Kind = MeasureMove.Kind
_ARRANGED = ["held_at", "place", "interviewees", "interviewers", "attendees"]


class Wanted(NamedTuple):
    """What is to be done, and by when."""

    text: str
    due_on: date


@transaction.atomic
def arrange(
    *,
    measure: Measure,
    held_at: datetime,
    place: str,
    interviewees: str,
    interviewers: str,
    attendees: str = "",
    by: User,
    at: datetime,
) -> Interview:
    """安排约谈: who, whom, when and where; the notice says so. Until the notice is out it may be arranged anew."""
    measure = held(measure)
    step(measure, Verb.ARRANGE, by=by)
    if held_at <= at:
        raise RuleViolation("约谈时间应晚于现在，请核对。")
    arranged = Interview.objects.filter(measure=measure).first() or Interview(measure=measure)
    said = {"place": place, "interviewees": interviewees, "interviewers": interviewers}
    for name, words in said.items():
        label = str(Interview._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # a column
        setattr(arranged, name, refuse_silence(words, f"请填写{label}。"))
    arranged.held_at, arranged.attendees = held_at, attendees.strip()
    arranged.save()
    write_down(measure, Kind.ARRANGED, text=f"{arranged.place}，约谈{arranged.interviewees}"[:500], by=by, at=at)
    audit.record("measure.interview_arranged", measure, by=by, at=at, changes=audit.in_words(None, arranged, _ARRANGED))
    return arranged


@transaction.atomic
def record(
    *,
    measure: Measure,
    held_at: datetime,
    attendees: str,
    demands: str,
    explanation: str,
    undertakings: Sequence[Wanted],
    by: User,
    at: datetime,
) -> Interview:
    """记录约谈: what was demanded, explained and promised; from then on nobody alters the record."""
    measure = held(measure)
    step(measure, Verb.RECORD, by=by)
    interview = Interview.objects.select_for_update(of=("self",)).get(measure=measure)
    if held_at > at:
        raise RuleViolation("约谈时间晚于现在；约谈之后再登记记录。")
    if not undertakings:
        raise RuleViolation("请至少登记一项承诺事项和完成期限；约谈不形成承诺的，没有可以复查的内容。")
    interview.held_at, interview.attendees = held_at, attendees.strip()
    interview.demands = refuse_silence(demands, "请填写要求与措施。")
    interview.explanation = refuse_silence(explanation, "请填写被约谈人的情况说明。")
    interview.recorded_by, interview.recorded_at = by, at
    interview.save()
    for each in undertakings:
        _add(measure, each, RectificationItem.Origin.UNDERTAKING, earliest=day_of(held_at), by=by, at=at)
    _limit(measure, State.UNDER_WAY)
    write_down(measure, Kind.RECORDED, text=interview.demands[:500], by=by, at=at)
    changes = audit.in_words(None, interview, [*_ARRANGED, "demands", "explanation"])
    audit.record("measure.interview_recorded", measure, by=by, at=at, changes=changes)
    return interview


@transaction.atomic
def demand(*, measure: Measure, text: str, due_on: date, by: User, at: datetime) -> RectificationItem:
    """提出整改事项: before the notice goes out, and while it is carried out, one by one."""
    measure = held(measure)
    step(measure, Verb.DEMAND, by=by)
    wanted = Wanted(text, due_on)
    item = _add(measure, wanted, RectificationItem.Origin.DEMAND, earliest=day_of(at), by=by, at=at)
    _limit(measure, State(measure.state))
    write_down(measure, Kind.DEMANDED, item=item, text=item.text, by=by, at=at)
    changes = audit.in_words(None, item, ["text", "due_on"])
    audit.record("measure.item_demanded", item, by=by, at=at, changes=changes)
    return item


@transaction.atomic
def hand_in(*, item: RectificationItem, report: str, by: User, at: datetime) -> None:
    """报送整改情况: by whoever carries it out, with what shows it."""
    item = _held(item)
    if not Measure.objects.filter(pk=item.measure_id).owed_by(by).exists():
        raise NotAllowed(f"整改情况由{item.measure.unit}审核人或项目责任人报送。")
    _refuse_state(item, ItemState.OPEN, "报送")
    if item.measure.state != State.UNDER_WAY:
        raise RuleViolation("通知书印发后再报送整改情况。")
    words = refuse_silence(report, "请写明完成情况，并上传佐证。")
    item.state, item.report = ItemState.HANDED_IN, with_evidence(words, item)
    item.handed_in_by, item.handed_in_at = by, at
    item.save(update_fields=["state", "report", "handed_in_by", "handed_in_at"])
    write_down(item.measure, Kind.HANDED_IN, item=item, text=item.report, by=by, at=at)
    audit.record("measure.item_handed_in", item, by=by, at=at, changes={"完成情况": [None, item.report]})


@transaction.atomic
def close_item(*, item: RectificationItem, opinion: str, by: User, at: datetime) -> None:
    """复查销号: found done, by somebody else than who handed it in."""
    item = _to_inspect(item, by)
    item.state, item.closed_by, item.closed_at = ItemState.CLOSED, by, at
    item.opinion = refuse_silence(opinion, "请写明复查意见，如“现场复查，已完成”。")
    item.save(update_fields=["state", "closed_by", "closed_at", "opinion"])
    write_down(item.measure, Kind.ITEM_CLOSED, item=item, text=item.opinion, by=by, at=at)
    audit.record("measure.item_closed", item, by=by, at=at, changes={"复查意见": [None, item.opinion]})


@transaction.atomic
def send_back(*, item: RectificationItem, opinion: str, by: User, at: datetime) -> None:
    """复查退回: not done, and why. Its limit stays."""
    item = _to_inspect(item, by)
    item.opinion = refuse_silence(opinion, "退回须写明哪里没有做到。")
    item.state, item.report, item.handed_in_by, item.handed_in_at = ItemState.OPEN, "", None, None
    item.save(update_fields=["state", "report", "handed_in_by", "handed_in_at", "opinion"])
    write_down(item.measure, Kind.SENT_BACK, item=item, text=item.opinion, by=by, at=at)
    audit.record("measure.item_sent_back", item, by=by, at=at, changes={"退回原因": [None, item.opinion]})


def may_hand_in(item: RectificationItem, by: User) -> bool:
    is_open = item.state == ItemState.OPEN and item.measure.state == State.UNDER_WAY
    return is_open and Measure.objects.filter(pk=item.measure_id).owed_by(by).exists()


def may_inspect(item: RectificationItem, by: User) -> bool:
    is_office = by.duties.include(Duty.PROPOSE_MEASURE)
    return is_office and item.state == ItemState.HANDED_IN and item.handed_in_by_id != by.pk


def _held(item: RectificationItem) -> RectificationItem:
    """Its measure is held first, so that both are moved in one order."""
    measure = held(Measure(pk=item.measure_id))
    found = RectificationItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    found.measure = measure
    return found


def _to_inspect(item: RectificationItem, by: User) -> RectificationItem:
    item = _held(item)
    if not by.duties.include(Duty.PROPOSE_MEASURE):
        raise NotAllowed("整改事项由区重点办复查销号。")
    _refuse_state(item, ItemState.HANDED_IN, "复查")
    if item.handed_in_by_id == by.pk:
        raise NotAllowed("报送整改情况的人不能自己复查，请由其他同志复查。")
    return item


def _refuse_state(item: RectificationItem, wanted: ItemState, what: str) -> None:
    if item.state != wanted:
        raise RuleViolation(f"“{item.text}”{item.get_state_display()}，不能{what}；请刷新页面。")


def _add(
    measure: Measure,
    wanted: Wanted,
    origin: RectificationItem.Origin,
    *,
    earliest: date,
    by: User,
    at: datetime,
) -> RectificationItem:
    text = refuse_silence(wanted.text, "请写明要完成的事项。")
    if wanted.due_on < earliest:
        raise RuleViolation(f"“{text}”的完成期限 {wanted.due_on.isoformat()} 早于{earliest.isoformat()}，请核对。")
    item = RectificationItem(measure=measure, origin=origin, text=text, due_on=wanted.due_on)
    item.added_by, item.added_at = by, at
    item.save(force_insert=True)
    return item


def _limit(measure: Measure, state: State) -> None:
    """The last of its items' days is its own."""
    last = measure.items.order_by("-due_on").values_list("due_on", flat=True).first()
    measure.state, measure.due_on = state, last
    measure.save(update_fields=["state", "due_on"])
