"""资金安排优先清单: which projects come first when money is given, by the lights they had and their units' scores.

Smooth projects first; among them those of the units that scored best; then who is furthest ahead of the plan. Red ones,
paused ones and those that are finished wait.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from projects.figures import percent, shown
from projects.models import KeyProject, LibraryTier
from scheduling.light_rules import Light
from scheduling.models import Assessment, PeriodStanding, ReportPeriod, SubjectScore
from scheduling.models.evaluated import COUNTED

_ORDER = {Light.GREEN: 0, Light.BLUE: 1, Light.YELLOW: 2}
_TIERS = [LibraryTier.PREPARATION, LibraryTier.BUILDING]
_DUE = F(f"{COUNTED}plan_to_date_amount")


@dataclass(frozen=True)
class Candidate:
    """One project in its place. ``rate``: 同期计划完成率, None without a plan to date; amounts are 万元."""

    place: int
    project: KeyProject
    light: Light
    total: Decimal | None
    rank: int | None
    pool: str
    planned: Decimal
    done: Decimal
    rate: Decimal | None

    @property
    def light_word(self) -> str:
        return self.light.word

    @property
    def reason(self) -> str:
        said = {"light": self.light.word, "rate": percent(self.rate, 1), "total": shown(self.total, 2)}
        unit = _("牵头单位得分 %(total)s") % said
        if self.rank:
            unit += _("，%(pool)s第 %(rank)d 名") % {"pool": self.pool, "rank": self.rank}
        return _("%(light)s，同期计划完成率 %(rate)s；") % said + unit


def priorities(assessment: Assessment) -> tuple[ReportPeriod | None, list[Candidate]]:
    """By the lights as frozen with the last week closed within the assessment, and the scores of the last revision.

    None and nothing: no week was closed. Three queries.
    """
    weeks = ReportPeriod.objects.filter(kind=ReportPeriod.Kind.WEEK, closing__finished_at__isnull=False)
    week = weeks.filter(ends_on__range=(assessment.starts_on, assessment.ends_on)).order_by("-ends_on").first()
    if week is None:
        return None, []
    scores = {
        unit: (total, rank, pool)
        for unit, total, rank, pool in SubjectScore.objects.of_last_revision()
        .filter(assessment=assessment, unit__isnull=False)
        .values_list("unit", "total", "rank", "pool")
    }
    smooth = Q(light__in=_ORDER, tier__in=_TIERS, annual_plan_amount__gt=0)
    lines = PeriodStanding.objects.filter(smooth, period=week).annotate(due=_DUE).select_related("project__lead_unit")
    found = sorted((_candidate(line, scores) for line in lines), key=_first)
    return week, [Candidate(place, *each) for place, each in enumerate(found, start=1)]


def _candidate(line: Any, scores: Mapping[int, tuple[Decimal | None, int | None, str]]) -> tuple[Any, ...]:
    rate = 100 * line.ytd_amount / line.due if line.due else None
    of_unit = scores.get(line.project.lead_unit_id, (None, None, ""))
    return line.project, Light(line.light), *of_unit, line.annual_plan_amount, line.ytd_amount, rate


def _first(each: tuple[Any, ...]) -> tuple[Any, ...]:
    project, light, total, _rank, _pool, _planned, _done, rate = each
    return _ORDER[light], -(total or Decimal(-1)), -(rate or Decimal(-1)), project.sort_key
