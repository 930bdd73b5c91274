"""What a refused action looks like from outside: a message on the page, a 409 in the API."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from projects.errors import RuleViolation


class RuleViolationMiddleware:
    """Back to the page the person came from, with the sentence that says why; htmx gets it as a 409."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, RuleViolation):
            return None
        origin = request.headers.get("Referer", "")
        same_site = url_has_allowed_host_and_scheme(origin, {request.get_host()}, require_https=request.is_secure())
        if request.method == "POST" and same_site and not request.headers.get("HX-Request"):
            messages.error(request, exception.message)
            return HttpResponseRedirect(origin)
        return render(request, "409.html", {"message": exception.message}, status=409)


def api_exception_handler(exception: Exception, context: dict[str, object]) -> Response | None:
    if isinstance(exception, RuleViolation):
        return Response({"detail": exception.message}, status=status.HTTP_409_CONFLICT)
    return exception_handler(exception, context)
