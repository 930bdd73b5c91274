from django.urls import path

from reports.views import dispatch_sheets, posters, wall_chart

urlpatterns = [
    path("wall-chart/", wall_chart.wall_chart, name="wall_chart"),
    path("wall-chart/poster/", posters.wall_chart_poster_made, name="wall_chart_poster_made"),
    path("wall-chart/poster/ask/", posters.wall_chart_poster_ask, name="wall_chart_poster_ask"),
    path("wall-chart/poster.pdf", posters.wall_chart_poster, name="wall_chart_poster"),
    path("dispatch-sheets/", dispatch_sheets.dispatch_sheet_list, name="dispatch_sheet_list"),
    path("dispatch-sheets/<int:pk>/", dispatch_sheets.dispatch_sheet, name="dispatch_sheet"),
    path("dispatch-sheets/<int:pk>/<slug:form>/", dispatch_sheets.dispatch_sheet_file, name="dispatch_sheet_file"),
    path("dispatch-sheets/retry/<int:pk>/", dispatch_sheets.dispatch_sheet_retry, name="dispatch_sheet_retry"),
]
