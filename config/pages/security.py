"""Signing in and out, and one's own password (domain §8)."""

from math import ceil
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.password_validation import password_validators_help_texts
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from config.middleware import must_change_password
from projects import lockouts
from projects.actions import accounts
from projects.errors import RuleViolation
from projects.models import User


class SignInForm(AuthenticationForm):
    error_messages = {"invalid_login": gettext_lazy("账号或密码不正确，请核对后重新输入。")}


class NewPasswordForm(PasswordChangeForm):
    """Whether the new password is good enough is said by the action alone."""

    error_messages = PasswordChangeForm.error_messages | {
        "password_incorrect": gettext_lazy("原密码不正确，请重新输入。"),
        "password_mismatch": gettext_lazy("两次输入的新密码不一致。"),
    }
    field_order = ["old_password", "new_password1", "new_password2"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = _("现在的密码")
        self.fields["new_password1"].label = _("新密码")
        self.fields["new_password1"].help_text = ""
        self.fields["new_password2"].label = _("再输一次新密码")
        self.fields["new_password2"].help_text = ""

    def validate_password_for_user(self, *args: Any, **kwargs: Any) -> None:
        """Left to ``accounts.change_own_password``, which every other way in has to pass too."""


@login_not_required
@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    form = SignInForm(request, request.POST or None)
    if request.method == "POST":
        at = timezone.now()
        if form.is_valid():
            with transaction.atomic():
                login(request, form.get_user())
                accounts.note_sign_in(user=form.get_user(), at=at)
            return redirect(_wanted_page(request))
        _note_failure(request, form)
    context = {"form": form, "next": request.POST.get("next") or request.GET.get("next", "")}
    return render(request, "registration/login.html", context)


def _note_failure(request: HttpRequest, form: SignInForm) -> None:
    """Axes says on the request how it took the failure; it answers with ``locked_out`` by itself."""
    username, at = form.cleaned_data.get("username"), timezone.now()
    if not username or not form.cleaned_data.get("password"):
        return
    locked = getattr(request, "axes_locked_out", False)
    already = locked and request.axes_failures_since_start is None  # type: ignore[attr-defined]
    accounts.note_refusal(username=username, locked=already, at=at)
    if locked and not already:
        accounts.note_lockout(username=username, minutes=int(lockouts.duration().total_seconds() // 60), at=at)


def _wanted_page(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else settings.LOGIN_REDIRECT_URL


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: dict | None) -> HttpResponse:
    """What axes answers with (``AXES_LOCKOUT_CALLABLE``)."""
    username, at = (credentials or {}).get("username", ""), timezone.now()
    address = request.axes_ip_address  # type: ignore[attr-defined]
    until = lockouts.locked_until(username, address=address, at=at)
    context = {"until": timezone.localtime(until), "minutes": ceil((until - at).total_seconds() / 60)}
    return render(request, "registration/locked_out.html", context, status=429)


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    if isinstance(request.user, User):
        accounts.note_sign_out(user=request.user, idle=False, at=timezone.now())
        logout(request)
        messages.success(request, _("您已退出登录。"))
    return redirect("login")


@never_cache
@sensitive_post_parameters()
def change_password(request: HttpRequest) -> HttpResponse:
    form = NewPasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid() and _changed(request, form):
        messages.success(request, _("密码已修改，下次请用新密码登录。"))
        return redirect(settings.LOGIN_REDIRECT_URL)
    context = {
        "form": form,
        "rules": password_validators_help_texts(),
        "reason": _reason_to_change(request),
        "max_age_days": settings.PASSWORD_MAX_AGE_DAYS,
    }
    return render(request, "registration/password_change.html", context)


def _changed(request: HttpRequest, form: NewPasswordForm) -> bool:
    user: User = form.user
    try:
        accounts.change_own_password(user=user, password=form.cleaned_data["new_password1"], at=timezone.now())
    except RuleViolation as refusal:
        form.add_error("new_password1", refusal.message)
        return False
    update_session_auth_hash(request, user)
    return True


def _reason_to_change(request: HttpRequest) -> str:
    """Why nothing else opens before a new password is set; empty when it is the person's own wish."""
    user = request.user
    if not isinstance(user, User) or not must_change_password(user, at=timezone.now()):
        return ""
    if user.must_change_password:
        return _("这是系统发放的初始密码，请先换成只有您自己知道的密码，再开始使用。")
    return _("您的密码已使用超过 %(days)d 天，请先换一个新密码。") % {"days": settings.PASSWORD_MAX_AGE_DAYS}
