"""The API; every address is in its description at ``/api/schema``, readable at ``/api/docs``."""

from django.contrib.auth.decorators import login_required
from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from config.api import unknown_address
from projects.api import ImportListView, ImportView
from scheduling.api import OverdueMilestones
from scheduling.permit_api import Permits

urlpatterns = [
    path("overdue", OverdueMilestones.as_view(), name="api_overdue"),
    path("permits", Permits.as_view(), name="api_permits"),
    path("schema", login_required(SpectacularAPIView.as_view()), name="api_schema"),
    path(
        "docs",
        login_required(SpectacularSwaggerSplitView.as_view(url_name="api_schema", template_name="api_docs.html")),
        name="api_docs",
    ),
    path("imports", ImportListView.as_view(), name="api_imports"),
    path("imports/<int:pk>", ImportView.as_view(), name="api_import"),
    re_path("", unknown_address),
]
