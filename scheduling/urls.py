from django.urls import path

from scheduling.views import key_projects, look_ahead, overdue, permit_board, problem_page, problem_verbs, problems

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
    path("problems/", problems.problem_list, name="problem_list"),
    path("problems.xlsx", problems.problem_list_export, name="problem_list_export"),
    path("problems/courts/", problems.problem_courts, name="problem_courts"),
    path("projects/<code:code>/problems/", problems.project_problems, name="project_problems"),
    path("projects/<code:code>/problems/new/", problem_verbs.problem_new, name="problem_new"),
    path("problems/<int:pk>/", problem_page.problem_detail, name="problem"),
    path("problems/<int:pk>/amend/", problem_verbs.problem_amend, name="problem_amend"),
    path("problems/<int:pk>/note/", problem_verbs.problem_note, name="problem_note"),
    path("problems/<int:pk>/hand-over/", problem_verbs.problem_hand_over, name="problem_hand_over"),
    path("problems/<int:pk>/ask/", problem_verbs.problem_ask, name="problem_ask"),
    path("problems/<int:pk>/escalate/", problem_verbs.problem_escalate, name="problem_escalate"),
    path("problems/<int:pk>/decline/", problem_verbs.problem_decline, name="problem_decline"),
    path("problems/<int:pk>/ask-to-close/", problem_verbs.problem_ask_to_close, name="problem_ask_to_close"),
    path("problems/<int:pk>/close/", problem_verbs.problem_close, name="problem_close"),
    path("problems/<int:pk>/refuse-close/", problem_verbs.problem_refuse_close, name="problem_refuse_close"),
    path("problems/<int:pk>/reopen/", problem_verbs.problem_reopen, name="problem_reopen"),
    path("problems/requests/<int:pk>/accept/", problem_verbs.problem_request_accept, name="problem_request_accept"),
    path("problems/requests/<int:pk>/refuse/", problem_verbs.problem_request_refuse, name="problem_request_refuse"),
    path(
        "problems/requests/<int:pk>/transfer/",
        problem_verbs.problem_request_transfer,
        name="problem_request_transfer",
    ),
]
