"""倒排模板: editions that are drafted, proved and put into force, and from then on unalterable."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Model

from projects import audit
from projects.blueprint import Blueprint, faults, misfits
from projects.blueprint_changes import Change, changes
from projects.blueprints import PROJECT_TYPES, ROUTES, initial_edition
from projects.errors import RuleViolation
from projects.models import (
    ScheduleTemplate,
    TemplateBlackout,
    TemplateEvidence,
    TemplateLink,
    TemplateNode,
    TemplatePermit,
    TemplateStage,
    TemplateVersion,
    User,
)
from projects.recorded import day_of
from projects.template_parts import blueprint_of, links_for, nodes_for, other_parts_for

INITIAL_SINCE = date(2019, 3, 26)
"""The day of 国办发〔2019〕11号: a plan entered for an earlier year has its template as well."""
INITIAL_NOTE = "系统初始模板：审批事项按国办发〔2019〕11号四个阶段，工期按通行经验。请结合本地实际修订，启用新版。"

_STATE = TemplateVersion.State
_PARTS = (TemplateLink, TemplateNode, TemplateStage, TemplateEvidence, TemplatePermit, TemplateBlackout)
_SHOWN_FAULTS = 5


@transaction.atomic
def take_initial_editions(*, by: User | None, at: datetime) -> int:
    """The initial edition for every kind of project and way in that has no edition at all; gives how many were taken.

    ``by`` None: the system itself, when an installation is founded.
    """
    kinds = [ScheduleTemplate(project_type=kind, approval_route=route) for kind in PROJECT_TYPES for route in ROUTES]
    ScheduleTemplate.objects.bulk_create(kinds, ignore_conflicts=True)
    templates = list(ScheduleTemplate.objects.select_for_update())  # of two at once the second finds them filled
    filled = set(TemplateVersion.objects.values_list("template", flat=True))
    missing = [template for template in templates if template.pk not in filled]
    if missing:
        versions = _taken(missing, by=by, at=at)
        said = {str(version.template): [None, f"第 {version.number} 版"] for version in versions}
        audit.record("schedule_template.initial_taken", versions[0].template, by=by, at=at, changes=said)
    return len(missing)


@transaction.atomic
def draft(*, template: ScheduleTemplate, by: User, at: datetime) -> TemplateVersion:
    """编制新版: a copy of the last edition put into force, or an empty one, to be changed and then put into force."""
    template = ScheduleTemplate.objects.select_for_update().get(pk=template.pk)
    if waiting := template.versions.filter(state=_STATE.DRAFT).first():
        raise RuleViolation(f"{waiting}正在编制，请接着修改，或先作废它。")
    last = template.versions.aggregate(Max("number"))["number__max"] or 0
    version = TemplateVersion.objects.create(template=template, number=last + 1, drafted_by=by, drafted_at=at)
    if before := predecessor(version):
        _store([(version, blueprint_of(before))])
    changed_from = {"底稿": str(before) if before else "空白"}
    audit.record("template_version.drafted", version, by=by, at=at, changes=changed_from)
    return version


@transaction.atomic
def amend_draft(*, version: TemplateVersion, by: User, at: datetime, **parts: tuple[Any, ...]) -> list[Change]:
    """Replace the parts of the blueprint that are given by name; gives what changed.

    A draft may still have loose ends (``faults``); what no edition can hold is refused (``misfits``).
    """
    version = _in_work(version)
    before = blueprint_of(version)
    after = replace(before, **parts)
    if slips := misfits(after):
        raise RuleViolation("".join(slips[:_SHOWN_FAULTS]))
    found = changes(before, after)
    if after != before:
        for model in _PARTS:
            model._default_manager.filter(version=version).delete()
        _store([(version, after)])
        audit.record("template_version.amended", version, by=by, at=at, changes=_said(found))
    return found


def save_draft(*, version: TemplateVersion, blueprint: Blueprint, by: User, at: datetime) -> list[Change]:
    """Replace the whole content of a draft; gives what changed."""
    parts = {name: getattr(blueprint, name) for name in Blueprint.__dataclass_fields__}
    return amend_draft(version=version, by=by, at=at, **parts)


@transaction.atomic
def put_into_force(*, version: TemplateVersion, effective_on: date, note: str = "", by: User, at: datetime) -> None:
    """启用: plans drawn up from this day on start from it. Refused with the faults while it is not proved."""
    version = _in_work(version)
    if found := faults(blueprint_of(version)):
        more = f"另有 {len(found) - _SHOWN_FAULTS} 处问题。" if len(found) > _SHOWN_FAULTS else ""
        raise RuleViolation("".join(found[:_SHOWN_FAULTS]) + more)
    before = predecessor(version)
    if effective_on < day_of(at):
        raise RuleViolation("启用日期不能早于今天：以前编制的倒排计划仍按当时的版本。")
    if before and before.effective_on and effective_on < before.effective_on:
        raise RuleViolation(
            f"启用日期不能早于上一版的启用日期 {before.effective_on.isoformat()}，否则上一版会盖过本版。"
        )
    version.state, version.effective_on, version.note = _STATE.APPROVED, effective_on, note
    version.save(update_fields=["state", "effective_on", "note"])
    said = audit.in_words(None, version, ["effective_on", "note"])
    audit.record("template_version.put_into_force", version, by=by, at=at, changes=said)


@transaction.atomic
def discard(*, version: TemplateVersion, by: User, at: datetime) -> None:
    """作废 a draft: it was never in force, so only its trace stays."""
    version = _in_work(version)
    audit.record("template_version.discarded", version, by=by, at=at, changes={"节点": version.nodes.count()})
    version.delete()


def predecessor(version: TemplateVersion) -> TemplateVersion | None:
    """The edition in force before this one; None for the first."""
    earlier = TemplateVersion.objects.approved().filter(template=version.template, number__lt=version.number)
    return earlier.select_related("template").order_by("-number").first()


def refuse_in_force(version: TemplateVersion) -> None:
    """Raises ``RuleViolation`` for an edition that nobody changes any more."""
    if version.state != _STATE.DRAFT:
        raise RuleViolation(f"{version}已启用，不能再改；需要调整请编制新版。")


def _in_work(version: TemplateVersion) -> TemplateVersion:
    """The edition, locked, which may still be changed."""
    locked = TemplateVersion.objects.select_for_update(of=["self"]).select_related("template")
    found = locked.filter(pk=version.pk).first()
    if found is None:
        raise RuleViolation(f"{version}已作废，请从倒排模板列表重新编制。")
    refuse_in_force(found)
    return found


def _taken(templates: list[ScheduleTemplate], *, by: User | None, at: datetime) -> list[TemplateVersion]:
    versions = TemplateVersion.objects.bulk_create(
        TemplateVersion(
            template=template,
            number=1,
            effective_on=INITIAL_SINCE,
            note=INITIAL_NOTE,
            drafted_by=by,
            drafted_at=at,
        )
        for template in templates
    )
    _store([(v, initial_edition(v.template.project_type, v.template.approval_route)) for v in versions])
    TemplateVersion.objects.filter(pk__in=[version.pk for version in versions]).update(state=_STATE.APPROVED)
    return versions


def _store(blueprints: Sequence[tuple[TemplateVersion, Blueprint]]) -> None:
    """Write these into editions that have no parts yet: one statement per kind of part."""
    nodes = TemplateNode.objects.bulk_create(row for pair in blueprints for row in nodes_for(*pair))
    placed: dict[int, dict[int, TemplateNode]] = defaultdict(dict)
    for node in nodes:
        placed[node.version_id][node.position] = node
    links = [link for version, blueprint in blueprints for link in links_for(version, blueprint, placed[version.pk])]
    TemplateLink.objects.bulk_create(links)
    others: dict[type[Model], list[Any]] = defaultdict(list)
    for pair in blueprints:
        for model, rows in other_parts_for(*pair).items():
            others[model] += rows
    for model, rows in others.items():
        model._default_manager.bulk_create(rows)


def _said(found: list[Change]) -> dict[str, list[str]]:
    """For the audit log: every change under a name of its own."""
    return {
        " · ".join(filter(None, (change.part, change.subject, change.fact))): [change.before, change.after]
        for change in found
    }
