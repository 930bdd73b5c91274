from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("文书")

    def ready(self) -> None:
        from reports import owed_papers  # noqa: PLC0415 - models are there only now
        from scheduling import owed  # noqa: PLC0415

        owed.owes_also(owed_papers.of_papers)
