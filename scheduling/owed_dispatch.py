"""待办 of meetings, decisions and supervision orders: of those who carry out, who gave out, and who supervise."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import Count, Q, Subquery
from django.urls import reverse
from django.utils.timezone import localtime  # noqa: TID251 - given its moment
from django.utils.translation import gettext as _

from projects.figures import compact_date
from projects.models import User
from projects.recorded import day_of
from projects.roles import Duty
from scheduling.counting import Rows
from scheduling.models import AgendaItem, Decision, SupervisionOrder
from scheduling.owed_lines import Counted, Line, Note, Owed
from scheduling.supervision import orders_due

State = Decision.State


def of_dispatch(user: User, *, at: datetime) -> Iterator[Line]:
    """Two queries for those who carry out, three for those who supervise, none for the rest but the counts."""
    if user.duties.include(Duty.CARRY_OUT):
        yield from _orders(user, on=day_of(at))
        yield from _in_my_court(user, on=day_of(at))
        yield from _inputs(user, at=at)
    if user.duties.include(Duty.CLOSE_OUT):
        yield from _to_check(user)
    if user.duties.include(Duty.SUPERVISE):
        yield from _to_supervise(on=day_of(at))


def _orders(user: User, *, on: date) -> Iterator[Owed]:
    for order in SupervisionOrder.objects.addressed_to(user).unanswered():
        said = _("%(order)s等待您签收") if order.received_at is None else _("%(order)s等待您回复")
        note = (_("督办期限 %s，已过") if order.due_on < on else _("督办期限 %s")) % compact_date(order.due_on)
        yield Owed(said % {"order": order}, reverse("supervision_order", args=[order.pk]), note)


def _in_my_court(user: User, *, on: date) -> Iterator[Counted]:
    unreceived, url = Q(state=State.AWAITING_RECEIPT), f"{reverse('decision_list')}?side=mine"
    mine = Decision.objects.carried_out_by(user).with_owner()
    new, in_hand = mine.filter(unreceived), mine.exclude(unreceived)
    yield Counted(_("%(count)d 项交办事项等待您签收"), f"{url}&state=AWAITING_RECEIPT", new)
    notes = [
        Note(_("最早 %(found)s 到期"), Subquery(in_hand.order_by("due_on").values("due_on")[:1])),
        Note(_("逾期 %(found)s 项"), Rows(in_hand.overdue(on=on))),
        Note(_("退回重办 %(found)s 项"), Rows(in_hand.filter(state=State.REDO))),
    ]
    yield Counted(_("%(count)d 项交办事项在您手上办理"), url, in_hand, notes)


def _inputs(user: User, *, at: datetime) -> Iterator[Owed]:
    waiting = AgendaItem.objects.answered_by(user).awaiting_input(at=at)
    meetings = waiting.order_by("meeting__inputs_due_at").values_list(
        "meeting", "meeting__title", "meeting__inputs_due_at"
    )
    for meeting, title, due_at, count in meetings.annotate(count=Count("pk")):
        text = _("“%(title)s”有 %(count)d 项议题等待您报送材料") % {"title": title, "count": count}
        yield Owed(text, reverse("meeting", args=[meeting]), _("%s 截止") % f"{localtime(due_at):%Y-%m-%d %H:%M}")


def _to_check(user: User) -> Iterator[Counted]:
    """Not those of which this person is the owner, or asked for the closing: others have to check them."""
    url, closing = f"{reverse('decision_list')}?side=check", Q(state=State.AWAITING_CHECK)
    waiting = Decision.objects.given_by(user).awaiting_issuer()
    waiting = waiting.exclude(owner_person=user).exclude(close_asked_by=user)
    yield Counted(_("%(count)d 项交办事项申请销号，等待您核实"), url, waiting.filter(closing))
    yield Counted(_("%(count)d 项交办事项申请延期，等待您审批"), url, waiting.exclude(closing))


def _to_supervise(*, on: date) -> Iterator[Owed]:
    if due := orders_due(Decision.objects.with_owner(), on=on):
        text = _("%(count)d 项交办事项建议签发督办单") % {"count": len(due)}
        yield Owed(text, reverse("supervision_order_list"))
