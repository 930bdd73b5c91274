"""当时与现在: the light a project was given when a period closed, and what is known now of the same day."""

from collections.abc import Mapping
from typing import NamedTuple

from projects.models import KeyProject
from scheduling.evaluation import evaluated
from scheduling.light_rules import Dimension, Light
from scheduling.models import PeriodStanding, ReportPeriod
from scheduling.models.evaluated import light_field
from scheduling.project_days import AsKnown

_OF_EACH_KIND = 3
_OWN, _COMPUTED = "light", "computed_light"


class Lit(NamedTuple):
    """The project's light, what it would be without waivers, and that of every dimension."""

    light: Light
    computed: Light
    dimensions: Mapping[Dimension, Light]


class ThenAndNow(NamedTuple):
    period: ReportPeriod
    then: Lit
    now: Lit

    @property
    def differs(self) -> bool:
        return self.then != self.now

    def changed(self) -> list[tuple[Dimension, Light, Light]]:
        """The dimensions that were lit otherwise then: then and now."""
        pairs = ((each, self.then.dimensions[each], self.now.dimensions[each]) for each in Dimension)
        return [(each, then, now) for each, then, now in pairs if then != now]


def then_and_now(project: KeyProject) -> list[ThenAndNow]:
    """The last weeks and months' ends, the latest first. Every day asked for costs an evaluation of its own."""
    frozen = PeriodStanding.objects.filter(project=project).select_related("period").order_by("-period__ends_on")
    kinds = (ReportPeriod.Kind.MONTH_END, ReportPeriod.Kind.WEEK)
    return [
        ThenAndNow(each.period, _lit(vars(each)), _lit(_known_now(project, each.period)))
        for kind in kinds
        for each in frozen.filter(period__kind=kind)[:_OF_EACH_KIND]
    ]


def _known_now(project: KeyProject, period: ReportPeriod) -> Mapping[str, object]:
    return next(evaluated([project.pk], AsKnown.past(period.ends_on, known_at=None))).columns


def _lit(columns: Mapping[str, object]) -> Lit:
    by_dimension = {each: Light(str(columns[light_field(each.value)])) for each in Dimension}
    return Lit(Light(str(columns[_OWN])), Light(str(columns[_COMPUTED])), by_dimension)
