"""填报和审核: the lead says what a period brought, somebody else reviews it; only what was accepted counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from projects import audit, recorded
from projects.actions.one_project import facts_of
from projects.errors import NotAllowed, RuleViolation
from projects.models import KeyProject, Substitute, User
from projects.recorded import day_of
from scheduling.models import ProgressDraft, ProgressReport, ProgressSubmission, ProgressVersion, ReportPeriod
from scheduling.models.progress_report import Totals
from scheduling.report_basis import Basis, basis_of
from scheduling.reviewing import review_scope

from . import progress_claims
from .progress_content import Content, flags_of, refuse_unfit

State = ProgressVersion.State
_LETTERS = {"MONTH_END": "A"}  # a month's report and its adjustment end on one day; other kinds by their first letter
_TOLD = ("period_amount", "stat_amount", "physical_progress", "physical_percent", "is_unchanged")


@dataclass(frozen=True)
class Submitted:
    """A report taken in, its receipt, and the totals it leads to: accepted and unreviewed periods together."""

    submission: ProgressSubmission
    totals: Totals

    @property
    def report(self) -> ProgressReport:
        return self.submission.report


def submit(
    *,
    project: KeyProject,
    period: ReportPeriod,
    content: Content,
    client_id: UUID,
    correction_reason: str = "",
    by: User,
) -> Submitted:
    """填报, or fill in again what was sent back or not yet reviewed: a new version each time.

    ``client_id`` is the form's own: sent again, or saying the same again, the first receipt is given again. After the
    period was locked it is booked to its own week and marked 补报. What was accepted is corrected with a
    ``correction_reason``, and goes on counting until the correction is accepted.
    Raises ``NotAllowed`` for another's project, ``RuleViolation`` for a period that has not begun.
    """
    with facts_of(project, moves_plan=False) as at:
        _refuse_stranger(project, by)
        if taken := _taken_in(client_id, project, period, by):
            return Submitted(taken, _totals(project, period))
        period = ReportPeriod.objects.get(pk=period.pk)
        basis = basis_of(project, period, known_at=at)
        refuse_unfit(content, period, basis, at=at)
        report, _ = ProgressReport.objects.get_or_create(project=project, period=period)
        before = report.versions.current().last_said()
        if before and before.state == State.ACCEPTED and not correction_reason.strip():
            raise RuleViolation(f"{period}已审核通过；确需更正的，请填写更正原因后重新报送审核。")
        version = _version(report, content, basis, before)
        version.is_late = not period.takes_reports(at=at)
        version.correction_reason, version.submitted_by = correction_reason, by
        ProgressDraft.objects.filter(project=project, period=period).delete()
        if not recorded.record([version], by=by, at=at) and before:  # the same words again: the same receipt
            return Submitted(report.submissions.latest("pk"), _totals(project, period))
        submission = _receipt(version, client_id, at)
        changes = audit.in_words(before, version, _TOLD)
        audit.record("progress_report.submitted", report, by=by, at=at, changes=changes)
        return Submitted(submission, _totals(project, period))


@dataclass(frozen=True)
class Entry:
    """One of several reports handed in together."""

    project: KeyProject
    period: ReportPeriod
    content: Content
    client_id: UUID


class EntryRefused(RuleViolation):
    """Which one of them was refused; none of them was taken in."""

    def __init__(self, project: KeyProject, message: str) -> None:
        super().__init__(message)
        self.project = project


@transaction.atomic
def submit_all(*, entries: Sequence[Entry], by: User) -> list[Submitted]:
    """批量填报: all of them or none. Raises ``EntryRefused``."""
    taken = []
    for entry in sorted(entries, key=lambda entry: entry.project.pk):  # locked in one order by everybody
        try:
            taken.append(submit(**vars(entry), by=by))
        except RuleViolation as refusal:
            raise EntryRefused(entry.project, refusal.message) from refusal
    return taken


def explain(*, report: ProgressReport, explanation: str, by: User) -> None:
    """说明: what the lead says to the doubts about a report that waits for review: a new version of it."""
    if not explanation.strip():
        raise RuleViolation("请写明对提示的说明。")
    _refuse_stranger(report.project, by)
    with facts_of(report.project, moves_plan=False) as at:
        waiting = _waiting_for(report)
        news = recorded.amended(waiting, explanation=explanation.strip())
        recorded.record([news], by=by, at=at)
        changes = audit.in_words(waiting, news, ["explanation"])
        audit.record("progress_report.explained", report, by=by, at=at, changes=changes)


def accept(*, report: ProgressReport, note: str = "", by: User) -> None:
    """审核通过: from now on it counts, in place of what was accepted before. Submitter ≠ reviewer.

    What it claims of milestones and funds becomes fact; a claim that no longer fits is left out and told.
    """
    with facts_of(report.project, moves_plan=False) as at:
        waiting = _waiting_for(report)
        principal = _reviewing_for(waiting, by, at)
        news, left_out = progress_claims.accepted(waiting, principal=principal, note=note, by=by, at=at)
        ProgressVersion.objects.filter(pk=waiting.pk).update(superseded_at=at)
        recorded.record([news], by=by, at=at)
        progress_claims.record_funds(news, by=by)
        told = {"节点进展": [None, [flag.text for flag in left_out]]} if left_out else {}
        _tell("progress_report.accepted", report, by=by, at=at, principal=principal, note=note, also=told)


def send_back(*, report: ProgressReport, note: str, by: User) -> None:
    """退回: with words; what was accepted before goes on counting."""
    if not note.strip():
        raise RuleViolation("退回须写明意见，填报人才知道要改什么。")
    with facts_of(report.project, moves_plan=False) as at:
        waiting = _waiting_for(report)
        principal = _reviewing_for(waiting, by, at)
        news = recorded.amended(waiting, state=State.RETURNED, reviewed_by=by, on_behalf_of=principal, review_note=note)
        recorded.record([news], by=by, at=at)
        _tell("progress_report.sent_back", report, by=by, at=at, principal=principal, note=note)


def _taken_in(client_id: UUID, project: KeyProject, period: ReportPeriod, by: User) -> ProgressSubmission | None:
    taken = ProgressSubmission.objects.filter(client_id=client_id).select_related("report").first()
    if taken and (taken.report.project_id, taken.report.period_id, taken.submitted_by_id) != (
        project.pk,
        period.pk,
        by.pk,
    ):
        raise RuleViolation("这张表单已用于另一次报送，请重新打开填报页面后再报。")
    return taken


def _version(report: ProgressReport, content: Content, basis: Basis, before: ProgressVersion | None) -> ProgressVersion:
    """With the doubts it raises; what was said to the same doubts before goes with it."""
    version = ProgressVersion(report=report, **vars(content), flags=flags_of(content, basis))
    if before and before.flags == version.flags and not version.explanation:
        version.explanation = before.explanation
    return version


def _receipt(version: ProgressVersion, client_id: UUID, at: datetime) -> ProgressSubmission:
    report = version.report
    return ProgressSubmission.objects.create(
        report=report,
        version=version,
        client_id=client_id,
        receipt_number=receipt_number(report, report.submissions.count() + 1),
        submitted_by_id=version.submitted_by_id,
        submitted_at=at,
    )


def receipt_number(report: ProgressReport, number: int) -> str:
    """回执号 of the so many-th time this report was handed in."""
    kind = report.period.kind
    return f"{report.period.ends_on:%Y%m%d}-{report.project.code}-{_LETTERS.get(kind, kind[:1])}{number}"


def _totals(project: KeyProject, period: ReportPeriod) -> Totals:
    return ProgressVersion.objects.current().declared().totals(project=project, upto=period)


def _waiting_for(report: ProgressReport) -> ProgressVersion:
    waiting = report.versions.current().filter(state=State.SUBMITTED).select_related("submitted_by").first()
    if waiting is None:
        raise RuleViolation(f"“{report}”没有等待审核的填报，可能已由他人审核，请刷新页面。")
    return waiting


def _reviewing_for(waiting: ProgressVersion, by: User, at: datetime) -> User | None:
    """None where this person reviews as oneself; else in whose stead. Raises ``NotAllowed``."""
    if waiting.submitted_by_id == by.pk:
        raise NotAllowed("填报人不能审核自己的填报，请由牵头单位其他审核人审核。")
    project = waiting.report.project
    if may_review(project, by):
        return None
    for principal in Substitute.objects.principals_of(by, on=day_of(at)):
        if principal.pk != waiting.submitted_by_id and may_review(project, principal):
            return principal
    raise NotAllowed(f"“{project.name}”的填报由其牵头单位（责任单位）审核人或区重点办审核。")


def may_review(project: KeyProject, by: User) -> bool:
    """A reviewer of its lead or responsible unit, or the office: one query."""
    return KeyProject.objects.filter(review_scope(by), pk=project.pk).exists()


def _tell(
    action: str,
    report: ProgressReport,
    *,
    by: User,
    at: datetime,
    principal: User | None,
    note: str,
    also: Mapping[str, Any] | None = None,
) -> None:
    changes = {"审核意见": [None, note or None], **(also or {})}
    if principal:
        changes["代办授权人"] = [None, principal.full_name]
    audit.record(action, report, by=by, at=at, changes=changes)


def _refuse_stranger(project: KeyProject, by: User) -> None:
    if not project.is_answered_for_by(by):
        raise NotAllowed(f"只有“{project.name}”的责任人或联络人可以填报。")
