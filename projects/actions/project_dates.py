"""项目关键日期和停缓建: what happened to a project, on which day, on what evidence."""

from datetime import date, datetime

from projects import audit, recorded
from projects.errors import NotAllowed, RuleViolation
from projects.models import ChangeRequest, KeyProject, ProjectDates, Suspension, SuspensionDates, User

from .one_project import facts_of, refuse_future

HAPPENINGS = (
    "ceremony_on",
    "started_on",
    "stat_entry_on",
    "works_finished_on",
    "accepted_on",
    "handed_over_on",
    "commissioned_on",
)


def record_dates(*, dates: ProjectDates, by: User) -> None:
    """开工、入库、完工、竣工验收、交付、投产: all dates known now, and the evidence for them.

    The start before the permit is recorded all the same: it is a risk to show, not to hide.
    """
    with facts_of(dates.project) as at:
        known = ProjectDates.objects.current().filter(project=dates.project).first()
        for name in HAPPENINGS:
            refuse_future(getattr(dates, name), what=_label(name), at=at)
        refuse_wrong_order(dates)
        changes = audit.in_words(known, dates, HAPPENINGS)
        if changes and not dates.evidence:
            raise RuleViolation("请写明依据，如施工许可证号、开工令、竣工验收报告。")
        if not changes:
            raise RuleViolation("没有需要登记的变化。")
        recorded.record([dates], by=by, at=at)
        changes |= audit.in_words(known, dates, ["evidence"])
        audit.record("key_project.dated", dates.project, by=by, at=at, changes=changes)


def suspend(
    *,
    project: KeyProject,
    suspended_on: date,
    reason: str,
    document_number: str,
    by: User | None,
    at: datetime,
    excused_by: User | None = None,
) -> Suspension:
    """停缓建, as an approved request begins it. Its days count as late until somebody excuses them.

    Within ``facts_of``, as ``resume`` is: both are done by ``change_decisions``.
    """
    refuse_overlap(project, suspended_on)
    suspension = Suspension.objects.create(project=project)
    dates = SuspensionDates(
        suspension=suspension,
        suspended_on=suspended_on,
        reason=reason,
        document_number=document_number,
        excused_by=excused_by,
    )
    recorded.record([dates], by=by, at=at)
    changes = audit.in_words(None, dates, ["suspended_on", "excused_by", "reason", "document_number"])
    audit.record("key_project.suspended", project, by=by, at=at, changes=changes)
    return suspension


def resume(*, suspension: Suspension, resumed_on: date, by: User | None, at: datetime) -> None:
    """复工: the suspension lasted until the day before. An excuse given for it stays."""
    known = SuspensionDates.objects.current().get(suspension=suspension)
    refuse_resuming(known, resumed_on)
    recorded.record([recorded.amended(known, resumed_on=resumed_on)], by=by, at=at)
    changes = {"复工日期": [None, resumed_on]}
    audit.record("key_project.resumed", suspension.project, by=by, at=at, changes=changes)


def refuse_resuming(known: SuspensionDates, resumed_on: date) -> None:
    if known.resumed_on:
        raise RuleViolation(f"该项目已于 {known.resumed_on.isoformat()} 复工，无须再申请。")
    if resumed_on <= known.suspended_on:
        raise RuleViolation(f"复工日期须晚于停缓建日期 {known.suspended_on.isoformat()}。")


def excuse(*, suspension: Suspension, by: User) -> None:
    """批准不计逾期: by somebody who neither asked for nor recorded a part of it. Raises ``NotAllowed`` otherwise."""
    with facts_of(suspension.project) as at:
        versions = SuspensionDates.objects.filter(suspension=suspension)
        asked = ChangeRequest.objects.filter(suspension=suspension, requested_by=by)
        if versions.filter(recorded_by=by).exists() or asked.exists():
            raise NotAllowed("这次停缓建由您申请或经办，不计逾期须由另一人批准。")
        known = versions.current().get()
        if known.excused_by_id:
            raise RuleViolation("这次停缓建已批准不计逾期，无须再批准。")
        recorded.record([recorded.amended(known, excused_by=by)], by=by, at=at)
        changes = {"停缓建日期": [known.suspended_on, known.suspended_on], "批准不计逾期": [None, by.full_name]}
        audit.record("key_project.suspension_excused", suspension.project, by=by, at=at, changes=changes)


def refuse_wrong_order(dates: ProjectDates) -> None:
    """Nothing is finished, accepted or in use before it was begun; acceptance follows the finish."""
    pairs = [
        ("started_on", "works_finished_on"),
        ("started_on", "accepted_on"),
        ("started_on", "handed_over_on"),
        ("started_on", "commissioned_on"),
        ("works_finished_on", "accepted_on"),
    ]
    for earlier, later in pairs:
        first, second = getattr(dates, earlier), getattr(dates, later)
        if first and second and second < first:
            raise RuleViolation(f"{_label(later)}（{second}）不能早于{_label(earlier)}（{first}）。")


def refuse_overlap(project: KeyProject, suspended_on: date) -> None:
    for known in SuspensionDates.objects.current().filter(suspension__project=project):
        if known.resumed_on is None:
            raise RuleViolation(f"该项目自 {known.suspended_on.isoformat()} 起处于停缓建，请先申请复工。")
        if known.suspended_on <= suspended_on < known.resumed_on:
            raise RuleViolation(f"与 {known.suspended_on} 至 {known.resumed_on} 的停缓建重叠，请核对停缓建日期。")


def _label(name: str) -> str:
    return str(ProjectDates._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
