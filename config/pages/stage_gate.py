"""阶段关口: what each of the four stages has to reach, on which documents it rests, and what is still missing."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from config.pages.project import stage_shown
from config.pages.project_course import course_of
from projects import figures
from projects.actions.evidence import may_close
from projects.actions.one_project import answers_for
from projects.gate import READERS, SignedInRequest, requires
from projects.models import EvidenceItem, EvidencePaper, KeyProject, Stage
from projects.recorded import day_of
from projects.roles import Duty
from projects.views.project_head import head
from scheduling.stages import State, Step


@requires(*READERS)
def project_gate(request: SignedInRequest, code: str) -> HttpResponse:
    project = get_object_or_404(KeyProject.objects.visible_to(request.user), code=code)
    shown = head(request, project, tab="project_gate")
    if not project.is_package:
        shown |= _gate(request, project, on=timezone.localdate())
    return render(request, "pages/project_gate.html", shown)


def _gate(request: SignedInRequest, project: KeyProject, *, on: date) -> dict[str, Any]:
    course = course_of(project, on=on)
    targets = {target.stage: target for target in course.targets}
    items: dict[str, list[EvidenceItem]] = {stage: [] for stage in Stage.values}
    for item in EvidenceItem.objects.filter(stage_target__project=project).select_related("stage_target").with_papers():
        items[item.stage_target.stage].append(item)
    may = {
        "set": request.user.duties.include(Duty.EDIT_REGISTER),
        "hand_in": answers_for(project, request.user, Duty.HAND_IN_EVIDENCE),
        "close": may_close(project, request.user),
    }
    stages = [_stage(step, targets.get(step.stage), items[step.stage], may) for step in course.steps]
    return {"steps": [stage_shown(step) for step in course.steps], "stages": stages}


def _stage(step: Step, target: Any, items: list[EvidenceItem], may: dict[str, bool]) -> dict[str, Any]:
    shown = stage_shown(step) | {
        "title": Stage(step.stage).label,
        "target": target,
        "is_done": step.state is State.DONE,
    }
    if target is None:
        return shown
    is_open = target.actual_on is None
    rows = [_row(item, may, is_open=is_open) for item in items]
    missing = [row["name"] for row in rows if row["is_missing"]]
    return shown | {
        "url": reverse("stage_target", args=[target.pk]),
        "rows": rows,
        "standing": _standing(len(items), missing),
        "is_complete": bool(items) and not missing,
        "ask_url": reverse("evidence_ask", args=[target.pk]) if may["set"] and is_open else "",
        "close_url": reverse("stage_target_complete", args=[target.pk]) if may["close"] and is_open else "",
    }


def _standing(asked: int, missing: list[str]) -> str:
    if not asked:
        return _("还没有佐证清单，本阶段不能审核完成。")
    if missing:
        said = {"asked": asked, "missing": len(missing), "names": "、".join(missing)}
        return _("应交 %(asked)d 项，还缺 %(missing)d 项：%(names)s。") % said
    return _("应交 %(asked)d 项，材料已齐。") % {"asked": asked}


def _row(item: Any, may: dict[str, bool], *, is_open: bool) -> dict[str, Any]:
    paper: EvidencePaper | None = next(iter(item.known_papers), None)
    mark, word = _state(item, paper)
    return {
        "name": item.name,
        "mark": mark,
        "word": word,
        "is_missing": paper is None and not item.waived_reason,
        "paper": _paper(paper) if paper else None,
        "waived": "" if paper else item.waived_reason,
        "verbs": _verbs(item, paper, may, is_open=is_open),
    }


def _state(item: EvidenceItem, paper: EvidencePaper | None) -> tuple[str, str]:
    """Shape and word, so that it is read in black and white."""
    if paper:
        return "✓", _("已交")
    return ("—", _("免交")) if item.waived_reason else ("○", _("未交"))


def _paper(paper: EvidencePaper) -> dict[str, Any]:
    who = paper.recorded_by.full_name if paper.recorded_by else _("系统")
    day = figures.compact_date(day_of(paper.recorded_at))
    return {
        "number": paper.document_number,
        "dated_on": figures.compact_date(paper.dated_on),
        "who": _("%(who)s %(day)s 提交") % {"who": who, "day": day},
        "file_url": reverse("evidence_file", args=[paper.pk]) if paper.file else "",
        "file": paper.file.name if paper.file else "",
        "note": paper.note,
    }


def _verbs(
    item: EvidenceItem, paper: EvidencePaper | None, may: dict[str, bool], *, is_open: bool
) -> list[dict[str, str]]:
    """What this person may do about this document; once the stage is closed a lacking one may still be brought."""
    offered = [
        (_("更换") if paper else _("提交"), "evidence_hand_in", may["hand_in"] and (is_open or not paper)),
        (_("免交"), "evidence_waive", may["set"] and not paper and not item.waived_reason),
        (_("恢复要求"), "evidence_ask_again", may["set"] and not paper and item.waived_reason),
    ]
    return [{"label": label, "url": reverse(name, args=[item.pk])} for label, name, holds in offered if holds]
