"""待办: what one person owes and by when, worded once for the own page and for the morning's mail."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from projects.models import ApprovalStep, ChangeRequest, LedgerImport, PlanVersion, Substitute, User
from projects.models.key_project import in_units_of
from projects.recorded import day_of
from projects.roles import Duty
from scheduling import reports_due, reviewing, task_forces
from scheduling.counting import Rows
from scheduling.missing import lacking_q, with_report
from scheduling.models import FinishForecast, Notice, Problem, ProblemRequest, ReportPeriod, ServiceRequest
from scheduling.owed_assessments import of_assessments
from scheduling.owed_dispatch import of_dispatch
from scheduling.owed_inspections import of_inspections
from scheduling.owed_lights import of_lights
from scheduling.owed_lines import Counted, Line, Note, Owed
from scheduling.owed_measures import of_measures
from scheduling.owed_scoring import of_scoring
from scheduling.reporting import owing
from scheduling.reports_due import Due

_REPORTS_NAMED = 5
Owing = Callable[[User, Sequence[User], datetime], Iterable[Line]]
_also: list[Owing] = []
_READS = (Duty.READ_DISTRICT, Duty.READ_UNIT, Duty.READ_OWN)


def owes_also(lines: Owing) -> None:
    """The port for apps above: in their ``ready()`` they say what else a person owes, himself or for his principals."""
    if lines not in _also:
        _also.append(lines)


def owes(user: User, *, at: datetime) -> Iterator[Line]:
    """Everything that waits for this person. Each role's part is asked for only by those who hold it."""
    on, duties = day_of(at), user.duties
    yield from of_scoring(user)
    if not any(map(duties.include, _READS)):
        return
    principals = Substitute.objects.principals_of(user, on=on)
    if duties.include(Duty.REPORT_PROGRESS):
        yield from _reports(user, at=at)
    yield from _reviews([user, *principals], by=user)
    yield from _change_requests(user, principals, on=on)
    if duties.include(Duty.CHASE):
        yield from _chasing(user, at=at)
    if duties.include(Duty.HANDLE_PROBLEM):
        yield from _problems(user, on=on)
    yield from of_dispatch(user, at=at)
    yield from of_lights(user, on=on)
    yield from of_measures(user, at)
    yield from of_assessments(user, on=on)
    yield from of_inspections(user, on=on)
    yield Counted(_("%(count)d 份通知未阅知"), reverse("notice_list"), Notice.objects.addressed_to(user).unread())
    yield from _of_task_forces(user, on=on)
    if duties.include(Duty.APPROVE_PLAN):
        yield from _plans_to_decide(user)
    if duties.include(Duty.IMPORT_LEDGER):
        yield _mappings_to_check(user)
        yield from _imports_to_settle()
    for lines in _also:
        yield from lines(user, principals, at)


def watches(user: User, *, on: date) -> Iterator[Line]:
    """What this person keeps an eye on while it is with others: for the own page, no reason to be reminded."""
    if user.duties.include(Duty.READ_DISTRICT):
        late = ApprovalStep.objects.waiting().overdue(on=on)
        requests = ChangeRequest.objects.filter(pk__in=late.values("request"))
        url = f"{reverse('change_request_list')}?tab=open&late=on"
        yield Counted(_("全区有 %(count)d 项变更申请超过办理期限"), url, requests)
    if user.duties.include(Duty.KEEP_SERVICE_LOG):
        followed = task_forces.followed_by(user)
        late_requests = ServiceRequest.objects.overdue(on=on).filter(task_force__in=followed)
        notes = [Note(_("%(found)s 项诉求超过办理期限"), Rows(late_requests))]
        yield Counted(_("%(count)d 个工作专班"), reverse("task_force_list"), followed, notes)
    if user.duties.include(Duty.READ_OWN):
        own = Q(project__responsible_person=user) | Q(project__liaison=user)
        warned = FinishForecast.objects.warned().filter(own)
        yield Counted(_("%(count)d 个负责的项目有完工预警"), reverse("warning_list"), warned)
    if user.duties.include(Duty.DRAFT_PLAN):
        yield from _plans_in_work()


def _reports(user: User, *, at: datetime) -> Iterator[Owed]:
    """What came back by name, and the rest by name while they are few."""
    owed = [due for due in reports_due.due_of(user, at=at) if due.waits_for_the_lead]
    few = len(owed) <= _REPORTS_NAMED
    yield from (_report(due, at=at) for due in owed if few or due.version)
    rest = [] if few else [due for due in owed if not due.version]
    if rest:
        first = min(rest, key=lambda due: due.period.due_at)
        text = _("%(count)d 个项目待报周报") % {"count": len(rest)}
        yield Owed(text, reverse("weekly_reports"), reports_due.until_said(first, at=at))


def _report(due: Due, *, at: datetime) -> Owed:
    said = {"name": due.project.name, "kind": due.period.get_kind_display(), "note": due.return_note}
    text = _("“%(name)s”%(kind)s被退回：%(note)s") if due.version else _("“%(name)s”待报%(kind)s")
    return Owed(text % said, reports_due.form_url(due.project, due.period), reports_due.until_said(due, at=at))


def _reviews(people: Sequence[User], *, by: User) -> Iterator[Counted]:
    if reviewers := reviewing.allowed(people):
        rows = reviewing.waiting(reviewing.reviewable(reviewers), by=by)
        yield Counted(_("%(count)d 份填报待审核"), reverse("review_desk"), rows)


def _change_requests(user: User, principals: Sequence[User], *, on: date) -> Iterator[Counted]:
    inbox, waiting = reverse("change_request_list"), ApprovalStep.objects.awaiting_one_of(user, principals)
    notes = [Note(_("其中 %(found)s 项已超过办理期限"), Rows(waiting.overdue(on=on)))]
    yield Counted(_("%(count)d 项变更申请等待您办理"), f"{inbox}?tab=mine", waiting, notes)
    returned = ChangeRequest.objects.filter(requested_by=user, state=ChangeRequest.State.RETURNED)
    yield Counted(_("%(count)d 项变更申请被退回，请修改后重新报送"), f"{inbox}?tab=sent", returned)


def _chasing(user: User, *, at: datetime) -> Iterator[Counted]:
    """Past due and not locked: the projects of the own units that still owe a report."""
    for period in ReportPeriod.objects.open(at=at).filter(due_at__lte=at).order_by("-due_at")[:1]:
        led = owing(period, known_at=None)
        if not user.duties.include(Duty.EDIT_REGISTER):
            led = led.filter(in_units_of(user.duties, Duty.CHASE))
        text = _("%(count)d 个项目的%(period)s已过截止时刻仍未报送，可以催报")
        url, lacking = f"{reverse('missing_reports')}?period={period.pk}", with_report(led, period).filter(lacking_q())
        yield Counted(text, url, lacking, said={"period": period})


def _problems(user: User, *, on: date) -> Iterator[Counted]:
    page = reverse("problem_list")
    asked = ProblemRequest.objects.unanswered().addressed_to(user).exclude(asked_by=user)
    notes = [Note(_("其中 %(found)s 项已超过答复期限"), Rows(asked.overdue(on=on)))]
    yield Counted(_("%(count)d 项协调请求等待本单位答复"), f"{page}?only=asked", asked, notes)
    going_up = Problem.objects.escalation_waits_for(user)
    yield Counted(_("%(count)d 项问题建议升级，请确认"), f"{page}?only=up", going_up)
    word = Problem.objects.awaiting_word_of(user)
    yield Counted(_("%(count)d 项问题申请销号，等您确认"), f"{page}?state=AWAITING_CHECK&only=word", word)


def _of_task_forces(user: User, *, on: date) -> Iterator[Owed]:
    if user.duties.include(Duty.REPORT_PROGRESS):
        for project in task_forces.lines_due(user, on=on):
            said = _("“%(name)s”今日日报未填") % {"name": project.name}
            yield Owed(said, reverse("daily_line_say", args=[project.code]))
    if user.duties.include(Duty.KEEP_SERVICE_LOG):
        for code, name, count, late in task_forces.handled_by(user, on=on):
            note = _("其中 %(late)d 项超过办理期限") % {"late": late} if late else ""
            text = _("“%(name)s”专班 %(count)d 项诉求由您承办") % {"name": name, "count": count}
            yield Owed(text, f"{reverse('task_force', args=[code])}#requests", note)


def _plans_to_decide(user: User) -> Iterator[Owed]:
    for version in PlanVersion.objects.awaiting(user).select_related("plan", "submitted_by"):
        note = _("%(name)s报批") % {"name": version.submitted_by} if version.submitted_by else ""
        yield Owed(_("%(version)s等待您批准") % {"version": version}, _plan_url(version), note)


def _plans_in_work() -> Iterator[Owed]:
    said = {
        PlanVersion.State.DRAFT: _("%(version)s正在编制"),
        PlanVersion.State.RETURNED: _("%(version)s已退回，请修改后再报批"),
        PlanVersion.State.SUBMITTED: _("%(version)s已报批，等待批准"),
    }
    for version in PlanVersion.objects.in_work().select_related("plan"):
        text = said[PlanVersion.State(version.state)] % {"version": version}
        yield Owed(text, _plan_url(version), version.decision_note)


def _plan_url(version: PlanVersion) -> str:
    return reverse("plan_version", args=[version.plan.year, version.number])


def _imports_to_settle() -> Iterator[Owed]:
    undecided = Count("vanished", filter=Q(vanished__decision=""))
    imports = LedgerImport.objects.filter(is_dry_run=False, undone_at__isnull=True).annotate(undecided=undecided)
    for each in imports.filter(undecided__gt=0).select_related("file"):
        said = {"name": each.file.name, "count": each.undecided}
        text = _("台账导入“%(name)s”有 %(count)d 行在新台账中消失，等待处理") % said
        yield Owed(text, reverse("ledger_import", args=[each.pk]))


def _mappings_to_check(user: User) -> Counted:
    waiting = LedgerImport.objects.filter(state=LedgerImport.State.MAPPING, requested_by=user)
    return Counted(_("%(count)d 份台账等待核对列对应"), reverse("ledger_import_list"), waiting)
