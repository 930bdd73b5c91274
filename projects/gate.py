"""The gate before a view: which duty opens it. What a person sees behind it is ``visible_to``'s business."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from projects.models import User
from projects.roles import NOBODY, Duty


class SignedInRequest(HttpRequest):
    """The request a view gets: the middleware lets nobody else through."""

    user: User
    htmx: HtmxDetails


View = Callable[..., HttpResponseBase]

# Whoever reads projects at all, each within the own scope.
READERS = (Duty.READ_DISTRICT, Duty.READ_UNIT, Duty.READ_OWN)


def requires(*duties: Duty) -> Callable[[View], View]:
    """One of these duties opens the view; to everybody else it says who may (403)."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            held = getattr(request.user, "duties", NOBODY)
            if not any(held.include(duty) for duty in duties):
                needed = "、".join(duty.value for duty in duties)
                raise PermissionDenied(_("您没有“%(needed)s”的权限，如确需办理请联系安全管理员。") % {"needed": needed})
            return view(request, *args, **kwargs)

        return guarded

    return guard
