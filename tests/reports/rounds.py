"""Rounds of 季观摩 as the office leaves them: opened, with stops, locked and published."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils import timezone

from scheduling.models import (
    Finding,
    InspectionRound,
    Judge,
    JudgeGroup,
    PracticeCard,
    Problem,
    ProgressReport,
    Stop,
    StopResult,
)
from scheduling.models.attachment import Attachment
from tests.factories import KeyProjectFactory
from tests.reports.weeks import week

BEIJING = ZoneInfo("Asia/Shanghai")
STARTS = datetime(2026, 11, 26, 8, 30, tzinfo=BEIJING)


def round_of(office, *, year=2026, quarter=4, state="ROUTED", **more):
    said = {
        "title": f"{year}年第{'一二三四'[quarter - 1]}季度重点项目观摩",
        "emphases": ["COMPLETION"],
        "rule": {"routine_share": "90", "trimmed_from": 5, "is_anonymous": False},
        "starts_at": STARTS,
        "origin": "区政府南门",
        "opened_by": office,
        "opened_at": timezone.now(),
    }
    return InspectionRound.objects.create(year=year, quarter=quarter, state=state, **(said | more))


def stop_of(opened, project, order, **more):
    said = {
        "travel_minutes": 15,
        "minutes": 20,
        "presenter": "李明",
        "sights": "装配式施工",
        "chosen_by": opened.opened_by,
    }
    return Stop.objects.create(round=opened, project=project, order=order, chosen_at=timezone.now(), **(said | more))


def routed(office, *projects, **more):
    """A round whose route leads to these projects, in their order."""
    opened = round_of(office, **more)
    for order, project in enumerate(projects, start=1):
        stop_of(opened, project, order)
    return opened


def publish(opened, office, signer, results=()):
    """``results``: of each stop in order routine, observation, result and rank."""
    at = timezone.now()
    for stop, (routine, observation, result, rank) in zip(opened.stops.order_by("order"), results, strict=False):
        scores = {"routine": Decimal(routine), "observation": Decimal(observation), "result": Decimal(result)}
        StopResult.objects.create(stop=stop, rank=rank, ranked=len(results), **scores)
    opened.state = InspectionRound.State.PUBLISHED
    opened.locked_by, opened.locked_at, opened.published_by, opened.published_at = office, at, signer, at
    opened.save()
    return opened


def judge_of(opened, user, office, *, code="01"):
    group, _ = JudgeGroup.objects.get_or_create(round=opened, name="区领导")
    return Judge.objects.create(
        round=opened, group=group, user=user, code=code, added_by=office, added_at=timezone.now()
    )


def problem_of(project, by, title="围挡破损", *, needed_by=date(2026, 9, 10), **more):
    at = timezone.now()
    said = {"court_unit": project.lead_unit, "responsible_unit": project.lead_unit, "kind": "CONSTRUCTION"}
    moments = {"level_since": at, "court_since": at, "raised_at": at, "raised_by": by}
    return Problem.objects.create(project=project, title=title, needed_by=needed_by, **(said | moments | more))


def find(stop, by, **more):
    return Finding.objects.create(stop=stop, problem=problem_of(stop.project, by, **more), found_by=by, found_at=STARTS)


def learn(stop, by, title="四证联发"):
    said = {"what": "摘地当天四证齐发。", "contact": "区行政审批局投资科"}
    return PracticeCard.objects.create(stop=stop, title=title, written_by=by, written_at=STARTS, **said)


def photograph(project, file, by, *, taken_at, caption=""):
    """A photo of the project's weekly report."""
    report, _ = ProgressReport.objects.get_or_create(project=project, period=week())
    return Attachment.objects.create(
        project=project,
        report=report,
        kind=Attachment.Kind.PHOTO,
        file=file,
        name="IMG.jpg",
        caption=caption,
        taken_at=taken_at,
        uploaded_by=by,
        uploaded_at=taken_at,
    )


def projects(count, **more):
    return [KeyProjectFactory(**more) for _ in range(count)]
