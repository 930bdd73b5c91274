"""完工预测: what each night foretells, and how such forecasts came out; replaced as a whole, no facts of their own."""

from collections import Counter
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from projects.models import KeyProject
from projects.models.key_project import seen_by
from projects.models.unit import User
from scheduling.forecast import Why


def _amount(name: Any) -> Any:
    return models.DecimalField(name, max_digits=16, decimal_places=4, null=True)


class FinishForecastQuerySet(models.QuerySet["FinishForecast"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(project__in=KeyProject.objects.filter(seen_by(user)))

    def warned(self) -> Self:
        """The approved finish is not safe, or what was foretold moved back notably within four weeks."""
        return self.filter(~Q(warning="") | ~Q(trend=""))

    def refusals(self) -> dict[str, int]:
        """How many were refused, by kind, the most frequent first."""
        refused = self.exclude(refusal="").order_by().values_list("refusal_kind")
        return dict(Counter(dict(refused.annotate(models.Count("pk")))).most_common())


class FinishForecast(models.Model):
    """One project that is being prepared or built: two days with their warning, or in words why there is none.

    ``p80_on`` None beside a ``p50_on``: not within ten years. ``on`` is the day of the night, ``made_on`` the last day
    reported, from which it is reckoned. ``rest_*``: 万元 still to be spent from there to the end of the year; None:
    nobody can say.
    """

    project = models.OneToOneField(
        KeyProject, models.CASCADE, primary_key=True, related_name="finish_forecast", verbose_name=_("项目")
    )
    on = models.DateField(_("预测日"))
    known_at = models.DateTimeField(_("数据截至"))
    made_on = models.DateField(_("填报截至"), null=True)
    p50_on = models.DateField(_("五成把握"), null=True)
    p80_on = models.DateField(_("八成把握"), null=True)
    basis = models.CharField(_("依据"), max_length=200, blank=True)
    refusal_kind = models.CharField(
        _("不作预测的原因"), max_length=12, choices=[(why.name, why.value) for why in Why], blank=True
    )
    refusal = models.CharField(_("不作预测的说明"), max_length=200, blank=True)
    approved_finish = models.DateField(_("批准竣工"), null=True)
    warning = models.CharField(_("预警"), max_length=200, blank=True)
    trend = models.CharField(_("走势"), max_length=200, blank=True)
    rest_likely_amount = _amount(_("到年底预计还完成（五成把握）"))
    rest_safe_amount = _amount(_("到年底预计还完成（八成把握）"))

    objects = FinishForecastQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("完工预测")
        indexes = [
            models.Index(
                fields=["approved_finish"],
                condition=~Q(warning="") | ~Q(trend=""),
                name="finish_forecast_warned",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(refusal="", refusal_kind="", made_on__isnull=False, p50_on__isnull=False)
                | ~Q(refusal="") & ~Q(refusal_kind="") & Q(p50_on__isnull=True, p80_on__isnull=True),
                name="finish_forecast_or_refusal",
            ),
            models.CheckConstraint(
                condition=Q(p80_on__isnull=True) | Q(p80_on__gte=F("p50_on")), name="finish_forecast_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(warning="", trend="") | Q(p50_on__isnull=False, approved_finish__isnull=False),
                name="finish_forecast_warns_of_a_day",
            ),
            models.CheckConstraint(
                condition=Q(rest_likely_amount__isnull=True, rest_safe_amount__isnull=True)
                | Q(
                    rest_likely_amount__isnull=False,
                    rest_safe_amount__isnull=False,
                    rest_safe_amount__gte=0,
                    rest_likely_amount__gte=F("rest_safe_amount"),
                ),
                name="finish_forecast_rest_in_order",
            ),
        ]

    @property
    def slack(self) -> int | None:
        """余量: calendar days from the P50 to the approved finish; below nought it is used up."""
        return (self.approved_finish - self.p50_on).days if self.approved_finish and self.p50_on else None


class BackTestResult(models.Model):
    """回溯检验 of the whole portfolio, by last night: the sentence beside every forecast, and the same by days ahead.

    ``buckets``: dicts of ``days``, ``n``, ``error`` (days), ``p50`` and ``p80`` (percent, as text; None without any).
    """

    on = models.DateField(_("检验日"), primary_key=True)
    known_at = models.DateTimeField(_("数据截至"))
    sentence = models.CharField(_("检验结果"), max_length=200)
    buckets = models.JSONField(_("分档"), default=list)

    class Meta:
        verbose_name = verbose_name_plural = _("预测回溯检验")
