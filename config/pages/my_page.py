"""我的: what do I owe, by when? Each role's part is asked for only by those who hold it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects import figures, lockouts
from projects.gate import READERS, SignedInRequest
from projects.models import AuditEvent, KeyProject, Post, User
from projects.models.key_project import KeyProjectQuerySet
from projects.roles import ADMINISTRATORS, Duty, Role
from scheduling import waiting
from scheduling.owed import owes, watches
from scheduling.owed_lines import Owed, worded
from scheduling.views.light_words import lit
from scheduling.waiting import Waiting

_SHOWN = 30
_SHOWN_OF_DISTRICT = 10


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


def _tasks(user: User, *, at: datetime) -> Iterator[Owed]:
    on = timezone.localtime(at).date()
    yield from worded([*owes(user, at=at), *watches(user, on=on)])
    if user.duties.include(Duty.MANAGE_ACCOUNTS):
        yield from _accounts(at=at)
    if user.duties.include(Duty.GRANT_ROLES):
        yield from _people_without_posts(on=on)
    if user.duties.include(Duty.READ_AUDIT):
        yield from _unsealed()


def _accounts(*, at: datetime) -> Iterator[Owed]:
    unused = User.objects.filter(is_active=True, must_change_password=True).count()
    if unused:
        text = _("%(count)d 个账号还没有修改初始密码") % {"count": unused}
        yield Owed(text, reverse("user_list"))
    for username in sorted(lockouts.locked_accounts(at=at)):
        yield Owed(_("账号“%(name)s”因多次输错密码被锁定") % {"name": username}, reverse("user_list"))


def _people_without_posts(*, on: date) -> Iterator[Owed]:
    serving = Post.objects.in_force(on=on).values("user")
    idle = User.objects.filter(is_active=True).exclude(pk__in=serving).count()
    if idle:
        yield Owed(_("%(count)d 个启用的账号没有任职") % {"count": idle}, reverse("user_list"))


def _unsealed() -> Iterator[Owed]:
    count = AuditEvent.objects.unsealed().count()
    sealed = AuditEvent.objects.sealed().count()
    text = _("审计日志已封存 %(sealed)d 条，待封存 %(count)d 条") % {"sealed": sealed, "count": count}
    yield Owed(text, reverse("audit_log"))


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
        "lit": lit(each.light, each.computed_light),
        "unit": each.unit,
        "item": each.item,
        "due": due,
        "is_late": bool(each.days_late),
    }
