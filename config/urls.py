from django.urls import include, path, register_converter

from projects.converters import CodeConverter

register_converter(CodeConverter, "code")

# Pages come last: a project's own address is whatever its verbs leave over.
urlpatterns = [
    path("", include("projects.urls")),
    path("", include("scheduling.urls")),
    path("", include("reports.urls")),
    path("api/", include("config.api_urls")),
    path("", include("config.pages.urls")),
]
