"""考核: what was assessed, and one assessment: who stands where in each pool, with every point opening its facts."""

from decimal import Decimal
from typing import Any

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from projects import sheets
from projects.figures import UNDEFINED, compact_date, shown
from projects.gate import READERS, SignedInRequest, requires
from projects.lists import page_of
from projects.models import Job
from projects.roles import Duty
from projects.views.listing import asks_for_sheet, list_taken, sheet_url
from scheduling import tasks
from scheduling.actions import assessments as actions
from scheduling.assessment_sheet import assessment_sheet
from scheduling.models import Appeal, Assessment, AssessmentRevision, AssessmentScheme, SubjectScore
from scheduling.models.assessment import SubjectScoreQuerySet
from scheduling.score_formulas import total
from scheduling.score_indicators import Kind
from scheduling.views import list_columns

_State = Assessment.State


@requires(*READERS)
def assessment_list(request: SignedInRequest) -> HttpResponseBase:
    found = Assessment.objects.visible_to(request.user).select_related("scheme", "prepared_by", "published_by")
    if asks_for_sheet(request):
        return list_taken(request, _("考核"), list_columns.ASSESSMENTS, found)
    page = page_of(found, request)
    shown_here = {
        "title": _("考核"),
        "as_of": _("按已启用的考核方案，从已登记的数据计算；公示听取申诉后公布。"),
        "rows": [_row(each) for each in page],
        "page": page,
        "sheet_url": sheet_url(request),
        "may_begin": request.user.duties.include(Duty.ASSESS),
        "has_scheme": AssessmentScheme.objects.adopted().exists(),
    }
    return render(request, "scheduling/assessment_list.html", shown_here)


@requires(*READERS)
def assessment(request: SignedInRequest, pk: int) -> HttpResponse:
    found = assessment_or_404(request, pk)
    last, pending = revisions_of(found)
    kind = found.kind
    scores = scores_of(request, found)
    page = page_of(scores, request)
    rows = [_score(each, kind) for each in page]
    shown_here = {
        "title": found.title,
        "trail": trail(),
        "badge": found.get_state_display(),
        "as_of": _as_of(found, last),
        "assessment": found,
        "state": _steps(found),
        "pending": pending_of(pending),
        "behind": actions.what_changed_since(last) if last and found.state != _State.FINAL else "",
        "headline": _headline(found, scores) if last else "",
        "items": [{"key": each["key"], "name": each["name"], "weight": each["weight"]} for each in _items(found)],
        "ranks": not kind.is_of_people,
        "pools": _by_pool(rows),
        "page": page,
        "appeals": [appeal_row(each, found) for each in _appeals(request, found)],
        "may": _verbs(request, found, last),
        "export_url": reverse("assessment_export", args=[found.pk]),
    }
    return render(request, "scheduling/assessment.html", shown_here)


@requires(*READERS)
def assessment_reckoning(request: SignedInRequest, pk: int) -> HttpResponse:
    """How far the reckoning has come: a part of the page; once done, the page is asked for anew."""
    found = assessment_or_404(request, pk)
    _last, pending = revisions_of(found)
    answer = render(request, "scheduling/_assessment_reckoning.html", {"pending": pending_of(pending)})
    if pending is None:
        answer["HX-Refresh"] = "true"
    return answer


@requires(Duty.EXPORT)
def assessment_export(request: SignedInRequest, pk: int) -> FileResponse:
    found, now = assessment_or_404(request, pk), timezone.now()
    last, _pending = revisions_of(found)
    sheet = assessment_sheet(found, scores_of(request, found), as_of=_as_of(found, last))
    return sheets.download(sheet, by=request.user, at=now)


def assessment_or_404(request: SignedInRequest, pk: int) -> Assessment:
    related = ("scheme", "prepared_by", "published_by")
    return get_object_or_404(Assessment.objects.visible_to(request.user).select_related(*related), pk=pk)


def scores_of(request: SignedInRequest, found: Assessment) -> SubjectScoreQuerySet:
    """Of the last revision, what this person may see of it: by pool, the best first; people by their names."""
    scores = SubjectScore.objects.visible_to(request.user).of_last_revision().filter(assessment=found)
    order = ("person__sort_key",) if found.kind.is_of_people else ("pool", "rank", "-total", "pk")
    return scores.select_related("unit", "person").order_by(*order)


def revisions_of(found: Assessment) -> tuple[AssessmentRevision | None, AssessmentRevision | None]:
    """The last that is finished, and the one under way: one query."""
    revisions = list(found.revisions.select_related("asked_by").order_by("-number")[:2])
    finished = next((each for each in revisions if each.finished_at), None)
    return finished, next((each for each in revisions if not each.finished_at), None)


def pending_of(pending: AssessmentRevision | None) -> dict[str, Any] | None:
    if pending is None:
        return None
    job = Job.objects.filter(kind=tasks.reckon_assessment.name, subject=str(pending.pk)).first()
    return {
        "url": reverse("assessment_reckoning", args=[pending.assessment_id]),
        "number": pending.number,
        "reason": pending.reason,
        "failed": job.error if job and job.state == Job.State.FAILED else "",
    }


def trail(found: Assessment | None = None) -> list[dict[str, str]]:
    start = [{"label": _("考核"), "url": reverse("assessment_list")}]
    return [*start, {"label": found.title, "url": assessment_url(found)}] if found else start


def assessment_url(found: Assessment) -> str:
    return reverse("assessment", args=[found.pk])


def appeal_row(appeal: Appeal, found: Assessment) -> dict[str, Any]:
    names = {each["key"]: each["name"] for each in found.scheme.content["items"]}
    return {
        "pk": appeal.pk,
        "unit": str(appeal.unit),
        "item": names.get(appeal.item, _("总体")),
        "text": appeal.text,
        "file_url": reverse("appeal_file", args=[appeal.pk]) if appeal.file_id else "",
        "made": f"{appeal.made_by}　{compact_date(localtime(appeal.made_at).date())}",
        "outcome": appeal.get_outcome_display() if appeal.outcome else _("待答复"),
        "is_waiting": not appeal.outcome,
        "answer": appeal.answer,
        "answered": f"{appeal.answered_by}　{compact_date(localtime(appeal.answered_at).date())}"
        if appeal.answered_at
        else "",
    }


def _appeals(request: SignedInRequest, found: Assessment) -> Any:
    seen = Appeal.objects.visible_to(request.user).filter(assessment=found)
    return seen.select_related("unit", "made_by", "answered_by")


def _row(found: Assessment) -> dict[str, Any]:
    return {
        "url": assessment_url(found),
        "title": found.title,
        "kind": found.scheme.get_kind_display(),
        "span": _span(found),
        "scheme": str(found.scheme),
        "state": found.get_state_display(),
        "mark": found.state.lower(),
        "until": compact_date(found.appeals_until) if found.state == _State.APPEALS else "",
        "who": f"{found.published_by or found.prepared_by}",
    }


def _span(found: Assessment) -> str:
    return _("%(since)s 至 %(until)s") % {
        "since": compact_date(found.starts_on),
        "until": compact_date(found.ends_on),
    }


def _as_of(found: Assessment, last: AssessmentRevision | None) -> str:
    said = _("考核期 %s") % _span(found)
    if last is None or last.known_at is None:
        return said
    known = {"span": said, "at": f"{localtime(last.known_at):%Y-%m-%d %H:%M}", "number": last.number}
    return _("%(span)s，按 %(at)s 所知；结果第 %(number)d 版") % known


def _steps(found: Assessment) -> str:
    match found.state:
        case _State.PREVIEW:
            return _("预览中，仅区重点办和区领导可见；公示后各单位看到自己的得分并可申诉。")
        case _State.APPEALS:
            span = {"since": compact_date(found.appeals_from), "until": compact_date(found.appeals_until)}
            return _("公示申诉期 %(since)s 至 %(until)s；答复全部申诉后由签发领导公布。") % span
    published = {"who": found.published_by, "at": f"{localtime(found.published_at):%Y-%m-%d}"}
    return _("%(who)s %(at)s 核定公布，不再改动。") % published


def _items(found: Assessment) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = found.scheme.content["items"]
    return items


def _headline(found: Assessment, scores: SubjectScoreQuerySet) -> str:
    totals = list(scores.order_by().values_list("total", flat=True))
    known = sorted(each for each in totals if each is not None)
    if not known:
        return _("没有可以计分的对象。")
    said = {"count": len(totals), "scored": len(known), "low": shown(known[0], 2), "high": shown(known[-1], 2)}
    if len(totals) == 1:
        return _("得 %(high)s 分。") % said
    if found.kind.is_of_people:
        return _("%(count)d 人，计分 %(scored)d 人；按姓名排列，不分名次。") % said
    said["mean"] = shown(total(known) / len(known), 2)
    return _("%(count)d 个对象，计分 %(scored)d 个：最高 %(high)s 分，最低 %(low)s 分，平均 %(mean)s 分。") % said


def _score(score: SubjectScore, kind: Kind) -> dict[str, Any]:
    places = 2
    url = reverse("assessment_score", args=[score.assessment_id, score.pk])
    breakdown = score.breakdown
    return {
        "pool": score.pool,
        "url": url,
        "name": str(score.subject),
        "rank": score.rank or UNDEFINED,
        "total": shown(score.total, places),
        "points": [{"key": each["key"], "name": each["name"], "shown": _points(each)} for each in breakdown["items"]],
        "added": _signed(breakdown["added"], "+"),
        "taken": _signed(breakdown["taken"], "−"),
        "excused": breakdown["excused"],
    }


def _points(item: dict[str, Any]) -> str:
    return _("不适用") if item["absent"] and not Decimal(item["points"]) else str(item["points"])


def _signed(points: str, sign: str) -> str:
    return f"{sign}{points}" if Decimal(points) else UNDEFINED


def _by_pool(rows: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    pools: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        pools.setdefault(row["pool"], []).append(row)
    return list(pools.items())


def _verbs(request: SignedInRequest, found: Assessment, last: AssessmentRevision | None) -> dict[str, bool]:
    duties, is_open = request.user.duties, found.state != _State.FINAL
    assesses = duties.include(Duty.ASSESS)
    over = found.appeals_until is not None and timezone.localdate() > found.appeals_until
    return {
        "reckon": assesses and is_open,
        "appeals": assesses and found.state == _State.PREVIEW and last is not None,
        "publish": duties.include(Duty.APPROVE_ASSESSMENT)
        and found.state == _State.APPEALS
        and over
        and found.prepared_by_id != request.user.pk,
        "answer": assesses and is_open,
        "export": duties.include(Duty.EXPORT) and last is not None,
        "funding": last is not None and found.kind is Kind.LEAD and found.state == _State.FINAL,
    }
