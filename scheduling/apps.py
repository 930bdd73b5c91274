from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from projects import changed


class SchedulingConfig(AppConfig):
    name = "scheduling"
    verbose_name = _("调度")

    def ready(self) -> None:
        from scheduling.actions import standings  # noqa: PLC0415 - models are there only now

        changed.listen(standings.refresh)
