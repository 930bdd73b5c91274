from django.urls import include, path

urlpatterns = [
    path("", include("config.pages.urls")),
    path("", include("projects.urls")),
    path("", include("scheduling.urls")),
    path("api/", include("config.api_urls")),
]
