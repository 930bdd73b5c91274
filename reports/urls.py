from django.urls import path

from reports.views import posters, wall_chart

urlpatterns = [
    path("wall-chart/", wall_chart.wall_chart, name="wall_chart"),
    path("wall-chart/poster/", posters.wall_chart_poster_made, name="wall_chart_poster_made"),
    path("wall-chart/poster/ask/", posters.wall_chart_poster_ask, name="wall_chart_poster_ask"),
    path("wall-chart/poster.pdf", posters.wall_chart_poster, name="wall_chart_poster"),
]
