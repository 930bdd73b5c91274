"""我的: what do I owe, by when? Each role's part is asked for only by those who hold it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from config.pages.dispatch_tasks import dispatch_tasks
from projects import figures, lockouts
from projects.gate import READERS, SignedInRequest
from projects.models import (
    ApprovalStep,
    AuditEvent,
    ChangeRequest,
    KeyProject,
    LedgerImport,
    PlanVersion,
    Post,
    User,
)
from projects.models.key_project import KeyProjectQuerySet
from projects.roles import ADMINISTRATORS, Duty, Role
from scheduling import reports_due, reviewing, waiting
from scheduling.reports_due import Due
from scheduling.views import report_words
from scheduling.waiting import Waiting

_SHOWN = 30
_SHOWN_OF_DISTRICT = 10
_REPORTS_NAMED = 5


class Task(NamedTuple):
    """Something that waits for this person; ``url`` empty: nothing to open."""

    text: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Section:
    """Projects of one kind, what is due of each, the longest waiting first."""

    title: str
    note: str
    rows: list[dict[str, object]]
    more_url: str = ""


def my_page(request: SignedInRequest) -> HttpResponse:
    on, user = timezone.localdate(), request.user
    reads = any(user.duties.include(duty) for duty in READERS)
    shown = {
        "title": _("我的"),
        "as_of": _("截至%(day)s") % {"day": figures.chinese_date(on)},
        "tasks": [*_tasks(user, at=timezone.now())],
        "figures": _figures(user, on=on) if reads else [],
        "sections": [*_sections(user, on=on)] if reads else [],
        "is_administrator": bool(user.duties.roles & ADMINISTRATORS),
    }
    return render(request, "pages/my_page.html", shown)


def _tasks(user: User, *, at: datetime) -> Iterator[Task]:
    if user.duties.include(Duty.REPORT_PROGRESS):
        yield from _reports(user, at=at)
    if any(user.duties.include(duty) for duty in READERS):
        yield from _requests(user, on=timezone.localtime(at).date())
        yield from _reports_to_review(user, on=timezone.localtime(at).date())
        yield from (Task(*task) for task in dispatch_tasks(user, at=at))
    if user.duties.include(Duty.APPROVE_PLAN):
        yield from _plans_to_decide(user)
    if user.duties.include(Duty.DRAFT_PLAN):
        yield from _plans_in_work()
    if user.duties.include(Duty.IMPORT_LEDGER):
        yield from _imports_to_settle()
    if user.duties.include(Duty.MANAGE_ACCOUNTS):
        yield from _accounts(at=at)
    if user.duties.include(Duty.GRANT_ROLES):
        yield from _people_without_posts(on=timezone.localtime(at).date())
    if user.duties.include(Duty.READ_AUDIT):
        yield from _unsealed()


def _reports(user: User, *, at: datetime) -> Iterator[Task]:
    """What is to be reported: what came back by name, and the rest by name while they are few."""
    owed = [due for due in reports_due.due_of(user, at=at) if due.waits_for_the_lead]
    few = len(owed) <= _REPORTS_NAMED
    yield from (_report(due, at=at) for due in owed if few or due.version)
    rest = [] if few else [due for due in owed if not due.version]
    if rest:
        note = report_words.row(min(rest, key=lambda due: due.period.due_at), at=at)["due"]
        yield Task(_("%(count)d 个项目待报周报") % {"count": len(rest)}, reverse("weekly_reports"), note)


def _report(due: Due, *, at: datetime) -> Task:
    row = report_words.row(due, at=at)
    said = {"name": row["name"], "kind": due.period.get_kind_display(), "note": row["note"]}
    text = _("“%(name)s”%(kind)s被退回：%(note)s") if due.version else _("“%(name)s”待报%(kind)s")
    return Task(text % said, row["url"], row["due"])


def _requests(user: User, *, on: date) -> Iterator[Task]:
    """Requests in one's own court; and, for those over the whole district, those that stay with others too long."""
    inbox = reverse("change_request_list")
    mine = ApprovalStep.objects.awaiting(user, on=on).aggregate(count=Count("pk"), late=Count("pk", Q(due_on__lt=on)))
    if mine["count"]:
        note = _("其中 %(late)d 项已超过办理期限") % mine if mine["late"] else ""
        yield Task(_("%(count)d 项变更申请等待您办理") % mine, f"{inbox}?tab=mine", note)
    returned = ChangeRequest.objects.filter(requested_by=user, state=ChangeRequest.State.RETURNED).count()
    if returned:
        text = _("%(count)d 项变更申请被退回，请修改后重新报送") % {"count": returned}
        yield Task(text, f"{inbox}?tab=sent")
    if user.duties.include(Duty.READ_DISTRICT):
        late = ApprovalStep.objects.waiting().overdue(on=on).values("request").distinct().count()
        if late:
            text = _("全区有 %(count)d 项变更申请超过办理期限") % {"count": late}
            yield Task(text, f"{inbox}?tab=open&late=on")


def _reports_to_review(user: User, *, on: date) -> Iterator[Task]:
    people = reviewing.reviewers(user, on=on)
    if count := people and reviewing.waiting(reviewing.reviewable(people), by=user).count():
        yield Task(_("%(count)d 份填报待审核") % {"count": count}, reverse("review_desk"))


def _plans_to_decide(user: User) -> Iterator[Task]:
    for version in PlanVersion.objects.awaiting(user).select_related("plan", "submitted_by"):
        url = reverse("plan_version", args=[version.plan.year, version.number])
        note = _("%(name)s报批") % {"name": version.submitted_by} if version.submitted_by else ""
        yield Task(_("%(version)s等待您批准") % {"version": version}, url, note)


def _plans_in_work() -> Iterator[Task]:
    said = {
        PlanVersion.State.DRAFT: _("%(version)s正在编制"),
        PlanVersion.State.RETURNED: _("%(version)s已退回，请修改后再报批"),
        PlanVersion.State.SUBMITTED: _("%(version)s已报批，等待批准"),
    }
    for version in PlanVersion.objects.in_work().select_related("plan"):
        url = reverse("plan_version", args=[version.plan.year, version.number])
        yield Task(said[PlanVersion.State(version.state)] % {"version": version}, url, version.decision_note)


def _imports_to_settle() -> Iterator[Task]:
    undecided = Count("vanished", filter=Q(vanished__decision=""))
    imports = LedgerImport.objects.filter(is_dry_run=False).annotate(undecided=undecided)
    for each in imports.filter(undecided__gt=0).select_related("file"):
        text = _("台账导入“%(name)s”有 %(count)d 行在新台账中消失，等待处理") % {
            "name": each.file.name,
            "count": each.undecided,
        }
        yield Task(text, reverse("ledger_import", args=[each.pk]))


def _accounts(*, at: datetime) -> Iterator[Task]:
    unused = User.objects.filter(is_active=True, must_change_password=True).count()
    if unused:
        text = _("%(count)d 个账号还没有修改初始密码") % {"count": unused}
        yield Task(text, reverse("user_list"))
    for username in sorted(lockouts.locked_accounts(at=at)):
        yield Task(_("账号“%(name)s”因多次输错密码被锁定") % {"name": username}, reverse("user_list"))


def _people_without_posts(*, on: date) -> Iterator[Task]:
    serving = Post.objects.in_force(on=on).values("user")
    idle = User.objects.filter(is_active=True).exclude(pk__in=serving).count()
    if idle:
        yield Task(_("%(count)d 个启用的账号没有任职") % {"count": idle}, reverse("user_list"))


def _unsealed() -> Iterator[Task]:
    count = AuditEvent.objects.unsealed().count()
    sealed = AuditEvent.objects.sealed().count()
    text = _("审计日志已封存 %(sealed)d 条，待封存 %(count)d 条") % {"sealed": sealed, "count": count}
    yield Task(text, reverse("audit_log"))


def _figures(user: User, *, on: date) -> list[dict[str, str]]:
    """The projects this person may see, at a glance."""
    seen = KeyProject.objects.visible_to(user).counted()
    found = waiting.counts(seen, on=on)
    library, late = reverse("project_list"), reverse("overdue_list")
    return [
        {"label": _("项目"), "unit": _("个"), "value": f"{found.projects:,}", "href": library},
        {"label": _("有逾期的项目"), "unit": _("个"), "value": f"{found.late:,}", "href": late},
        {
            "label": _("最长逾期"),
            "unit": _("天"),
            "value": f"{found.most_days:,}" if found.most_days else figures.UNDEFINED,
            "href": late,
        },
    ]


def _sections(user: User, *, on: date) -> Iterator[Section]:
    seen, roles = KeyProject.objects.visible_to(user).counted(), user.duties.roles
    if Role.LEADER in roles:
        yield _section(_("我包联的项目"), seen.filter(linked_leader=user), on=on)
    if Role.PROJECT_LEAD in roles:
        own = seen.filter(Q(responsible_person=user) | Q(liaison=user))
        yield _section(_("我负责的项目"), own, on=on)
    if roles & {Role.REVIEWER, Role.OFFICE, Role.SIGNER, Role.LEADER}:
        title = _("本单位逾期最久的项目") if not user.duties.include(Duty.READ_DISTRICT) else _("全区逾期最久的项目")
        rows = waiting.longest(seen, on=on, limit=_SHOWN_OF_DISTRICT, late_only=True)
        yield Section(title, "", [_row(each, on=on) for each in rows], reverse("overdue_list"))


def _section(title: str, projects: KeyProjectQuerySet, *, on: date) -> Section:
    rows = waiting.longest(projects, on=on, limit=_SHOWN)
    return Section(title, _("逾期的在前，其余按到期先后"), [_row(each, on=on) for each in rows])


def _row(each: Waiting, *, on: date) -> dict[str, object]:
    if each.days_late:
        due = _("应于 %(day)s，%(late)s") % {"day": each.due_on, "late": figures.days_late(each.days_late)}
    elif each.due_on < on:
        due = _("应于 %(day)s，停缓建期间不计逾期") % {"day": each.due_on}
    else:
        due = _("%(day)s 到期，还有 %(days)d 天") % {"day": each.due_on, "days": (each.due_on - on).days}
    return {
        "url": reverse("project_detail", args=[each.code]),
        "name": each.name,
        "unit": each.unit,
        "item": each.item,
        "due": due,
        "is_late": bool(each.days_late),
    }
