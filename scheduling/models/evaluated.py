"""What an evaluation says of one project on one day: its lights, why, and what it counts for in every index."""

from collections import Counter, defaultdict
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from projects.models import PlanEntry
from scheduling.parts import FIELDS, Parts

from .light_rule import Dimension, Light

LightCounts = Counter[tuple[str, str]]
"""By (field of a light, light) the number of projects; ``light`` is the field of the project's own."""
COUNTED = "counted_"
"""How the columns of ``parts.Parts`` begin: what of the project counts, which is not all that is known of it."""


def light_field(dimension: str) -> str:
    return f"{dimension.lower()}_light"


LIGHT_FIELDS = ("light", *map(light_field, Dimension.values))


def _light(name: Any) -> Any:
    return models.CharField(name, max_length=6, choices=Light, default=Light.NONE)


def _amount(name: Any) -> Any:
    """万元; half of a month's plan has a fifth decimal."""
    return models.DecimalField(name, max_digits=17, decimal_places=5, default=0)


def _count(name: Any) -> Any:
    return models.PositiveSmallIntegerField(name, default=0)


class Evaluated(models.Model):
    """``light`` is the project's, ``computed_light`` what it would be without waivers; 填报 is apart from both.

    ``verdicts`` hold by dimension the rule, the stored inputs and the waiver, from which the sentence is made on any
    later day (``lights.restored``). ``edition`` 1 is the initial one, 0: not judged yet.
    """

    edition = models.PositiveSmallIntegerField(_("规则版次"), default=0)
    light = _light(_("亮灯"))
    computed_light = _light(_("计算亮灯"))
    investment_light = _light(_("投资"))
    start_light = _light(_("开工"))
    milestone_light = _light(_("节点"))
    permit_light = _light(_("审批"))
    problem_light = _light(_("问题"))
    entry_light = _light(_("入库"))
    fund_light = _light(_("资金"))
    report_light = _light(_("填报"))
    verdicts = models.JSONField(_("判定"), default=dict)

    plan_category = models.CharField(_("计划类别"), max_length=12, choices=PlanEntry.Category, blank=True, default="")
    counted_projects = _count(_("计划内项目"))
    counted_annual_plan_amount = _amount(_("年度计划投资"))
    counted_plan_to_date_amount = _amount(_("同期计划投资"))
    counted_ytd_amount = _amount(_("当年累计完成投资"))
    counted_original_plan_amount = _amount(_("原计划投资"))
    counted_original_ytd_amount = _amount(_("原计划项目当年完成投资"))
    counted_total_investment = _amount(_("总投资"))
    counted_since_start_amount = _amount(_("开工累计完成投资"))
    counted_targeted = _count(_("有投资任务"))
    counted_on_target = _count(_("达到同期计划"))
    counted_building = _count(_("在建"))
    counted_finished = _count(_("已竣工"))
    counted_continuing = _count(_("续建"))
    counted_resumed = _count(_("续建已复工"))
    counted_new_starts = _count(_("计划新开工"))
    counted_started = _count(_("已开工"))
    counted_starts_due = _count(_("应开工"))
    counted_started_due = _count(_("应开工已开工"))
    counted_completions = _count(_("计划竣工"))
    counted_completed = _count(_("已竣工（计划内）"))
    counted_commissioned = _count(_("已投产"))
    counted_completions_due = _count(_("应竣工"))
    counted_completed_due = _count(_("应竣工已竣工"))
    counted_commissioned_due = _count(_("应竣工已投产"))
    counted_unplanned_projects = _count(_("计划外项目"))
    counted_unplanned_ytd_amount = _amount(_("计划外完成投资"))

    class Meta:
        abstract = True

    @property
    def parts(self) -> Parts:
        values: Any = (getattr(self, COUNTED + name) for name in FIELDS)
        return Parts(*values)

    def light_of(self, dimension: str) -> Light:
        return Light(getattr(self, light_field(dimension)))


class EvaluatedQuerySet(models.QuerySet):
    """Questions to evaluations of one day. Columns by which they are grouped may be those of the project."""

    def parts(self) -> Parts:
        """Σ of the set."""
        return _as_parts(self.aggregate(**_SUMS))

    def parts_by(self, *columns: str) -> dict[Any, Parts]:
        """Σ by these columns; of one column by its value, of several by the tuple."""
        rows = self.order_by().values(*columns).annotate(**_SUMS)
        return {_key([row[column] for column in columns]): _as_parts(row) for row in rows}

    def lights_by(self, *columns: str) -> dict[Any, LightCounts]:
        """By these columns how many projects of the plan or the register stand in each light of each dimension."""
        found: dict[Any, LightCounts] = defaultdict(LightCounts)
        for row in self.order_by().values(*columns, *LIGHT_FIELDS).annotate(number=models.Count("pk")):
            key = _key([row[column] for column in columns])
            for name in LIGHT_FIELDS:
                found[key][name, row[name]] += row["number"]
        return found


_SUMS = {f"sum_{name}": models.Sum(COUNTED + name) for name in FIELDS}


def _as_parts(sums: dict[str, Any]) -> Parts:
    found = {name: sums[f"sum_{name}"] for name in FIELDS}
    return Parts(**{name: value for name, value in found.items() if value is not None})


def _key(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else tuple(values)
