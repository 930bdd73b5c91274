from django.urls import path

from scheduling.views import key_projects, look_ahead, overdue, permit_board, reviews

urlpatterns = [
    path("projects/", key_projects.project_list, name="project_list"),
    path("projects.xlsx", key_projects.project_list_export, name="project_list_export"),
    path("overdue/", overdue.overdue_page, name="overdue_list"),
    path("look-ahead/", look_ahead.look_ahead_page, name="look_ahead"),
    path("look-ahead/replanning/", look_ahead.replan_progress, name="replan_progress"),
    path("look-ahead.xlsx", look_ahead.look_ahead_export, name="look_ahead_export"),
    path("overdue.xlsx", overdue.overdue_export, name="overdue_export"),
    path("permits/", permit_board.permit_board, name="permit_board"),
    path("permits.xlsx", permit_board.permit_board_export, name="permit_board_export"),
    path("reviews/", reviews.review_desk, name="review_desk"),
    path("reviews/<int:pk>/accept-all/", reviews.accept_all, name="review_accept_all"),
    path("progress-reports/<int:pk>/", reviews.report_page, name="progress_report"),
    path("progress-reports/<int:pk>/accept/", reviews.accept, name="progress_report_accept"),
    path("progress-reports/<int:pk>/return/", reviews.send_back, name="progress_report_return"),
]
