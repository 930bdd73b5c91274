from django.urls import path

from scheduling.views import (
    attachments,
    key_projects,
    look_ahead,
    overdue,
    permit_board,
    photo_timeline,
    service_log,
    task_forces,
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
    # 附件影像
    path("attachments/<int:pk>/", attachments.attachment_file, name="attachment"),
    path("attachments/<int:pk>/thumbnail/", attachments.attachment_thumbnail, name="attachment_thumbnail"),
    path("attachments/<int:pk>/caption/", attachments.attachment_caption, name="attachment_caption"),
    path("attachments/<int:pk>/remove/", attachments.attachment_remove, name="attachment_remove"),
    path("progress-reports/<int:pk>/photos/", attachments.report_photos, name="report_photos"),
    path("projects/<code:code>/periods/<int:pk>/attach/", attachments.attach_to_period, name="period_attach"),
    *(
        path(f"{place}/<int:pk>/attach/", attachments.attach, {"noun": noun}, name=f"{noun}_attach")
        for noun, place in (
            ("report", "progress-reports"),
            ("problem", "problems"),
            ("meeting", "meetings"),
            ("decision", "decisions"),
        )
    ),
    path("projects/<code:code>/photos/", photo_timeline.project_photos, name="project_photos"),
    # 工作专班
    path("task-forces/", task_forces.task_force_list, name="task_force_list"),
    path("projects/<code:code>/task-force/", task_forces.task_force, name="task_force"),
    path("projects/<code:code>/task-force/daily/", service_log.task_force_daily, name="task_force_daily"),
    path("projects/<code:code>/task-force/requests/log/", service_log.service_request_log, name="service_request_log"),
    path("projects/<code:code>/daily-line/", service_log.daily_line_say, name="daily_line_say"),
    path("service-requests/<int:pk>/settle/", service_log.service_request_settle, name="service_request_settle"),
    path(
        "service-requests/<int:pk>/hand-over/", service_log.service_request_hand_over, name="service_request_hand_over"
    ),
]
