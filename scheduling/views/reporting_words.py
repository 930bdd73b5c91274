"""报送 in words: the pages that belong together, and how far a period has come."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.models import Job, User
from projects.roles import Duty
from scheduling.models import ReportPeriod

_TABS = {
    "review_desk": (gettext_lazy("审核台"), (Duty.REVIEW_REPORT,)),
    "missing_reports": (gettext_lazy("未报催报"), (Duty.CHASE, Duty.READ_DISTRICT)),
    "reporting_list": (gettext_lazy("报送情况"), (Duty.READ_DISTRICT, Duty.READ_UNIT)),
}
RECORD_READERS = _TABS["reporting_list"][1]


def reporting_tabs(current: str, *, user: User) -> list[dict[str, Any]]:
    """Those this person may open, and the page itself."""
    return [
        {"label": label, "url": reverse(name), "current": name == current}
        for name, (label, duties) in _TABS.items()
        if name == current or any(map(user.duties.include, duties))
    ]


def is_closed(period: ReportPeriod) -> bool:
    """Entered in the ledger; of periods asked for with their closing."""
    return hasattr(period, "closing") and period.closing.finished_at is not None


def stage_said(period: ReportPeriod, job: Job | None, *, at: datetime) -> str:
    """How far the period has come."""
    if is_closed(period):
        return _("%(at)s 锁定") % {"at": _moment(period.closing.known_at)}
    if job and job.state == Job.State.FAILED:
        return _("锁定失败")
    if at < period.due_at:
        return _("填报中，%(at)s 截止") % {"at": _moment(period.due_at)}
    if at < period.review_until:
        return _("审核中，%(at)s 截止") % {"at": _moment(period.review_until)}
    if job and job.state == Job.State.RUNNING and job.total:
        return _("正在锁定，已登记 %(done)d 项，共 %(total)d 项") % {"done": job.done, "total": job.total}
    return _("审核已截止，等待锁定")


def _moment(at: datetime) -> str:
    return f"{localtime(at):%m-%d %H:%M}"
