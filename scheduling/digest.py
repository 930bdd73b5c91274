"""每日提醒: what one person owes, as the own page and the morning's mail say it; one line for each kind."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from projects.models import ApprovalStep, ChangeRequest, User
from projects.models.key_project import in_units_of
from projects.recorded import day_of
from projects.roles import Duty
from scheduling import reports_due, reviewing
from scheduling.missing import lacking_q, with_report
from scheduling.models import Decision, Notice, Problem, ProblemRequest, ReportPeriod
from scheduling.reporting import owing


class Owed(NamedTuple):
    """Something that waits for this person; ``url`` empty: nothing to open."""

    text: str
    url: str
    note: str = ""


def owed(user: User, *, at: datetime) -> Iterator[Owed]:
    """Everything, in a line each; a constant number of queries, however much it is."""
    if user.duties.include(Duty.REPORT_PROGRESS):
        yield from _reports(user, at=at)
    yield from _reviews(user, on=day_of(at))
    if user.duties.include(Duty.CARRY_OUT):
        yield from _decisions(user, on=day_of(at))
    yield from matters(user, at=at)


def matters(user: User, *, at: datetime) -> Iterator[Owed]:
    """What the own page says in the same words: change requests, chasing, problems, notices."""
    on = day_of(at)
    yield from _change_requests(user, on=on)
    if user.duties.include(Duty.CHASE):
        yield from _chasing(user, at=at)
    if user.duties.include(Duty.HANDLE_PROBLEM):
        yield from _problems(user, on=on)
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
    waiting = [due for due in reports_due.due_of(user, at=at) if due.waits_for_the_lead]
    found = {"count": len(waiting), "late": sum(due.version is not None for due in waiting)}
    yield from _line(found, _("%(count)d 份进度填报待报送"), reverse("weekly_reports"), _("其中 %(late)d 份被退回"))


def _chasing(user: User, *, at: datetime) -> Iterator[Owed]:
    """Past due and not locked: the projects of the own units that still owe a report."""
    for period in ReportPeriod.objects.open(at=at).filter(due_at__lte=at).order_by("-due_at")[:1]:
        led = owing(period, known_at=None)
        if not user.duties.include(Duty.EDIT_REGISTER):
            led = led.filter(in_units_of(user.duties, Duty.CHASE))
        found = {"count": with_report(led, period).filter(lacking_q()).count(), "late": 0}
        url = f"{reverse('missing_reports')}?period={period.pk}"
        yield from _line(found, _("%(count)d 个项目的%(period)s已过截止时刻仍未报送，可以催报"), url, period=period)


def _reviews(user: User, *, on: date) -> Iterator[Owed]:
    people = reviewing.reviewers(user, on=on)
    count = reviewing.waiting(reviewing.reviewable(people), by=user).count() if people else 0
    yield from _line({"count": count, "late": 0}, _("%(count)d 份填报待审核"), reverse("review_desk"))


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
    found = _late(Decision.objects.carried_out_by(user), Q(due_on__lt=on))
    url = f"{reverse('decision_list')}?side=mine"
    yield from _line(found, _("%(count)d 项交办事项由您或本单位办理"), url, _("其中 %(late)d 项已逾期"))


def _notices(user: User) -> Iterator[Owed]:
    unread = Notice.objects.addressed_to(user).unread()
    yield from _line(_late(unread), _("%(count)d 份通知未阅知"), reverse("notice_list"))


def _late(rows: "QuerySet[Any]", late: Q | None = None) -> dict[str, int]:
    return rows.aggregate(count=Count("pk", distinct=True), late=Count("pk", late or Q(pk__in=[]), distinct=True))


def _line(found: dict[str, int], text: str, url: str, note: str = "", **said: object) -> Iterator[Owed]:
    if found["count"]:
        yield Owed(text % {**found, **said}, url, note % found if found["late"] else "")
