from django.http import HttpResponse
from django.urls import include, path


def page(request, **more):
    return HttpResponse()


urlpatterns = [
    path("bulletins/", page, name="bulletin_list"),
    path("bulletins/<int:pk>/", page, name="bulletin_issued"),
    path("", include("config.urls")),
]
