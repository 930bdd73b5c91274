from django.urls import path

from scheduling.views import (
    key_projects,
    look_ahead,
    overdue,
    permit_board,
    report_batch,
    report_receipt,
    weekly_report,
)

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
    # 周报填报
    path("weekly-report/", weekly_report.weekly_reports, name="weekly_reports"),
    path("weekly-report/batch/", report_batch.report_batch, name="report_batch"),
    path("weekly-report/receipt/<int:pk>/", report_receipt.report_receipt, name="report_receipt"),
    path("weekly-report/receipt/<int:pk>/explain/", report_receipt.report_explain, name="report_explain"),
    path("weekly-report/<code:code>/draft/", weekly_report.report_draft, name="report_draft"),
    path("weekly-report/<code:code>/", weekly_report.weekly_report, name="weekly_report"),
]
