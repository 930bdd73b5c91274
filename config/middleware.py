"""The edge of every request: who is here, from where, since when, and what they may do today."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from projects import audit
from projects.actions import accounts
from projects.models import User, duties_of
from projects.roles import NOBODY

GetResponse = Callable[[HttpRequest], HttpResponse]
_NOTICED_EVERY = 60  # seconds; the session is not written at every request


def client_address(request: HttpRequest) -> str:
    """Where the request came from, as far as our own proxies vouch for it.

    Each of the ``PROXY_COUNT`` proxies appends the address it heard; what stands before them in the
    header was written by the client and is not believed.
    """
    heard = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    trusted = heard[-settings.PROXY_COUNT :] if settings.PROXY_COUNT else []
    return trusted[0] if trusted else request.META.get("REMOTE_ADDR", "")


def must_change_password(user: User, *, at: datetime) -> bool:
    """A first password, or one that is too old."""
    if user.must_change_password or user.password_changed_at is None:
        return True
    return at - user.password_changed_at > timedelta(days=settings.PASSWORD_MAX_AGE_DAYS)


class OriginMiddleware:
    """Says to the audit where the request came from."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with audit.acting_from(audit.Origin(client_address(request), request.headers.get("User-Agent", ""))):
            return self.get_response(request)


class SignInMiddleware(LoginRequiredMiddleware):
    """Every view asks for a sign-in, and after it leads back to a page, never to where a form was sent."""

    def handle_no_permission(  # type: ignore[override]  # htmx is redirected by a header, with 200
        self, request: HttpRequest, view_func: Callable
    ) -> HttpResponse:
        if request.method in {"GET", "HEAD"} and not request.headers.get("HX-Request"):
            return super().handle_no_permission(request, view_func)
        page = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
        ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
        login = reverse("login", query={"next": page} if ours else None)
        return HttpResponseClientRedirect(login) if request.headers.get("HX-Request") else redirect(login)


class IdleTimeoutMiddleware:
    """A browser left alone is signed out (GB/T 22239 8.1.4.1 b); what it asked for then asks for a sign-in.

    What a page asks by itself, and says so (``X-Unattended``), is no sign of anybody being there.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, User):
            now, seen = time.time(), request.session.get("seen_at", 0)
            if seen and now - seen > settings.IDLE_TIMEOUT_MINUTES * 60:
                accounts.note_sign_out(user=user, idle=True, at=timezone.now())
                logout(request)
                messages.warning(request, _("您已较长时间没有操作，为安全起见已退出，请重新登录。"))
            elif now - seen > _NOTICED_EVERY and "X-Unattended" not in request.headers:
                request.session["seen_at"] = now
        return self.get_response(request)


class DutiesMiddleware:
    """Loads what the person may do today, once."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, User):
            user.duties = duties_of(user, on=timezone.localdate())
        else:
            user.duties = NOBODY  # type: ignore[attr-defined]
        return self.get_response(request)


class PasswordAgeMiddleware:
    """First login and aged passwords: nothing else opens until a new one is set."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user, open_paths = request.user, {reverse("password_change"), reverse("logout")}
        if isinstance(user, User) and must_change_password(user, at=timezone.now()) and request.path not in open_paths:
            return redirect("password_change")
        return self.get_response(request)
