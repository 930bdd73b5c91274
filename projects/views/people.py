"""人员: the directory, one person with posts over time, and what administrators do about accounts and roles."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Prefetch, Q, QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from projects import lists, lockouts, sheets
from projects.actions import accounts, posts
from projects.figures import compact_date
from projects.filters import word_of
from projects.gate import SignedInRequest, requires
from projects.models import Post, Unit, User
from projects.names import masked_phone
from projects.roles import Duty, Role
from projects.sheets import Column, Kind, Sheet
from projects.views.forms import DayField, Page, UnitFilters, answer, confirmation, sent
from projects.views.units import DIRECTORY, directory_tabs

STALE = timedelta(days=90)
_ADMINISTERS = (Duty.MANAGE_ACCOUNTS, Duty.GRANT_ROLES)
_OPEN, _CLOSED, _UNUSED = "open", "closed", "unused"


class PeopleFilters(UnitFilters):
    q = forms.CharField(label=gettext_lazy("姓名、账号或拼音"), required=False)
    role = forms.ChoiceField(
        label=gettext_lazy("角色"), required=False, choices=[("", gettext_lazy("全部")), *Role.choices]
    )
    state = forms.ChoiceField(
        label=gettext_lazy("账号"),
        required=False,
        choices=[
            ("", gettext_lazy("全部")),
            (_OPEN, gettext_lazy("启用")),
            (_CLOSED, gettext_lazy("停用")),
            (_UNUSED, gettext_lazy("90 天未登录")),
        ],
    )
    field_order = ["q", "unit", "role", "state"]

    def used(self) -> dict[str, str]:
        """What is narrowed to what, in words."""
        asked = {name: self.data.get(name, "") for name in self.fields}
        fields = self.fields
        return {str(fields[name].label): word_of(fields[name], value) for name, value in asked.items() if value}


class AccountForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["username", "full_name", "office_phone", "email"]
        help_texts = {
            "username": gettext_lazy("一人一号，开设后不再改动；建议用姓名全拼。"),
            "office_phone": gettext_lazy("只登记办公电话，不登记手机号和证件号。"),
            "email": gettext_lazy("工作日上午收当天的待办提醒；不填则不发。"),
        }


class PersonForm(forms.ModelForm):
    class Meta(AccountForm.Meta):
        fields = ["full_name", "office_phone", "email"]


class AppointForm(forms.Form):
    unit = forms.ModelChoiceField(Unit.objects.active().leading(), label=gettext_lazy("单位"))
    role = forms.ChoiceField(label=gettext_lazy("角色"), choices=Role.choices)
    title = forms.CharField(label=gettext_lazy("职务"), max_length=50, required=False)
    starts_on = DayField(label=gettext_lazy("任职日期"))


class EndPostForm(forms.Form):
    ends_on = DayField(
        label=gettext_lazy("离任日期"),
        help_text=gettext_lazy("任职的最后一天；从第二天起，该角色的权限失效。"),
    )


@requires(*DIRECTORY)
def user_list(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    form = PeopleFilters(request.GET)
    found = _narrowed(User.objects.visible_to(request.user), form, at=now)
    page = lists.page_of(_with_posts(found).order_by("sort_key", "pk"), request)
    administers = any(map(request.user.duties.include, _ADMINISTERS))
    can_open = request.user.duties.include(Duty.MANAGE_ACCOUNTS)
    context = {
        "title": _("单位和人员"),
        "tabs": directory_tabs("people"),
        "form": form,
        "used": len(form.used()),
        "export_url": f"{reverse('user_list_export')}?{request.GET.urlencode()}",
        "page": page,
        "rows": [_row(user, at=now) for user in page],
        "administers": administers,
        "can_open": can_open,
        "locks": lockouts.locked_addresses(at=now) if can_open else [],
    }
    return render(request, "projects/user_list.html", context)


@requires(*DIRECTORY)
def user_list_export(request: SignedInRequest) -> FileResponse:
    """The same people as the page with the same address, of all its pages; telephones masked as there."""
    now, form = timezone.now(), PeopleFilters(request.GET)
    found = _with_posts(_narrowed(User.objects.visible_to(request.user), form, at=now)).order_by("sort_key", "pk")
    sheet = Sheet(
        title=_("人员名录"),
        as_of=sheets.as_of_moment(now),
        columns=_columns(administers=any(map(request.user.duties.include, _ADMINISTERS))),
        rows=[_row(user, at=now) for user in found],
        filters=form.used(),
    )
    return sheets.download(sheet, by=request.user, at=now)


@requires(*DIRECTORY)
def user_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    user, now = _person(request, pk), timezone.now()
    duties = request.user.duties
    locks = lockouts.lockouts_of(user.username, at=now) if duties.include(Duty.MANAGE_ACCOUNTS) else []
    context = {
        "title": user.full_name,
        "trail": _trail(),
        "person": user,
        "facts": _facts(user, administers=any(map(duties.include, _ADMINISTERS))),
        "posts": [_post(post) for post in user.posts.select_related("unit").order_by("-starts_on", "-pk")],
        "locks": locks,
        "is_self": user == request.user,
        "can_open": duties.include(Duty.MANAGE_ACCOUNTS),
        "can_appoint": duties.include(Duty.GRANT_ROLES) and user != request.user,
    }
    return render(request, "projects/user_detail.html", context)


@never_cache
@requires(Duty.MANAGE_ACCOUNTS)
def user_open(request: SignedInRequest) -> HttpResponse:
    form = AccountForm(sent(request))
    text = _("系统生成初始密码，只显示一次；本人首次登录时必须修改。能办什么事由安全管理员任命角色决定。")
    page = Page(_("开设账号"), _("开设"), reverse("user_list"), trail=_trail(), text=text)

    def act() -> HttpResponse:
        user, password = accounts.open_account(**form.cleaned_data, by=request.user, at=timezone.now())
        return _told_once(request, user, password)

    return answer(request, form, page, act)


@requires(Duty.MANAGE_ACCOUNTS)
def user_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    user = _person(request, pk)
    form = PersonForm(sent(request), instance=user)
    page = Page(_("修改人员信息"), _("保存"), reverse("user", args=[pk]), trail=_trail(user))

    def act() -> None:
        accounts.correct_person(user=user, **form.cleaned_data, by=request.user, at=timezone.now())
        messages.success(request, _("人员信息已修改。"))

    return answer(request, form, page, act)


@never_cache
@requires(Duty.MANAGE_ACCOUNTS)
def user_reset_password(request: SignedInRequest, pk: int) -> HttpResponse:
    user = _person(request, pk)
    text = _("系统为%(name)s生成新的初始密码，只显示一次；原密码立即失效，已登录的也会退出。") % {
        "name": user.full_name
    }
    page = Page(_("重置密码"), _("重置密码"), reverse("user", args=[pk]), trail=_trail(user), text=text, danger=True)

    def act() -> HttpResponse:
        return _told_once(request, user, accounts.reset_password(user=user, by=request.user, at=timezone.now()))

    return answer(request, confirmation(request), page, act)


@never_cache
@require_POST
@requires(Duty.MANAGE_ACCOUNTS)
def user_reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    user = _person(request, pk)
    return _told_once(request, user, accounts.reopen_account(user=user, by=request.user, at=timezone.now()))


@requires(Duty.MANAGE_ACCOUNTS)
def user_close(request: SignedInRequest, pk: int) -> HttpResponse:
    user = _person(request, pk)
    text = _("停用后%(name)s不能再登录，已登录的立即退出；经办过的事项仍署原名。") % {"name": user.full_name}
    page = Page(_("停用账号"), _("停用"), reverse("user", args=[pk]), trail=_trail(user), text=text, danger=True)

    def act() -> None:
        accounts.close_account(user=user, by=request.user, at=timezone.now())
        messages.success(request, _("%(name)s的账号已停用。") % {"name": user.full_name})

    return answer(request, confirmation(request), page, act)


@require_POST
@requires(Duty.MANAGE_ACCOUNTS)
def user_unlock(request: SignedInRequest, pk: int) -> HttpResponse:
    user = _person(request, pk)
    accounts.unlock(user=user, by=request.user, at=timezone.now())
    messages.success(request, _("已解除锁定，%(name)s现在可以登录。") % {"name": user.full_name})
    return redirect("user", pk)


@require_POST
@requires(Duty.MANAGE_ACCOUNTS)
def address_unlock(request: SignedInRequest) -> HttpResponse:
    address = request.POST.get("address", "")
    accounts.unlock_address(address=address, by=request.user, at=timezone.now())
    messages.success(request, _("已解除对 %(address)s 的锁定。") % {"address": address})
    return redirect("user_list")


@requires(Duty.GRANT_ROLES)
def post_appoint(request: SignedInRequest, pk: int) -> HttpResponse:
    user = _person(request, pk)
    form = AppointForm(sent(request), initial={"starts_on": timezone.localdate()})
    text = _("系统、安全、审计三类管理员须由不同的人担任，且不得兼任业务角色；不能为自己任命。")
    page = Page(_("任命"), _("任命"), reverse("user", args=[pk]), trail=_trail(user), text=text)

    def act() -> None:
        given = form.cleaned_data | {"role": Role(form.cleaned_data["role"])}
        posts.appoint(user=user, **given, by=request.user, at=timezone.now())
        messages.success(request, _("已任命%(name)s。") % {"name": user.full_name})

    return answer(request, form, page, act)


@requires(Duty.GRANT_ROLES)
def post_end(request: SignedInRequest, pk: int) -> HttpResponse:
    everybody = User.objects.visible_to(request.user)
    post = get_object_or_404(Post.objects.filter(user__in=everybody).select_related("user", "unit"), pk=pk)
    form = EndPostForm(sent(request), initial={"ends_on": timezone.localdate()})
    text = _("%(name)s：%(post)s，自 %(day)s 起。") % {
        "name": post.user.full_name,
        "post": post,
        "day": compact_date(post.starts_on),
    }
    back = reverse("user", args=[post.user_id])
    page = Page(_("结束任职"), _("结束任职"), back, trail=_trail(post.user), text=text, danger=True)

    def act() -> None:
        posts.end_post(post=post, ends_on=form.cleaned_data["ends_on"], by=request.user, at=timezone.now())
        messages.success(request, _("任职已结束。"))

    return answer(request, form, page, act)


def _person(request: SignedInRequest, pk: int) -> User:
    return get_object_or_404(User.objects.visible_to(request.user), pk=pk)


def _told_once(request: SignedInRequest, user: User, password: str) -> HttpResponse:
    """Shown in the answer itself: a password is kept nowhere, not even in the session."""
    context = {"title": _("请记下密码"), "trail": _trail(user), "person": user, "password": password}
    return render(request, "projects/password_told.html", context)


def _trail(user: User | None = None) -> list[dict[str, str]]:
    trail = [{"label": _("人员"), "url": reverse("user_list")}]
    return [*trail, {"label": user.full_name, "url": reverse("user", args=[user.pk])}] if user else trail


def _narrowed(people: QuerySet[User], form: PeopleFilters, *, at: datetime) -> QuerySet[User]:
    if not form.is_valid():
        return people.none()
    wanted = form.cleaned_data
    serving = Post.objects.in_force(on=timezone.localtime(at).date())
    if wanted["q"]:
        people = people.matching(wanted["q"])  # type: ignore[attr-defined]
    if wanted["unit"] or wanted["role"]:
        held = Q(unit__path__startswith=wanted["unit"].path) if wanted["unit"] else Q()
        held &= Q(role=wanted["role"]) if wanted["role"] else Q()
        people = people.filter(pk__in=serving.filter(held).values("user"))
    return _in_state(people, wanted["state"], at=at)


def _in_state(people: QuerySet[User], state: str, *, at: datetime) -> QuerySet[User]:
    if state == _UNUSED:
        return people.unused_since(at - STALE)  # type: ignore[attr-defined]
    return people.filter(is_active=state == _OPEN) if state else people


def _with_posts(people: QuerySet[User]) -> QuerySet[User]:
    serving = Post.objects.in_force(on=timezone.localdate()).select_related("unit")
    return people.prefetch_related(Prefetch("posts", serving, to_attr="serving"))


def _row(user: User, *, at: datetime) -> dict[str, Any]:
    used = user.last_login or user.password_changed_at
    return {
        "url": reverse("user", args=[user.pk]),
        "name": user.full_name,
        "username": user.username,
        "posts": [f"{post.get_role_display()} · {post.unit}" for post in user.serving],  # type: ignore[attr-defined]
        "phone": masked_phone(user.office_phone),
        "last_login": user.last_login,
        "is_closed": not user.is_active,
        "is_unused": user.is_active and used is not None and used < at - STALE,
    }


def _post(post: Post) -> dict[str, Any]:
    return {
        "unit": post.unit.name,
        "unit_url": reverse("unit", args=[post.unit_id]),
        "role": post.get_role_display(),
        "title": post.title,
        "starts_on": post.starts_on,
        "ends_on": post.ends_on,
        "end_url": reverse("post_end", args=[post.pk]),
    }


def _facts(user: User, *, administers: bool) -> list[dict[str, Any]]:
    facts: list[dict[str, Any]] = [{"label": _("办公电话"), "value": user.office_phone or None}]
    if not administers:
        return facts
    return [
        {"label": _("账号"), "value": user.username},
        *facts,
        {"label": _("账号状态"), "value": _("启用") if user.is_active else _("已停用")},
        {"label": _("最近登录"), "value": _said(user.last_login) or _("从未登录")},
        {"label": _("密码修改"), "value": _password_state(user)},
    ]


def _said(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


def _password_state(user: User) -> str:
    if user.must_change_password:
        return _("初始密码，尚未修改")
    return _said(user.password_changed_at) or "—"


def _columns(*, administers: bool) -> list[Column[dict[str, Any]]]:
    """What the page shows; accounts to the administrators alone."""
    known: list[Column[dict[str, Any]]] = [
        Column(_("姓名"), lambda row: row["name"], definition=_("登记的姓名")),
        Column(_("角色与单位"), lambda row: "；".join(row["posts"]), definition=_("当日在任的角色和单位")),
        Column(_("办公电话"), lambda row: row["phone"], definition=_("只显示首尾几位")),
    ]
    accounts = [
        Column(_("账号"), lambda row: row["username"], definition=_("登录用的账号")),
        Column(_("最近登录"), lambda row: row["last_login"], Kind.MOMENT, definition=_("最近一次登录成功的时间")),
        Column(_("状态"), _account_state, definition=_("停用，或启用后 90 天未登录")),
    ]
    return known + accounts if administers else known


def _account_state(row: dict[str, Any]) -> str:
    if row["is_closed"]:
        return _("已停用")
    return _("90 天未登录") if row["is_unused"] else _("启用")
