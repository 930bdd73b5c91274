"""登记、维护项目: what names and places a project, its total investment, its tier and its funds."""

import hashlib
from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction

from projects import audit, changed, names, recorded
from projects.errors import RuleViolation
from projects.models import (
    AuditEvent,
    BudgetRevision,
    FundSource,
    KeyProject,
    LibraryTier,
    Milestone,
    TierEntry,
    Unit,
    User,
)

from . import responsibilities
from .one_project import facts_of, refuse_future


def register(
    *,
    project: KeyProject,
    support_units: Collection[Unit] = (),
    total_investment: Decimal | None = None,
    tier: LibraryTier | None = None,
    entered_on: date | None = None,
    by: User,
) -> KeyProject:
    """登记: take a new project into the library, with its total investment (万元) and the tier it enters.

    A package is given neither. Raises ``RuleViolation``.
    """
    _refuse_wrong(project)
    if project.is_package and (total_investment is not None or tier):
        raise RuleViolation("打包项目没有自己的总投资和层级，请填在它的子项目上。")
    _make_findable(project)
    with recorded.writing() as at:
        project.save(force_insert=True)
        project.support_units.set(support_units)
        changes = audit.in_words(None, project, identity())
        if total_investment is not None:
            budget = BudgetRevision(project=project, total_investment=total_investment)
            recorded.record([budget], by=by, at=at)
            changes |= audit.in_words(None, budget, ["total_investment"])
        if tier and entered_on:
            refuse_future(entered_on, what="进入日期", at=at)
            entry = TierEntry(project=project, tier=tier, entered_on=entered_on)
            recorded.record([entry], by=by, at=at)
            changes |= audit.in_words(None, entry, ["tier", "entered_on"])
        audit.record("key_project.registered", project, by=by, at=at, changes=changes)
        changed.announce([project.pk], at=at)
    return project


@transaction.atomic
def amend(
    *,
    project: KeyProject,
    support_units: Collection[Unit],
    seen: str,
    since: date | None = None,
    by: User,
    at: datetime,
) -> None:
    """修改: what names and places the project. ``seen`` is the edition the person had before them.

    ``since``: from which day on others answer for it, where they change; None: from the day of ``at``. Raises
    ``RuleViolation``, also when somebody else changed the project meanwhile.
    """
    stored = KeyProject.objects.select_for_update().get(pk=project.pk)
    if edition(stored) != seen:
        raise RuleViolation(_what_happened_meanwhile(stored))
    _refuse_wrong(project)
    _refuse_repackaging(stored, project)
    _make_findable(project)
    changes = audit.in_words(stored, project, identity())
    before = sorted(map(str, stored.support_units.all()))
    after = sorted(map(str, support_units))
    if before != after:
        changes["配合单位"] = ["、".join(before), "、".join(after)]
    if not changes:
        return
    responsibilities.hand_over(before=stored, after=project, since=since, by=by, at=at)
    project.save(force_update=True)
    project.support_units.set(support_units)
    audit.record("key_project.amended", project, by=by, at=at, changes=changes)
    changed.announce([project.pk], at=at)


def revise_budget(
    *, project: KeyProject, total_investment: Decimal, reason: str = "", document_number: str = "", by: User
) -> None:
    """调概: a new total investment (万元); the first one needs no reason, a change needs reason and document."""
    with facts_of(project) as at:
        known = BudgetRevision.objects.current().filter(project=project).first()
        if known and known.total_investment == total_investment:
            raise RuleViolation("新的总投资与现行总投资相同，无须调整。")
        if known and not (reason and document_number):
            raise RuleViolation("调整总投资须写明原因和批准文号。")
        revision = BudgetRevision(
            project=project, total_investment=total_investment, reason=reason, document_number=document_number
        )
        recorded.record([revision], by=by, at=at)
        changes = audit.in_words(known, revision, ["total_investment", "reason", "document_number"])
        audit.record("key_project.budget_revised", project, by=by, at=at, changes=changes)


def enter_tier(
    *,
    project: KeyProject,
    tier: LibraryTier,
    entered_on: date,
    reason: str = "",
    document_number: str = "",
    by: User,
) -> None:
    """Move a project through 储备→签约→前期→在建→竣工; leaving the list (退出) needs reason and document.

    So does every step back. The tier entered on the same day is corrected.
    """
    with facts_of(project) as at:
        refuse_future(entered_on, what="进入日期", at=at)
        known = TierEntry.objects.in_force().filter(project=project).first()
        entry = TierEntry(
            project=project, tier=tier, entered_on=entered_on, reason=reason, document_number=document_number
        )
        _refuse_wrong_tier(known, entry)
        recorded.record([entry], by=by, at=at)
        changes = audit.in_words(known, entry, ["tier", "entered_on", "reason", "document_number"])
        audit.record("key_project.tier_entered", project, by=by, at=at, changes=changes)


@transaction.atomic
def set_fund_sources(*, project: KeyProject, amounts: Mapping[str, Decimal], by: User, at: datetime) -> None:
    """资金来源: what each source is to give (万元); a source left out, or given nothing, is struck off."""
    locked = KeyProject.objects.select_for_update().get(pk=project.pk)
    if locked.is_package:
        raise RuleViolation(f"“{locked.name}”是打包项目，没有自己的资金来源，请登记到它的子项目。")
    before = {source.kind: source for source in project.fund_sources.all()}
    after = {kind: FundSource(project=project, kind=kind, amount=amount) for kind, amount in amounts.items() if amount}
    changes = _fund_changes(before, after)
    if not changes:
        return
    project.fund_sources.exclude(kind__in=after).delete()
    FundSource.objects.bulk_create(
        after.values(), update_conflicts=True, unique_fields=["project", "kind"], update_fields=["amount"]
    )
    audit.record("key_project.funded", project, by=by, at=at, changes=changes)


def _fund_changes(before: Mapping[str, FundSource], after: Mapping[str, FundSource]) -> dict[str, list[Decimal | None]]:
    """Each source by its name, from how much to how much."""
    nothing = FundSource(amount=Decimal(0))
    changed = (
        (kind.label, audit.in_words(before.get(kind, nothing), after.get(kind, nothing), ["amount"]))
        for kind in FundSource.Kind
    )
    return {str(label): pair for label, pairs in changed for pair in pairs.values()}


def identity() -> list[str]:
    """The fields by which a project is named and placed: all a person may amend."""
    return [f.name for f in KeyProject._meta.concrete_fields if f.editable and not f.primary_key]


def edition(project: KeyProject) -> str:
    """A short digest of what is stored: who amends says which edition was seen."""
    units = sorted(project.support_units.values_list("pk", flat=True))
    said = [str(getattr(project, f.attname)) for f in KeyProject._meta.concrete_fields]
    return hashlib.sha256(repr((said, units)).encode()).hexdigest()[:16]


def _make_findable(project: KeyProject) -> None:
    project.sort_key = names.sort_key(project.name)
    project.search_text = names.search_text(project.name, project.code, project.national_code or "")


def _refuse_wrong(project: KeyProject) -> None:
    """What the model and the database would refuse, in one sentence."""
    try:
        project.full_clean()
    except ValidationError as error:
        raise RuleViolation("；".join(text.rstrip("。") for text in error.messages) + "。") from error
    if project.parent and not project.parent.is_package:
        raise RuleViolation(f"“{project.parent.name}”不是打包项目，不能作为上级。")


def _refuse_repackaging(stored: KeyProject, project: KeyProject) -> None:
    """A package has no figures and an ordinary project no children; neither turns into the other with them."""
    if project.is_package and not stored.is_package and _has_facts(stored):
        raise RuleViolation("该项目已有总投资、日期、节点或计划，不能改为打包项目。")
    if stored.is_package and not project.is_package and stored.children.exists():
        raise RuleViolation("该打包项目还有子项目，请先把子项目移出。")


def _has_facts(project: KeyProject) -> bool:
    return (
        BudgetRevision.objects.filter(project=project).exists()
        or TierEntry.objects.filter(project=project).exists()
        or Milestone.objects.filter(project=project).exists()
        or project.dates.exists()
        or project.stage_targets.exists()
        or project.plan_entries.exists()
        or project.suspensions.exists()
        or project.fund_sources.exists()
    )


def _refuse_wrong_tier(known: TierEntry | None, entry: TierEntry) -> None:
    order = list(LibraryTier)
    if entry.tier == LibraryTier.EXITED and not (entry.reason and entry.document_number):
        raise RuleViolation("退出项目库须写明原因和文号。")
    if known is None:
        return
    if known.tier == entry.tier:
        raise RuleViolation(f"该项目已在“{LibraryTier(known.tier).label}”层级（{known.entered_on.isoformat()} 进入）。")
    if entry.entered_on < known.entered_on:
        raise RuleViolation(f"进入日期不能早于上一层级的进入日期 {known.entered_on.isoformat()}。")
    if order.index(LibraryTier(entry.tier)) < order.index(LibraryTier(known.tier)) and not entry.reason:
        raise RuleViolation(f"从“{LibraryTier(known.tier).label}”退回“{LibraryTier(entry.tier).label}”须写明原因。")


def _what_happened_meanwhile(stored: KeyProject) -> str:
    last = AuditEvent.objects.filter(subject_type="keyproject", subject_id=str(stored.pk)).first()
    who = f"{last.by_name}修改了{'、'.join(last.changes)}" if last and last.changes else "他人修改了该项目"
    return f"您填写期间，{who}。尚未保存，请核对后再次保存。"
