"""The edge of every request: who is here, since when, and what they may do today."""

import time
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects import audit
from projects.models import User, duties_of
from projects.roles import NOBODY

GetResponse = Callable[[HttpRequest], HttpResponse]
_NOTICED_EVERY = 60  # seconds; the session is not written at every request


class IdleTimeoutMiddleware:
    """A browser left alone is signed out (GB/T 22239 8.1.4.1 b)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now, seen = time.time(), request.session.get("seen_at", 0)
            if seen and now - seen > settings.IDLE_TIMEOUT_MINUTES * 60:
                logout(request)
                messages.warning(request, _("您已较长时间没有操作，为安全起见已退出，请重新登录。"))
                return redirect(f"{reverse('login')}?next={request.path}")
            if now - seen > _NOTICED_EVERY:
                request.session["seen_at"] = now
        return self.get_response(request)


class DutiesMiddleware:
    """Loads what the person may do today, once; and says to the audit where the request came from."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, User):
            user.duties = duties_of(user, on=timezone.localdate())
        else:
            user.duties = NOBODY  # type: ignore[attr-defined]
        origin = audit.Origin(request.META.get("REMOTE_ADDR", ""), request.headers.get("User-Agent", ""))
        with audit.acting_from(origin):
            return self.get_response(request)


class PasswordAgeMiddleware:
    """First login and aged passwords: nothing else opens until a new one is set."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, User) and self._must_change(user) and not self._open_path(request.path):
            return redirect("password_change")
        return self.get_response(request)

    def _must_change(self, user: User) -> bool:
        if user.must_change_password or user.password_changed_at is None:
            return True
        return timezone.now() - user.password_changed_at > timedelta(days=settings.PASSWORD_MAX_AGE_DAYS)

    def _open_path(self, path: str) -> bool:
        return path in {reverse("password_change"), reverse("logout")}
