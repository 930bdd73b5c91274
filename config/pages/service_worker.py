"""/sw.js: the script that lets a weekly report and a judge's marks be written without a network. It stands outside
``/static/`` because a worker serves only what lies below its own address."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

_SCRIPT = settings.BASE_DIR / "static" / "js" / "sw.js"


@login_not_required
@never_cache
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_SCRIPT.read_bytes(), content_type="text/javascript; charset=utf-8")
