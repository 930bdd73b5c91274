"""What is known of many projects, put beside itself for ``contradictions``: in a constant number of queries."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db.models import F, Max
from django.db.models.functions import Coalesce

from projects.models import EvidenceItem, LibraryTier, MilestoneDates, Stage, StageTargetDates
from projects.recorded import day_of
from scheduling.contradictions import Picture, Step
from scheduling.forecast import Forecast, Refusal
from scheduling.light_rules import Dimension, Light
from scheduling.light_sentences import sentence
from scheduling.lights import restored
from scheduling.models import Attachment, ProgressVersion, Standing
from scheduling.pace import History

_BAD = {Light.YELLOW, Light.RED}


class _Steps(NamedTuple):
    stages: list[Step]
    declared_finish: date | None = None


def stale_report(standing: Standing, *, on: date) -> str:
    """The sentence of a 填报 light that is yellow or red and not waived; empty where the figures are fresh."""
    parts = standing.verdicts.get(Dimension.REPORT.value)
    if not parts or Light(parts["light"]) not in _BAD or "waived_until" in parts:
        return ""
    return sentence(restored(parts, on=on), on=on)


def pictures(
    standings: Collection[Standing],
    told: Mapping[int, History],
    forecasts: Mapping[int, Forecast | Refusal],
    *,
    on: date,
    uses_photos: bool,
) -> dict[int, Picture]:
    """One for each standing. Six queries for any number.

    A stage is doubted by the papers it asks for, a milestone only where a report claims it. Photos are owed by what is
    being built wherever the district hands in any (``uses_photos``).
    """
    projects = [standing.project_id for standing in standings]
    steps, nodes, photos = _stages(projects), _nodes(projects), _photos(projects)
    return {
        standing.project_id: Picture(
            on=on,
            is_normal=standing.light == Light.GREEN,
            since_start_amount=standing.since_start_amount,
            stages=steps[standing.project_id].stages,
            nodes=nodes[standing.project_id],
            stale_report=stale_report(standing, on=on),
            photos_owed=uses_photos and standing.tier == LibraryTier.BUILDING,
            photographed_on=photos.get(standing.project_id),
            declared_finish=steps[standing.project_id].declared_finish,
            **_of_history(told.get(standing.project_id)),
            **_of_forecast(forecasts.get(standing.project_id)),
        )
        for standing in standings
    }


def uses_photos() -> bool:
    return Attachment.objects.kept().photos().filter(report__isnull=False).exists()


def _of_history(history: History | None) -> dict[str, Any]:
    if history is None:
        return {}
    pace = history.pace
    return {"weeks": history.weeks, "total_investment": pace.total_amount, "approved_finish": pace.approved_finish}


def _of_forecast(found: Forecast | Refusal | None) -> dict[str, Any]:
    if not isinstance(found, Forecast):
        return {}
    return {"likely_finish": found.p50_on, "paced_finish": found.lines[0].paced_on}


def _stages(projects: Collection[int]) -> Mapping[int, _Steps]:
    asked = EvidenceItem.objects.filter(stage_target__project__in=projects)
    lacking = set(asked.missing().values_list("stage_target", flat=True))
    dates = StageTargetDates.objects.current().filter(stage_target__project__in=projects)
    columns = ("stage_target__project", "stage_target", "stage_target__stage", "is_reached", "forecast_on")
    found: dict[int, _Steps] = defaultdict(lambda: _Steps([]))
    for project, target, stage, is_reached, forecast_on in dates.order_by("stage_target").values_list(*columns):
        stages = [*found[project].stages, Step(str(Stage(stage).label), is_reached, target not in lacking)]
        foretold = forecast_on if stage == Stage.COMMISSIONING and not is_reached else found[project].declared_finish
        found[project] = _Steps(stages, foretold)
    return found


def _nodes(projects: Collection[int]) -> Mapping[int, list[Step]]:
    bare = _claimed_without_ground(projects)
    dates = MilestoneDates.objects.current().filter(milestone__project__in=projects)
    rows = dates.order_by("milestone__position", "milestone").values_list(
        "milestone__project", "milestone", "milestone__name", "is_reached"
    )
    found: dict[int, list[Step]] = defaultdict(list)
    for project, node, name, is_reached in rows:
        found[project].append(Step(name, is_reached, node not in bare))
    return found


def _claimed_without_ground(projects: Collection[int]) -> set[int]:
    """Milestones whose completion rests on reports alone that neither name a ground nor show a photo."""
    reports = ProgressVersion.objects.current().accepted().filter(report__project__in=projects)
    claims = list(reports.exclude(milestones=[]).values_list("report", "milestones"))
    shown = set(
        Attachment.objects.kept()
        .photos()
        .filter(report__in=[report for report, _claims in claims])
        .values_list("report", flat=True)
    )
    done = [(report, claim) for report, claimed in claims for claim in claimed if claim.get("actual_on")]
    grounded = {claim["milestone"] for report, claim in done if claim.get("evidence") or report in shown}
    return {claim["milestone"] for _report, claim in done} - grounded


def _photos(projects: Collection[int]) -> dict[int, date]:
    """When a photo of a report was last taken, by the camera or else by when it was handed in."""
    kept = Attachment.objects.kept().photos().filter(report__project__in=projects)
    last = Max(Coalesce(F("taken_at"), F("uploaded_at")))
    taken = kept.order_by().values_list("report__project").annotate(last=last)
    return {project: day_of(at) for project, at in taken}
