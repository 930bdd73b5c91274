"""节假日: the days on which the calendar differs from Monday to Friday, as announced."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from projects.workdays import Announced


class CalendarDayQuerySet(models.QuerySet["CalendarDay"]):
    def covers(self, year: int) -> bool:
        """Whether this year's holidays have been entered; National Day is announced with every year."""
        return self.filter(day=date(year, 10, 1)).exists()

    def of_year(self, year: int) -> Self:
        return self.filter(day__year=year)

    def announced(self, years: Iterable[int]) -> Announced:
        """What ``projects.workdays`` reckons with, for these years: one query."""
        rows = self.filter(day__year__in=list(years))
        return Announced(dict(rows.values_list("day", "is_workday")))


class CalendarDay(models.Model):
    day = models.DateField(_("日期"), primary_key=True)
    is_workday = models.BooleanField(_("上班"))
    name = models.CharField(_("名称"), max_length=50)

    objects = CalendarDayQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("节假日")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day.isoformat()} {self.name}{'调休上班' if self.is_workday else '放假'}"
