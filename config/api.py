"""What every address of the API shares."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from rest_framework.pagination import PageNumberPagination


class PagePagination(PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500


@login_not_required
def unknown_address(request: HttpRequest) -> JsonResponse:
    """A machine is answered in its own format, also where there is nothing."""
    return JsonResponse({"detail": _("没有这个接口，可用的接口见 /api/docs。")}, status=404)
