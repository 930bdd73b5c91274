from django.urls import path

from config.pages import my_page, project, security, service_worker, stage_gate
from config.pages.dashboard import views as dashboard

urlpatterns = [
    # 驾驶舱
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("dashboard/figures/", dashboard.dashboard_figures, name="dashboard_figures"),
    path("dashboard/screen/", dashboard.dashboard_screen, name="dashboard_screen"),
    path("dashboard/groups/", dashboard.dashboard_groups, name="dashboard_groups"),
    path("dashboard/ranking/", dashboard.dashboard_ranking, name="dashboard_ranking"),
    path("dashboard/changes/", dashboard.dashboard_changes, name="dashboard_changes"),
    path("dashboard/map/", dashboard.dashboard_map, name="dashboard_map"),
    path("dashboard/indices/<slug:index>/", dashboard.index_card, name="index_card"),
    path("", my_page.my_page, name="my_page"),
    path("projects/<code:code>/gate/", stage_gate.project_gate, name="project_gate"),
    path("projects/<code:code>/", project.project_detail, name="project_detail"),
    path("sw.js", service_worker.service_worker, name="service_worker"),
    path("login/", security.sign_in, name="login"),
    path("logout/", security.sign_out, name="logout"),
    path("password/", security.change_password, name="password_change"),
]
