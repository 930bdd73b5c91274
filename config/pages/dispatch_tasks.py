"""我的: what meetings, decisions and supervision orders wait for from this person."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.figures import compact_date
from projects.models import User
from projects.recorded import day_of
from projects.roles import Duty
from scheduling.models import AgendaItem, Decision, SupervisionOrder
from scheduling.supervision import orders_due


class DispatchTask(NamedTuple):
    text: str
    url: str
    note: str = ""


def dispatch_tasks(user: User, *, at: datetime) -> Iterator[DispatchTask]:
    """Three questions for those who carry out, one for those who gave out, three for those who supervise."""
    if user.duties.include(Duty.CARRY_OUT):
        yield from _orders(user, at=at)
        yield from _in_my_court(user, at=at)
        yield from _inputs(user, at=at)
    if user.duties.include(Duty.CLOSE_OUT):
        yield from _to_check(user)
    if user.duties.include(Duty.SUPERVISE):
        yield from _to_supervise(at=at)


def _orders(user: User, *, at: datetime) -> Iterator[DispatchTask]:
    for order in SupervisionOrder.objects.addressed_to(user).unanswered():
        said = _("%(order)s等待您签收") if order.received_at is None else _("%(order)s等待您回复")
        late = order.due_on < day_of(at)
        note = (_("督办期限 %s，已过") if late else _("督办期限 %s")) % compact_date(order.due_on)
        yield DispatchTask(said % {"order": order}, reverse("supervision_order", args=[order.pk]), note)


def _in_my_court(user: User, *, at: datetime) -> Iterator[DispatchTask]:
    unreceived = Q(state=Decision.State.AWAITING_RECEIPT)
    mine = Decision.objects.carried_out_by(user).with_owner()
    found = mine.aggregate(
        unreceived=Count("pk", filter=unreceived),
        in_hand=Count("pk", filter=~unreceived),
        returned=Count("pk", filter=Q(state=Decision.State.REDO)),
        late=Count("pk", filter=~unreceived & Q(due_on__lt=day_of(at))),
        first=Min("due_on", filter=~unreceived),
    )
    url = f"{reverse('decision_list')}?side=mine"
    if found["unreceived"]:
        yield DispatchTask(_("%(unreceived)d 项交办事项等待您签收") % found, f"{url}&state=AWAITING_RECEIPT")
    if found["in_hand"]:
        notes = [_("最早 %s 到期") % compact_date(found["first"])]
        notes += [_("逾期 %(late)d 项") % found] if found["late"] else []
        notes += [_("退回重办 %(returned)d 项") % found] if found["returned"] else []
        yield DispatchTask(_("%(in_hand)d 项交办事项在您手上办理") % found, url, "，".join(notes))


def _inputs(user: User, *, at: datetime) -> Iterator[DispatchTask]:
    waiting = AgendaItem.objects.answered_by(user).awaiting_input(at=at)
    meetings = waiting.order_by("meeting__inputs_due_at").values_list(
        "meeting", "meeting__title", "meeting__inputs_due_at"
    )
    for meeting, title, due_at, count in meetings.annotate(count=Count("pk")):
        text = _("“%(title)s”有 %(count)d 项议题等待您报送材料") % {"title": title, "count": count}
        note = _("%s 截止") % f"{timezone.localtime(due_at):%Y-%m-%d %H:%M}"
        yield DispatchTask(text, reverse("meeting", args=[meeting]), note)


def _to_check(user: User) -> Iterator[DispatchTask]:
    """Not those of which this person is the owner, or asked for the closing: others have to check them."""
    waiting = Decision.objects.given_by(user).awaiting_issuer()
    waiting = waiting.exclude(owner_person=user).exclude(close_asked_by=user)
    found = waiting.aggregate(count=Count("pk"), closing=Count("pk", filter=Q(state=Decision.State.AWAITING_CHECK)))
    if found["closing"]:
        yield DispatchTask(
            _("%(closing)d 项交办事项申请销号，等待您核实") % found, f"{reverse('decision_list')}?side=check"
        )
    if others := found["count"] - found["closing"]:
        text = _("%(count)d 项交办事项申请延期，等待您审批") % {"count": others}
        yield DispatchTask(text, f"{reverse('decision_list')}?side=check")


def _to_supervise(*, at: datetime) -> Iterator[DispatchTask]:
    due = orders_due(Decision.objects.with_owner(), on=day_of(at))
    if due:
        text = _("%(count)d 项交办事项建议签发督办单") % {"count": len(due)}
        yield DispatchTask(text, reverse("supervision_order_list"))
