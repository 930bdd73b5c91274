"""One subject of an assessment: every item with its points, the words of the formula, and the facts behind it."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from projects.figures import UNDEFINED, compact_date, exactly, shown
from projects.gate import READERS, SignedInRequest, requires
from projects.models import KeyProject, StoredFile, Unit
from projects.roles import Duty
from projects.views.downloads import attachment
from scheduling.actions.appeals import may_appeal
from scheduling.models import Appeal, Assessment, BonusMalus, ManualScore, SubjectScore
from scheduling.score_formulas import written
from scheduling.score_indicators import HAND, INDICATORS, Measure
from scheduling.views.assessments import appeal_row, assessment_or_404, trail

MOST_FACTS = 30
"""Of more facts behind one item the page shows the first; the item asked for (``?item=``) shows them all."""


@requires(*READERS)
def assessment_score(request: SignedInRequest, pk: int, row: int) -> HttpResponse:
    found, score = score_or_404(request, pk, row)
    breakdown, unit = score.breakdown, score.unit
    projects = _projects(breakdown)
    seen = set(KeyProject.objects.visible_to(request.user).filter(pk__in=projects).values_list("pk", flat=True))
    is_open = found.state != Assessment.State.FINAL
    assesses = request.user.duties.include(Duty.ASSESS) and is_open
    shown_here = {
        "title": str(score.subject),
        "trail": trail(found),
        "as_of": _("结果第 %(number)d 版，按 %(at)s 所知")
        % {"number": score.revision.number, "at": f"{localtime(score.revision.known_at):%Y-%m-%d %H:%M}"},
        "score": score,
        "newer": _newer(score),
        "facts": _facts(score),
        "items": [
            _item(each, projects, seen, can_give=assesses, whole=request.GET.get("item") == each["key"])
            for each in breakdown["items"]
        ],
        "entries": [_entry(each, can_withdraw=assesses) for each in _of_subject(found.bonuses, score).order_by("pk")],
        "given": [_given(each) for each in _of_subject(ManualScore.objects.current().filter(assessment=found), score)],
        "appeals": [appeal_row(each, found) for each in _appeals(request, found, unit)],
        "may_assess": assesses,
        "may_appeal": unit is not None and may_appeal(found, unit, request.user, at=timezone.now()),
        "assessment": found,
    }
    return render(request, "scheduling/assessment_score.html", shown_here)


@requires(*READERS)
def bonus_file(request: SignedInRequest, pk: int) -> FileResponse:
    bonus = get_object_or_404(BonusMalus.objects.select_related("file"), pk=pk)
    _refuse_unseen(request, bonus)
    return _attached(bonus.file)


@requires(*READERS)
def manual_score_file(request: SignedInRequest, pk: int) -> FileResponse:
    given = get_object_or_404(ManualScore.objects.select_related("file"), pk=pk)
    _refuse_unseen(request, given)
    return _attached(given.file)


@requires(*READERS)
def appeal_file(request: SignedInRequest, pk: int) -> FileResponse:
    seen = Appeal.objects.visible_to(request.user).select_related("file")
    return _attached(get_object_or_404(seen, pk=pk).file)


def _attached(file: StoredFile | None) -> FileResponse:
    if file is None:
        raise Http404
    return attachment(file)


def score_or_404(request: SignedInRequest, pk: int, row: int) -> tuple[Assessment, SubjectScore]:
    found = assessment_or_404(request, pk)
    scores = SubjectScore.objects.visible_to(request.user).filter(assessment=found)
    return found, get_object_or_404(scores.select_related("unit", "person", "revision"), pk=row)


def score_url(score: SubjectScore) -> str:
    return reverse("assessment_score", args=[score.assessment_id, score.pk])


def _refuse_unseen(request: SignedInRequest, entered: BonusMalus | ManualScore) -> None:
    seen = SubjectScore.objects.visible_to(request.user).filter(assessment=entered.assessment_id)
    get_object_or_404(_of_subject(seen, entered)[:1])


def _of_subject(rows: Any, score: Any) -> Any:
    return rows.filter(unit=score.unit_id, person=score.person_id)


def _appeals(request: SignedInRequest, found: Assessment, unit: Unit | None) -> Any:
    seen = Appeal.objects.visible_to(request.user).filter(assessment=found, unit=unit)
    return seen.select_related("unit", "made_by", "answered_by") if unit else ()


def _newer(score: SubjectScore) -> str:
    """The address of the same subject in the last revision; empty: this is it."""
    last = _of_subject(SubjectScore.objects.of_last_revision().filter(assessment=score.assessment_id), score).first()
    return score_url(last) if last and last.pk != score.pk else ""


def _projects(breakdown: Mapping[str, Any]) -> dict[int, KeyProject]:
    wanted = {fact[0] for item in breakdown["items"] for fact in item["facts"]}
    return KeyProject.objects.only("pk", "code", "name").in_bulk(wanted)


def _facts(score: SubjectScore) -> list[dict[str, Any]]:
    breakdown = score.breakdown
    rank = _("第 %(rank)d 名（%(pool)s %(ranked)d 个）") % {
        "rank": score.rank or 0,
        "pool": score.pool,
        "ranked": score.ranked,
    }
    facts = [
        {"label": _("总分"), "value": shown(score.total, 2)},
        {"label": _("计算"), "value": breakdown["words"], "wide": True},
    ]
    if score.unit_id:
        facts.insert(1, {"label": _("名次"), "value": rank if score.rank else breakdown["excused"] or _("不排名")})
    return facts


def _item(
    item: Mapping[str, Any], projects: Mapping[int, KeyProject], seen: set[int], *, can_give: bool, whole: bool
) -> dict[str, Any]:
    indicator = INDICATORS[item["indicator"]]
    facts = item["facts"]
    most = len(facts) if whole else MOST_FACTS
    return {
        "is_open": whole,
        "key": item["key"],
        "name": item["name"],
        "weight": written(Fraction(item["weight"])),
        "value": _value(item, indicator.measure),
        "points": item["points"],
        "words": item["words"],
        "definition": indicator.definition,
        "is_rate": item["below"] is not None,
        "above": written(Fraction(item["above"])),
        "below": written(Fraction(item["below"])) if item["below"] else "",
        "facts": [_fact(fact, projects, seen) for fact in facts[:most]],
        "count": len(facts),
        "left_out": max(0, len(facts) - most),
        "is_given": item["indicator"] == HAND and can_give,
    }


def _value(item: Mapping[str, Any], measure: Measure) -> str:
    if item["value"] is None or measure is Measure.HAND:
        return UNDEFINED
    text = written(Fraction(Decimal(item["value"])))
    return f"{text}%" if measure is Measure.PERCENT else f"{text} {measure.value}"


def _fact(fact: list[Any], projects: Mapping[int, KeyProject], seen: set[int]) -> dict[str, Any]:
    pk, text, above, below, days = fact
    project = projects[pk]
    return {
        "project": project.name,
        "url": reverse("project_detail", args=[project.code]) if pk in seen else "",
        "text": text + (_("（任职 %d 天）") % days if days else ""),
        "above": written(Fraction(above)),
        "below": written(Fraction(below)),
    }


def _entry(bonus: BonusMalus, *, can_withdraw: bool) -> dict[str, Any]:
    return {
        "points": f"{bonus.points:+.2f}",
        "reason": bonus.reason,
        "evidence": bonus.evidence,
        "file_url": reverse("bonus_file", args=[bonus.pk]) if bonus.file_id else "",
        "on": compact_date(localtime(bonus.entered_at).date()),
        "withdrawn": bonus.withdrawn_reason,
        "withdraw_url": reverse("bonus_withdraw", args=[bonus.pk]) if can_withdraw and not bonus.withdrawn_at else "",
    }


def _given(given: ManualScore) -> dict[str, Any]:
    return {
        "item": given.item,
        "points": exactly(given.points),
        "evidence": given.evidence,
        "file_url": reverse("manual_score_file", args=[given.pk]) if given.file_id else "",
    }
