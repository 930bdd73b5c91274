from django.urls import include, path

# Pages come last: a project's own address is whatever its verbs leave over.
urlpatterns = [
    path("", include("projects.urls")),
    path("", include("scheduling.urls")),
    path("api/", include("config.api_urls")),
    path("", include("config.pages.urls")),
]
