"""阶段关口: a stage asks for dated documents, and closes when all are there, by a hand that brought none of them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db.models import Max

from projects import audit, recorded
from projects.errors import NotAllowed, RuleViolation
from projects.models import (
    AuditEvent,
    EvidenceItem,
    EvidencePaper,
    KeyProject,
    Stage,
    StageTarget,
    StageTargetDates,
    User,
)
from projects.recorded import day_of
from projects.roles import Duty

from .milestones import dates_of, say
from .one_project import answers_for, facts_of, refuse_future


def ask_for(*, stage_target: StageTarget, names: Iterable[str], by: User) -> list[EvidenceItem]:
    """设置佐证清单: these documents too. What is asked for already is left as it stands. Returns the new ones."""
    with facts_of(stage_target.project) as at:
        return ask(stage_target, names, by=by, at=at)


def ask(stage_target: StageTarget, names: Iterable[str], *, by: User, at: datetime) -> list[EvidenceItem]:
    """As ``ask_for``, within ``facts_of`` the project."""
    known = stage_target.evidence.all()
    asked = {item.name for item in known}
    last = known.aggregate(Max("position"))["position__max"] or 0
    wanted = [name for name in dict.fromkeys(name.strip() for name in names) if name and name not in asked]
    items = [
        EvidenceItem(stage_target=stage_target, position=last + n, name=_fit(name))
        for n, name in enumerate(wanted, start=1)
    ]
    if items:
        EvidenceItem.objects.bulk_create(items)
        changes = {"佐证材料": [None, "、".join(wanted)]}
        audit.record("stage_target.evidence_asked_for", stage_target, by=by, at=at, changes=changes)
    return items


def hand_in(*, paper: EvidencePaper, by: User) -> None:
    """提交佐证材料: the dated document, with its number or its file. An earlier one is superseded and stays.

    Once the stage is closed a document still lacking may be brought after it, but none is replaced.
    """
    item, target = paper.item, paper.item.stage_target
    if not answers_for(target.project, by, Duty.HAND_IN_EVIDENCE):
        raise NotAllowed("佐证材料由本项目责任人、联络人或区重点办提交。")
    with facts_of(target.project) as at:
        known = EvidencePaper.objects.current().filter(item=item).first()
        if paper.dated_on > day_of(at):
            raise RuleViolation(f"文件日期 {paper.dated_on.isoformat()} 晚于今天，请核对。")
        if not (paper.document_number or paper.file):
            raise RuleViolation("请填写文号或上传文件，二者至少有一项。")
        if known and dates_of(target).actual_on:
            raise RuleViolation(f"“{target}”阶段已完成，已交的材料不能更换；确有错误请先撤销完成。")
        if known and paper.says_the_same_as(known):
            raise RuleViolation("与已交的材料相同，没有需要更新的内容。")
        recorded.record([paper], by=by, at=at)
        changes = audit.in_words(known, paper, ["document_number", "dated_on", "file", "note"])
        if waived := _as_stored(item).waived_reason:
            _set_waiver(item, "")
            changes |= {"免交理由": [waived, None]}
        audit.record("evidence_item.handed_in", item, by=by, at=at, changes=changes)


def waive(*, item: EvidenceItem, reason: str, by: User) -> None:
    """免交: the office does without this document, and says why."""
    _refuse_all_but_the_office(by)
    if not reason:
        raise RuleViolation("免交须写明理由。")
    with facts_of(item.stage_target.project) as at:
        item = _as_stored(item)
        if item.papers.filter(superseded_at__isnull=True).exists():
            raise RuleViolation(f"“{item}”已经提交，无须免交。")
        changes = {"免交理由": [item.waived_reason or None, reason]}
        _set_waiver(item, reason)
        audit.record("evidence_item.waived", item, by=by, at=at, changes=changes)


def ask_again(*, item: EvidenceItem, by: User) -> None:
    """恢复要求: the waiver is taken back."""
    _refuse_all_but_the_office(by)
    with facts_of(item.stage_target.project) as at:
        item = _as_stored(item)
        if not item.waived_reason:
            raise RuleViolation(f"“{item}”并未免交。")
        changes = {"免交理由": [item.waived_reason, None]}
        _set_waiver(item, "")
        audit.record("evidence_item.asked_again", item, by=by, at=at, changes=changes)


def close_stage(*, stage_target: StageTarget, actual_on: date, by: User) -> None:
    """审核阶段完成: all documents are there, handed in or waived by others, and the stage before is closed."""
    project = stage_target.project
    if not may_close(project, by):
        raise NotAllowed("阶段完成由牵头单位（责任单位）审核人或区重点办审核登记。")
    with facts_of(project) as at:
        refuse_future(actual_on, what="实际日期", at=at)
        if known_on := dates_of(stage_target).actual_on:
            raise RuleViolation(f"“{stage_target}”已登记于 {known_on.isoformat()} 完成；有误请先撤销完成。")
        _refuse_skipping(stage_target, actual_on)
        papers = _complete_papers(stage_target)
        _refuse_own(papers, by)
        _refuse_own_waivers(stage_target, by)
        _refuse_earlier_than(papers, actual_on)
        why = {"佐证材料": [None, "；".join(map(cited, papers))]}
        say(stage_target, "completed", by=by, at=at, why=why, actual_on=actual_on, is_reached=True)


def may_close(project: KeyProject, by: User) -> bool:
    """A reviewer of its lead or responsible unit, or the office: one query."""
    of_theirs = KeyProject.objects.reviewed_by(by).filter(pk=project.pk)
    return by.duties.include(Duty.CLOSE_STAGE) and of_theirs.exists()


def cited(paper: EvidencePaper) -> str:
    """The document as it is named where something rests on it."""
    said = "，".join(filter(None, [paper.document_number, paper.dated_on.isoformat()]))
    return f"{paper.item}（{said}）"


def _fit(name: str) -> str:
    if len(name) > 100:
        raise RuleViolation(f"佐证材料名称“{name[:20]}……”超过 100 字，请精简。")
    return name


def _as_stored(item: EvidenceItem) -> EvidenceItem:
    return EvidenceItem.objects.get(pk=item.pk)


def _set_waiver(item: EvidenceItem, reason: str) -> None:
    item.waived_reason = reason
    item.save(update_fields=["waived_reason"])


def _refuse_all_but_the_office(by: User) -> None:
    if not by.duties.include(Duty.EDIT_REGISTER):
        raise NotAllowed("佐证材料免交由区重点办决定。")


def _refuse_skipping(target: StageTarget, actual_on: date) -> None:
    place = [*Stage].index(Stage(target.stage))
    if not place:
        return
    before = [*Stage][place - 1]
    dates = StageTargetDates.objects.current().filter(stage_target__project=target.project_id)
    known = dates.filter(stage_target__stage=before, is_reached=True).first()
    if known is None:
        raise RuleViolation(f"上一阶段“{before.label}”尚未完成，请先审核上一阶段。")
    if known.actual_on and actual_on < known.actual_on:
        raise RuleViolation(f"实际日期不能早于上一阶段“{before.label}”的完成日期 {known.actual_on.isoformat()}。")


def _complete_papers(target: StageTarget) -> list[EvidencePaper]:
    """The documents the stage rests on; refused while one is missing or none was ever asked for."""
    if not target.evidence.exists():
        raise RuleViolation(f"“{target}”阶段还没有佐证清单，请区重点办先“设置佐证清单”，再提交材料。")
    if missing := [item.name for item in target.evidence.missing()]:
        raise RuleViolation(f"“{target}”阶段不能完成，还缺：{'、'.join(missing)}。")
    papers = [*EvidencePaper.objects.current().filter(item__stage_target=target).select_related("item")]
    if not papers:
        raise RuleViolation(f"“{target}”阶段的佐证材料全部免交，没有任何文件可依；请至少保留一项并提交。")
    return papers


def _refuse_own(papers: Sequence[EvidencePaper], by: User) -> None:
    if own := [paper.item.name for paper in papers if paper.recorded_by_id == by.pk]:
        raise NotAllowed(f"{'、'.join(own)}由您提交，阶段完成须由另一人审核。")


def _refuse_own_waivers(target: StageTarget, by: User) -> None:
    """Who last did without a document is in the trace alone."""
    waived = {str(item.pk): item.name for item in target.evidence.exclude(waived_reason="")}
    events = AuditEvent.objects.filter(subject_type="evidenceitem", subject_id__in=waived)
    last = dict(events.filter(action="evidence_item.waived").order_by("at", "pk").values_list("subject_id", "by"))
    if own := [waived[pk] for pk, waived_by in last.items() if waived_by == by.pk]:
        raise NotAllowed(f"{'、'.join(own)}由您同意免交，阶段完成须由另一人审核。")


def _refuse_earlier_than(papers: Sequence[EvidencePaper], actual_on: date) -> None:
    latest = max(papers, key=lambda paper: paper.dated_on)
    if actual_on < latest.dated_on:
        raise RuleViolation(f"实际日期不能早于“{latest.item}”的文件日期 {latest.dated_on.isoformat()}。")
