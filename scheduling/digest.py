"""每日提醒: what one person owes, as the own page and the morning's mail say it; one line for each kind."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from projects.models import ApprovalStep, ChangeRequest, User
from projects.models.key_project import in_units_of
from projects.recorded import day_of
from projects.roles import Duty
from scheduling.missing import lacking_q, with_report
from scheduling.models import Decision, Notice, Problem, ProblemRequest, ProgressVersion, ReportPeriod
from scheduling.models.answering import answered_for
from scheduling.reporting import owing


class Owed(NamedTuple):
    """Something that waits for this person; ``url`` empty: nothing to open."""

    text: str
    url: str
    note: str = ""


def owed(user: User, *, at: datetime) -> Iterator[Owed]:
    """A constant number of queries, however much is owed."""
    on = day_of(at)
    yield from _change_requests(user, on=on)
    if user.duties.include(Duty.REPORT_PROGRESS):
        yield from _reports(user, at=at)
    if user.duties.include(Duty.CHASE):
        yield from _chasing(user, at=at)
    if user.duties.include(Duty.REVIEW_REPORT):
        yield from _reviews(user)
    if user.duties.include(Duty.HANDLE_PROBLEM):
        yield from _problems(user, on=on)
    if user.duties.include(Duty.CARRY_OUT):
        yield from _decisions(user, on=on)
    yield from _notices(user)


def _change_requests(user: User, *, on: date) -> Iterator[Owed]:
    inbox, waiting = reverse("change_request_list"), ApprovalStep.objects.awaiting(user, on=on)
    yield from _line(
        _late(waiting, Q(due_on__lt=on)),
        _("%(count)d 项变更申请等待您办理"),
        f"{inbox}?tab=mine",
        _("其中 %(late)d 项已超过办理期限"),
    )
    returned = ChangeRequest.objects.filter(requested_by=user, state=ChangeRequest.State.RETURNED)
    yield from _line(_late(returned), _("%(count)d 项变更申请被退回，请修改后重新报送"), f"{inbox}?tab=sent")


def _reports(user: User, *, at: datetime) -> Iterator[Owed]:
    """The reports of the period that is due today or tomorrow, or is past due and not locked."""
    soon = at + timedelta(days=1)
    for period in ReportPeriod.objects.open(at=at).filter(due_at__lte=soon).order_by("due_at")[:2]:
        own = owing(period, known_at=None).filter(Q(responsible_person=user) | Q(liaison=user))
        counted = with_report(own, period).filter(lacking_q())
        found = counted.aggregate(count=Count("pk"), late=Count("pk", Q(is_returned=True)))
        text = _("%(count)d 个项目的%(period)s还没有报送")
        yield from _line(found, text, reverse("my_page"), _("其中 %(late)d 个被退回，须修改重报"), period=period)


def _chasing(user: User, *, at: datetime) -> Iterator[Owed]:
    """Past due and not locked: the projects of the own units that still owe a report."""
    for period in ReportPeriod.objects.open(at=at).filter(due_at__lte=at).order_by("-due_at")[:1]:
        led = owing(period, known_at=None)
        if not user.duties.include(Duty.EDIT_REGISTER):
            led = led.filter(in_units_of(user.duties, Duty.CHASE))
        found = {"count": with_report(led, period).filter(lacking_q()).count(), "late": 0}
        url = f"{reverse('missing_reports')}?period={period.pk}"
        yield from _line(found, _("%(count)d 个项目的%(period)s已过截止时刻仍未报送，可以催报"), url, period=period)


def _reviews(user: User) -> Iterator[Owed]:
    waiting = ProgressVersion.objects.current().filter(
        answered_for(user, "report__project__lead_unit"), state=ProgressVersion.State.SUBMITTED
    )
    found = _late(waiting.exclude(submitted_by=user))
    yield from _line(found, _("%(count)d 份进度填报等待您审核"), reverse("my_page"))


def _problems(user: User, *, on: date) -> Iterator[Owed]:
    page = reverse("problem_list")
    asked = ProblemRequest.objects.unanswered().addressed_to(user).exclude(asked_by=user)
    yield from _line(
        _late(asked, Q(answer_due_on__lt=on)),
        _("%(count)d 项协调请求等待本单位答复"),
        f"{page}?only=asked",
        _("其中 %(late)d 项已超过答复期限"),
    )
    going_up = Problem.objects.escalation_waits_for(user)
    yield from _line(_late(going_up), _("%(count)d 项问题建议升级，请确认"), f"{page}?only=up")
    word = Problem.objects.awaiting_word_of(user)
    yield from _line(_late(word), _("%(count)d 项问题申请销号，等您确认"), f"{page}?state=AWAITING_CHECK&only=word")


def _decisions(user: User, *, on: date) -> Iterator[Owed]:
    """议定事项 to be received, carried out or done again by this person or the own unit."""
    ours = answered_for(user, "owner_unit") & Q(owner_person__isnull=True)
    states = Decision.State
    in_court = Decision.objects.filter(
        Q(owner_person=user) | ours, state__in=[states.AWAITING_RECEIPT, states.IN_HAND, states.REDO]
    )
    text, late = _("%(count)d 项交办事项由您或本单位办理"), _("其中 %(late)d 项已逾期")
    yield from _line(_late(in_court, Q(due_on__lt=on)), text, reverse("my_page"), late)


def _notices(user: User) -> Iterator[Owed]:
    unread = Notice.objects.addressed_to(user).unread()
    yield from _line(_late(unread), _("%(count)d 份通知未阅知"), reverse("notice_list"))


def _late(rows: "QuerySet[Any]", late: Q | None = None) -> dict[str, int]:
    return rows.aggregate(count=Count("pk", distinct=True), late=Count("pk", late or Q(pk__in=[]), distinct=True))


def _line(found: dict[str, int], text: str, url: str, note: str = "", **said: object) -> Iterator[Owed]:
    if found["count"]:
        yield Owed(text % {**found, **said}, url, note % found if found["late"] else "")
