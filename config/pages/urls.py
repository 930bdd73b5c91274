from django.urls import path

from config.pages import my_page, project, security, service_worker, stage_gate

urlpatterns = [
    path("", my_page.my_page, name="my_page"),
    path("projects/<code:code>/gate/", stage_gate.project_gate, name="project_gate"),
    path("projects/<code:code>/", project.project_detail, name="project_detail"),
    path("sw.js", service_worker.service_worker, name="service_worker"),
    path("login/", security.sign_in, name="login"),
    path("logout/", security.sign_out, name="logout"),
    path("password/", security.change_password, name="password_change"),
]
