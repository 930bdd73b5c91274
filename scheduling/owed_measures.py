"""待办 of 结果运用: what waits for a decision, what the office has to send, record or inspect, and what a unit owes."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from projects.models import User
from projects.recorded import day_of
from projects.roles import Duty
from scheduling import measure_flow as flow
from scheduling.counting import Rows
from scheduling.models import Measure, RectificationItem
from scheduling.owed_lines import Counted, Line, Note


def of_measures(user: User, at: datetime) -> Iterator[Line]:
    """Only counts: no query of its own."""
    page, duties = reverse("measure_list"), user.duties
    if duties.include(Duty.APPROVE_MEASURE):
        text = _("%(count)d 项结果运用建议等待您审定")
        yield Counted(text, f"{page}?tab=proposed", Measure.objects.decidable_by(user))
    if duties.include(Duty.PROPOSE_MEASURE):
        yield from _of_office(user, page)
    if duties.include(Duty.CARRY_OUT_MEASURE):
        yield from _of_owner(user, page, on=day_of(at))


def _of_office(user: User, page: str) -> Iterator[Line]:
    approved = Measure.objects.filter(state=flow.State.APPROVED)
    yield Counted(_("%(count)d 项结果运用已批准，待发提醒或通知书"), f"{page}?tab=open", approved)
    called = Measure.objects.filter(kind=Measure.Kind.INTERVIEW, state=flow.State.NOTIFIED)
    yield Counted(_("%(count)d 项约谈已通知，约谈后请登记记录"), f"{page}?tab=open&kind=INTERVIEW", called)
    handed_in = RectificationItem.objects.filter(state=flow.ItemState.HANDED_IN).exclude(handed_in_by=user)
    yield Counted(_("%(count)d 项整改情况等待复查"), f"{page}?tab=open", handed_in)


def _of_owner(user: User, page: str, *, on: date) -> Iterator[Line]:
    mine = Measure.objects.owed_by(user)
    to_explain = mine.filter(state=flow.State.NOTIFIED, kind=Measure.Kind.REMINDER)
    yield Counted(_("%(count)d 项提醒等待书面说明"), f"{page}?tab=open&kind=REMINDER", to_explain)
    items = RectificationItem.objects.owed().filter(measure__in=mine.values("pk"))
    notes = [
        Note(_("最早 %(found)s 到期"), Subquery(items.order_by("due_on").values("due_on")[:1])),
        Note(_("逾期 %(found)s 项"), Rows(items.overdue(on=on))),
    ]
    yield Counted(_("%(count)d 项承诺、整改事项在您手上办理"), f"{page}?tab=open", items, notes)
