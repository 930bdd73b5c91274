from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from projects import changed


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = _("项目库")

    def ready(self) -> None:
        from projects.actions import replanning  # noqa: PLC0415 - models are there only now

        changed.listen_to_plans(replanning.refresh)
