"""Which projects a wall chart shows, in which order, and what they come to in one sentence."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Case, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from projects.figures import chinese_date, grouped
from projects.models import KeyProject, LibraryTier, TierEntry
from projects.models.key_project import KeyProjectQuerySet
from reports.compose.nodes import ORDER
from scheduling.overdue import Scope, Totals, overdue_list

BY_NAME = ("sort_key", "code")
_STAGES = Case(
    *(When(stage_now=stage, then=Value(turn)) for turn, stage in enumerate(ORDER)), default=Value(len(ORDER))
)
GROUPINGS: dict[str, tuple[str | OrderBy, ...]] = {
    "unit": ("lead_unit__sort_key", "lead_unit_id"),
    "leader": (F("linked_leader__sort_key").asc(nulls_last=True), "linked_leader_id"),
    "area": ("focus_area",),
    "stage": ("stage_turn",),
    "town": (F("town__sort_key").asc(nulls_last=True), "town_id"),
}
DEFAULT_GROUPING = "unit"
_SHOWN = (
    *("code", "name", "focus_area", "lead_unit__name", "lead_unit__short_name", "town__name", "town__short_name"),
    *("responsible_person__full_name", "linked_leader__full_name"),
)


@dataclass(frozen=True)
class Counts:
    projects: int
    late: Totals


def on_the_chart(projects: KeyProjectQuerySet, *, on: date) -> KeyProjectQuerySet:
    """Without packages, which have no dates of their own, and without those that had left the register by then."""
    entered = TierEntry.objects.current().filter(project=OuterRef("pk"), entered_on__lte=on)
    tier = Coalesce(Subquery(entered.order_by("-entered_on").values("tier")[:1]), Value(""))
    return projects.counted().alias(tier_then=tier).exclude(tier_then=LibraryTier.EXITED)


def in_order(projects: KeyProjectQuerySet, *, grouping: str) -> QuerySet[KeyProject]:
    """Group by group. The present stage is the one known now (``Standing``), whatever day the chart is of."""
    columns = GROUPINGS[grouping]
    staged = projects.annotate(stage_now=F("standing__stage")).alias(stage_turn=_STAGES)
    return staged.with_people().only(*_SHOWN).order_by(*columns, *BY_NAME)


def counts(projects: KeyProjectQuerySet, *, on: date, today: date) -> Counts:
    late = overdue_list(Scope(projects), on=on, known_at=None, today=today)
    return Counts(projects.count(), late.totals)


def finding(found: Counts, *, on: date) -> str:
    """Where everything stands in time, in one line."""
    said = {
        "day": chinese_date(on),
        "projects": grouped(Decimal(found.projects), 0),
        "late": grouped(Decimal(found.late.projects), 0),
        "items": grouped(Decimal(found.late.items), 0),
        "days": grouped(Decimal(found.late.most_days), 0),
    }
    if not found.projects:
        return _("截至%(day)s，没有可以上图的项目。") % said
    if not found.late.projects:
        return _("截至%(day)s，%(projects)s 个项目，没有逾期。") % said
    return _("截至%(day)s，%(projects)s 个项目，%(late)s 个逾期（共 %(items)s 项），最长逾期 %(days)s 天。") % said
