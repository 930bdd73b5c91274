"""督办单: proposed by the rule, issued by a person under a number of its colour, received and answered by the unit."""

from datetime import date, datetime

from django.db import transaction

from projects import audit
from projects.actions.numbering import next_number
from projects.errors import NotAllowed, RuleViolation
from projects.models import User
from projects.recorded import day_of
from projects.roles import Duty
from scheduling import decision_flow as flow
from scheduling.decision_flow import Verb
from scheduling.models import Decision, DecisionMove, Notice, SupervisionOrder
from scheduling.supervision import last_order, orders_due

from . import notices
from .decision_moves import locked, make, refuse_past
from .words import refuse_silence

_ISSUED = ["number", "unit", "due_on", "text"]


@transaction.atomic
def issue(*, decision: Decision, text: str, due_on: date, by: User, at: datetime) -> SupervisionOrder:
    """签发: of the colour after the last. Blue may be issued early, yellow and red only when they are due."""
    text = refuse_silence(text, "督办单须写明督办内容和要求。")
    if not by.duties.include(Duty.SUPERVISE):
        raise NotAllowed("督办单由区重点办签发。")
    refuse_past(due_on, at=at)
    decision = locked(decision)
    level = _level_to_issue(decision, at=at)
    order = SupervisionOrder(decision=decision, level=level, unit=decision.owner_unit, text=text, due_on=due_on)
    order.number = _number(level, year=day_of(at).year)
    order.issued_by, order.issued_at = by, at
    order.save()
    said = f"{order}，限 {due_on.isoformat()} 前办理"
    make(decision, Verb.SUPERVISE, DecisionMove.Kind.SUPERVISED, "decision.supervised", text=said, by=by, at=at)
    audit.record("supervision_order.issued", order, by=by, at=at, changes=audit.in_words(None, order, _ISSUED))
    title = f"{order}请签收，{due_on.isoformat()} 前回复"
    notice = Notice(kind=Notice.Kind.SUPERVISION, unit=order.unit, title=title, body=text, order=order)
    notices.issue(notice=notice, by=by, at=at)
    return order


@transaction.atomic
def receive(*, order: SupervisionOrder, by: User, at: datetime) -> None:
    """签收."""
    order = _locked_for(order, by)
    if order.received_at:
        raise RuleViolation(f"{order}已签收，请刷新页面。")
    order.received_by, order.received_at = by, at
    order.save(update_fields=["received_by", "received_at"])
    audit.record("supervision_order.received", order, by=by, at=at)


@transaction.atomic
def reply(*, order: SupervisionOrder, text: str, by: User, at: datetime) -> None:
    """回复: once, after it was received. It closes nothing; for that the closing is asked for."""
    text = refuse_silence(text, "请写明整改情况和完成时间。")
    order = _locked_for(order, by)
    if order.received_at is None:
        raise RuleViolation(f"{order}尚未签收，请先签收再回复。")
    if order.reply:
        raise RuleViolation(f"{order}已回复；后续情况请在事项中填报进展。")
    order.reply, order.replied_by, order.replied_at = text, by, at
    order.save(update_fields=["reply", "replied_by", "replied_at"])
    audit.record("supervision_order.answered", order, by=by, at=at, changes={"回复": [None, text]})


def _level_to_issue(decision: Decision, *, at: datetime) -> flow.Level:
    last = last_order(decision)
    level = flow.following(last.level if last else None)
    if level is None:
        raise RuleViolation(f"{decision.number}已发红色督办单，不再升级；仍未办理的，可提请约谈。")
    if last and orders_due([decision], on=day_of(at)).get(decision.pk) != level:
        until = max(decision.due_on, last.due_on).isoformat()
        raise RuleViolation(f"上一张督办单的期限未过（{until}），期满仍未办结的才能升级督办。")
    return level


def _number(level: flow.Level, *, year: int) -> str:
    colour = str(SupervisionOrder.Level(level).label)[0]
    return f"{colour}督〔{year}〕{next_number(kind=f'supervision_order_{level.lower()}', year=year)}号"


def _locked_for(order: SupervisionOrder, by: User) -> SupervisionOrder:
    if not SupervisionOrder.objects.addressed_to(by).filter(pk=order.pk).exists():
        raise NotAllowed(f"{order}由被督办单位{order.unit}或责任人签收和回复。")
    return SupervisionOrder.objects.select_for_update().get(pk=order.pk)
