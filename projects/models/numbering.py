"""编号: the last number given of a kind in a year; whoever takes the next one holds the row."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class NumberCounter(models.Model):
    kind = models.CharField(_("类别"), max_length=30)
    year = models.PositiveSmallIntegerField(_("年份"))
    last = models.PositiveIntegerField(_("最后编号"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("编号")
        constraints = [models.UniqueConstraint(fields=["kind", "year"], name="number_counter_once_a_year")]
