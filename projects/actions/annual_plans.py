"""年度计划: drafted and submitted by the office, approved by somebody else, then unalterable.

An edition in work starts as a copy of the approved one before it, and is changed project by project.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from projects import audit, bulk, changed, recorded
from projects.errors import NotAllowed, RuleViolation
from projects.figures import exactly
from projects.models import AnnualPlan, KeyProject, PlanAdjustment, PlanEntry, PlanVersion, User
from projects.models.annual_plan import MONTHS, month_field
from projects.monthly_plan import excess
from projects.recorded import day_of

_BATCH = 2_000
_WORDS = {PlanVersion.State.SUBMITTED: "正在等待批准，请先撤回", PlanVersion.State.APPROVED: "已经批准，请另编新版"}


@dataclass(frozen=True)
class Figures:
    """What a plan says about one project. Amounts are 万元; ``months`` are twelve."""

    category: str
    annual_plan_amount: Decimal
    months: Sequence[Decimal]
    completes_this_year: bool = False
    cumulative_before_year: Decimal = Decimal(0)
    planned_start_on: date | None = None
    planned_finish_on: date | None = None
    physical_goal: str = ""

    def columns(self) -> dict[str, Any]:
        by_month = dict(zip(map(month_field, MONTHS), self.months, strict=True))
        return {name: value for name, value in vars(self).items() if name != "months"} | by_month


@transaction.atomic
def draft(*, year: int, effective_on: date, reason: str, by: User | None, at: datetime) -> PlanVersion:
    """编制: a new edition, copied from the last approved one; an empty one in a year that has none."""
    plan, _ = AnnualPlan.objects.get_or_create(year=year)
    AnnualPlan.objects.select_for_update().get(pk=plan.pk)
    if working := plan.versions.in_work().first():
        raise RuleViolation(f"{working}正在编制或待批准，一次只能编制一版。")
    before = plan.versions.approved().first()
    _check_heading(plan, before, effective_on=effective_on, reason=reason)
    last = plan.versions.first()
    number = last.number + 1 if last else 1
    version = plan.versions.create(
        number=number, effective_on=effective_on, reason=reason, drafted_by=by, drafted_at=at
    )
    if before:
        _copy_entries(before, version)
    changes = audit.in_words(None, version, ["effective_on", "reason"])
    audit.record("plan_version.drafted", version, by=by, at=at, changes=changes)
    return version


@transaction.atomic
def correct_heading(*, version: PlanVersion, effective_on: date, reason: str, by: User, at: datetime) -> None:
    """From when the edition shall hold, and why it is made."""
    version = _in_work(version)
    _check_heading(version.plan, version.predecessor(), effective_on=effective_on, reason=reason)
    before = PlanVersion(effective_on=version.effective_on, reason=version.reason)
    version.effective_on, version.reason = effective_on, reason
    version.save(update_fields=["effective_on", "reason"])
    changes = audit.in_words(before, version, ["effective_on", "reason"])
    audit.record("plan_version.corrected", version, by=by, at=at, changes=changes)


@transaction.atomic
def add_projects(
    *, version: PlanVersion, projects: Collection[KeyProject], category: str, reason: str, by: User, at: datetime
) -> list[PlanEntry]:
    """列入: these projects, with amounts still to be entered. Beyond the first edition it takes a reason."""
    version = _in_work(version)
    if packages := [project.name for project in projects if project.is_package]:
        raise RuleViolation(f"“{packages[0]}”是打包项目，没有自己的数据，请列入它的子项目。")
    if present := version.entries.filter(project__in=projects).select_related("project").first():
        raise RuleViolation(f"“{present.project.name}”已在本版计划中，请不要重复列入。")
    if version.predecessor() and not reason:
        raise RuleViolation("增补项目须写明理由。")
    entries = [
        PlanEntry(version=version, project=project, category=category, annual_plan_amount=Decimal(0))
        for project in projects
    ]
    PlanEntry.objects.bulk_create(entries, batch_size=_BATCH)
    for entry in entries:
        _give_reason(version, entry.project, reason)
        changes = audit.in_words(None, entry, ["category"]) | {"理由": reason}
        audit.record("plan_entry.added", entry, by=by, at=at, changes=changes)
    return entries


@transaction.atomic
def amend_entry(*, entry: PlanEntry, figures: Figures, reason: str = "", by: User, at: datetime) -> None:
    """What this edition says about one project. The twelve months have to come to the year exactly."""
    version = _in_work(entry.version)
    _check_figures(figures)
    entry = _still_in(version, entry)
    before = PlanEntry(**{name: getattr(entry, name) for name in figures.columns()})
    for name, value in figures.columns().items():
        setattr(entry, name, value)
    entry.save()
    _give_reason(version, entry.project, reason)
    changes = audit.in_words(before, entry, figures.columns())
    audit.record("plan_entry.amended", entry, by=by, at=at, changes=changes | ({"理由": reason} if reason else {}))


@transaction.atomic
def remove_entry(*, entry: PlanEntry, reason: str, by: User, at: datetime) -> None:
    """退出计划. A project the approved edition holds leaves with a reason; one only just added simply goes."""
    version = _in_work(entry.version)
    entry = _still_in(version, entry)
    before = version.predecessor()
    if before and before.entries.filter(project=entry.project).exists():
        if not reason:
            raise RuleViolation(f"“{entry.project.name}”在已批准的计划中，退出须写明理由。")
        _give_reason(version, entry.project, reason)
    else:
        version.adjustments.filter(project=entry.project).delete()
    audit.record("plan_entry.removed", entry, by=by, at=at, changes={"理由": reason} if reason else None)
    entry.delete()


@transaction.atomic
def edition_to_fill(*, year: int, reason: str, by: User | None, at: datetime) -> PlanVersion:
    """The edition of the year that a ledger may write into: the one in work, or a new one.

    A new one holds from today on, the first of a year from its beginning. Raises ``RuleViolation`` while an edition
    waits to be approved.
    """
    versions = PlanVersion.objects.filter(plan__year=year)
    if working := versions.in_work().first():
        return _in_work(working)
    before = versions.approved().first()
    begins = max(before.effective_on, min(day_of(at), date(year, 12, 31))) if before else date(year, 1, 1)
    return draft(year=year, effective_on=begins, reason=reason, by=by, at=at)


@transaction.atomic
def fill(
    *, version: PlanVersion, figures: Mapping[KeyProject, Figures], reason: str, by: User | None, at: datetime
) -> None:
    """列入和修改 of many projects at once, as a ledger has them; ``reason`` is kept where nobody has given one."""
    version = _in_work(version)
    for one in figures.values():
        _check_figures(one)
    entries = [PlanEntry(version=version, project=project, **one.columns()) for project, one in figures.items()]
    known = {entry.project_id: entry for entry in version.entries.filter(project__in=figures)}
    bulk.upsert(entries, unique=["version", "project"], update=PlanEntry.FIGURES)
    if version.predecessor():
        reasons = [PlanAdjustment(version=version, project=project, reason=reason) for project in figures]
        PlanAdjustment.objects.bulk_create(reasons, batch_size=_BATCH, ignore_conflicts=True)
    changes = {
        entry.project.name: audit.in_words(known[entry.project_id], entry, PlanEntry.FIGURES)
        for entry in entries
        if entry.project_id in known
    }
    told = {"增补": len(entries) - len(changes), "理由": reason, "修改": changes}
    audit.record("plan_version.filled", version, by=by, at=at, changes=told)


def _still_in(version: PlanVersion, entry: PlanEntry) -> PlanEntry:
    """The entry as it stands now. Raises ``RuleViolation`` when a colleague has removed it meanwhile."""
    found = version.entries.select_related("project", "version__plan").filter(pk=entry.pk).first()
    if found is None:
        raise RuleViolation(f"“{entry.project.name}”已被移出本版计划，请返回计划核对；需要时可以重新加入。")
    return found


@transaction.atomic
def submit(*, version: PlanVersion, by: User, at: datetime) -> None:
    """报批: from here on only the approver acts, unless the office takes it back."""
    version = _in_work(version)
    if not version.entries.exists():
        raise RuleViolation("本版计划还没有列入项目，不能报批。")
    version.state, version.submitted_by, version.submitted_at = PlanVersion.State.SUBMITTED, by, at
    version.decided_by, version.decided_at, version.decision_note = None, None, ""
    version.save()
    audit.record("plan_version.submitted", version, by=by, at=at)


@transaction.atomic
def withdraw(*, version: PlanVersion, by: User, at: datetime) -> None:
    """撤回, as long as nobody has decided."""
    version = _submitted(version)
    version.state = PlanVersion.State.DRAFT
    version.save(update_fields=["state"])
    audit.record("plan_version.withdrawn", version, by=by, at=at)


def approve(*, version: PlanVersion, document_number: str, note: str = "", by: User) -> None:
    """批准: by somebody who neither drafted nor submitted it, with the number of the approving document.

    Every day from ``effective_on`` is judged by it as soon as it is known: a fact, on the clock of facts.
    """
    with recorded.writing(holding=PlanVersion.objects.filter(pk=version.pk)) as at:
        version = _submitted(version)
        _refuse_own(version, by)
        if not document_number:
            raise RuleViolation("批准须填写批准文件的文号。")
        before = version.predecessor()
        version.state, version.document_number = PlanVersion.State.APPROVED, document_number
        version.decided_by, version.decided_at, version.decision_note = by, at, note
        version.save()
        changes = audit.in_words(None, version, ["document_number", "effective_on", "decision_note"])
        audit.record("plan_version.approved", version, by=by, at=at, changes=changes)
        changed.announce(_projects_of(version, before), at=at)


@transaction.atomic
def send_back(*, version: PlanVersion, note: str, by: User, at: datetime) -> None:
    """退回 to the office, with words that say what has to be mended."""
    version = _submitted(version)
    _refuse_own(version, by)
    if not note:
        raise RuleViolation("退回须写明意见，编制人才知道改什么。")
    version.state = PlanVersion.State.RETURNED
    version.decided_by, version.decided_at, version.decision_note = by, at, note
    version.save(update_fields=["state", "decided_by", "decided_at", "decision_note"])
    audit.record("plan_version.sent_back", version, by=by, at=at, changes={"意见": note})


@transaction.atomic
def discard(*, version: PlanVersion, by: User, at: datetime) -> None:
    """作废 an edition in work: it was never in force, so only its trace stays."""
    version = _in_work(version)
    audit.record("plan_version.discarded", version, by=by, at=at, changes={"项目数": version.entries.count()})
    version.delete()


def _in_work(version: PlanVersion) -> PlanVersion:
    """The edition, locked, which somebody may still change."""
    version = PlanVersion.objects.select_for_update(of=["self"]).select_related("plan").get(pk=version.pk)
    if version.state in _WORDS:
        raise RuleViolation(f"{version}{_WORDS[PlanVersion.State(version.state)]}，不能直接修改。")
    return version


def _submitted(version: PlanVersion) -> PlanVersion:
    """The edition, locked, on which somebody has to decide."""
    version = PlanVersion.objects.select_for_update(of=["self"]).select_related("plan").get(pk=version.pk)
    if version.state != PlanVersion.State.SUBMITTED:
        raise RuleViolation(f"{version}不在待批准状态（现为“{version.get_state_display()}”），请刷新后再看。")
    return version


def _refuse_own(version: PlanVersion, by: User) -> None:
    if by in {version.drafted_by, version.submitted_by}:
        raise NotAllowed("编制人和报批人不能审批自己的计划，请由另一人办理。")


def _check_heading(plan: AnnualPlan, before: PlanVersion | None, *, effective_on: date, reason: str) -> None:
    if effective_on.year != plan.year:
        raise RuleViolation(f"生效日期须在 {plan.year} 年内。")
    if before and effective_on < before.effective_on:
        raise RuleViolation(f"生效日期不能早于上一版的生效日期 {before.effective_on}，否则上一版会盖过本版。")
    if before and not reason:
        raise RuleViolation("调整计划须写明调整说明。")


def _check_figures(figures: Figures) -> None:
    if min(figures.annual_plan_amount, figures.cumulative_before_year, *figures.months) < 0:
        raise RuleViolation("计划金额不能为负数，请核对年度、累计和各月金额。")
    start, finish = figures.planned_start_on, figures.planned_finish_on
    if start and finish and finish < start:
        raise RuleViolation(f"计划竣工 {finish} 早于计划开工 {start}，请核对这两个日期。")
    if over := excess(figures.annual_plan_amount, figures.months):
        raise RuleViolation(months_differ(figures.annual_plan_amount, over))


def months_differ(amount: Decimal, over: Decimal) -> str:
    """In words, by how much the months miss the year."""
    by = f"{'多' if over > 0 else '少'} {exactly(abs(over))} 万元"
    return f"各月合计 {exactly(amount + over)} 万元，比年度计划 {exactly(amount)} 万元{by}，须完全相等。"


def _give_reason(version: PlanVersion, project: KeyProject, reason: str) -> None:
    """An empty one leaves what was said before."""
    if reason:
        PlanAdjustment.objects.update_or_create(version=version, project=project, defaults={"reason": reason})


def _copy_entries(before: PlanVersion, version: PlanVersion) -> None:
    copies = []
    for entry in before.entries.all():
        entry.pk, entry.version = None, version
        copies.append(entry)
    PlanEntry.objects.bulk_create(copies, batch_size=_BATCH)


def _projects_of(*versions: PlanVersion | None) -> set[int]:
    found = PlanEntry.objects.filter(version__in=[version for version in versions if version])
    return set(found.values_list("project", flat=True))
