"""排名: the units of each pool by one rate, who is excused left out and printed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.pages.dashboard.asked import Asked
from projects.models import Unit
from reports.charts import ranking as chart
from reports.charts.chart import Chart
from scheduling.closed_before import frozen
from scheduling.conditions import Excused, Not
from scheduling.index_cards import CARDS
from scheduling.indices import FORMULAS, Index
from scheduling.models import Dimension
from scheduling.parts import Parts
from scheduling.ranking import FEWEST, Place, ranked
from scheduling.ratio import Ratio

# What may be ranked, and in which dimension a project is excused from it.
RATES = {
    Index.INVESTMENT: Dimension.INVESTMENT,
    Index.TO_DATE: Dimension.INVESTMENT,
    Index.START: Dimension.START,
}
BY = {"unit": gettext_lazy("责任口径（牵头单位）"), "town": gettext_lazy("属地口径（镇街）")}
_COLUMNS = {"unit": ("lead_unit", "lead_unit"), "town": ("town", "town")}
Members = list[tuple[Place[int], str, str]]


@dataclass(frozen=True)
class Ranking:
    """The charts of the pools that are ranked; ``excused`` projects are ranked with nobody."""

    rate: Index
    by: str
    charts: list[Chart]
    too_few: list[str]
    excused: list[dict[str, str]]

    @property
    def rules(self) -> str:
        return _("同类单位之间排名，比率相同的名次并列；不足 %(few)d 家的类别不排名。上期名次按同一批项目计算。") % {
            "few": FEWEST
        }


def ranking(asked: Asked, *, rate: str, by: str) -> Ranking:
    index = Index(rate) if rate in RATES else Index.INVESTMENT
    column, narrowed = _COLUMNS.get(by, _COLUMNS["unit"])
    excuse = Excused(RATES[index])
    competing = asked.states.where(Not(excuse))
    now, then = competing.parts_by(column), _before(asked, competing.projects(), column)
    units = {unit.pk: unit for unit in Unit.objects.filter(pk__in=[key for key in now if key])}
    charts, few = [], []
    for kind, label in Unit.Kind.choices:
        members = [key for key, unit in units.items() if unit.kind == kind]
        places = ranked(_rates(now, members, index), _rates(then, members, index))
        if any(place.rank for place in places):
            opens = [asked.list_of(ranked=RATES[index], **{narrowed: place.key}) for place in places]
            named = [(place, str(units[place.key]), href) for place, href in zip(places, opens, strict=True)]
            charts.append(_chart(asked, str(label), named, index))
        elif places:
            few.append(_("%(kind)s（%(number)d 家）") % {"kind": label, "number": len(places)})
    return Ranking(index, narrowed if narrowed == "town" else "unit", charts, few, _excused(asked, excuse))


def _before(asked: Asked, competing: Any, column: str) -> Mapping[Any, Parts]:
    """The same projects, as far as they were in the plan of the same year when the week was closed."""
    if asked.since is None or asked.since.period.ends_on.year != asked.on.year:
        return {}
    return frozen(asked.since, competing).filter(counted_projects__gt=0).parts_by(f"project__{column}")


def _rates(parts: Mapping[Any, Parts], members: list[int], index: Index) -> dict[int, Ratio]:
    return {key: FORMULAS[index].of(parts[key]) for key in members if key in parts}


def _chart(asked: Asked, pool: str, members: Members, index: Index) -> Chart:
    named = [chart.Ranked(name, place.ratio.rate, place.rank, place.was, href) for place, name, href in members]
    expected = asked.indices.time_progress.rate if index == Index.INVESTMENT else None
    return chart.chart(pool, named, rate_name=CARDS[index].name, time_progress=expected)


def _excused(asked: Asked, excuse: Excused) -> list[dict[str, str]]:
    found = asked.seen.filter(pk__in=asked.states.where(excuse).projects())
    rows = found.order_by("sort_key").values_list("code", "name", "lead_unit__name")
    return [{"code": code, "name": name, "unit": unit} for code, name, unit in rows]
