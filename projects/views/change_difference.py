"""差异: what is asked for beside what is approved, and what the change would break."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from projects import figures
from projects.actions import milestones
from projects.consequences import Consequences
from projects.figures import compact_date
from projects.models import ChangeRequest, SuspensionDates
from projects.recorded import day_of
from projects.views.change_asking import consequence_row
from projects.views.change_words import shift_said

Line = dict[str, str]


def difference_of(request: ChangeRequest, *, on: date) -> dict[str, Any]:
    kept = Consequences.stored(request.consequences)
    return {
        "lines": _LINES[ChangeRequest.Kind(request.kind)](request, on),
        "consequence": kept.sentence,
        "consequences": [consequence_row(row) for row in kept.rows],
    }


def _line(field: str, before: str, after: str, note: str = "") -> Line:
    return {"field": field, "before": before, "after": after, "note": note}


def _date_lines(request: ChangeRequest, on: date) -> list[Line]:
    """The four dates as they stand, the earlier re-plans, and how late it is by what is approved."""
    known, times = milestones.dates_of(request.subject()), _replans(request)
    present_on, proposed_on = request.present_on or request.asked_for(), request.asked_for()
    shift = (proposed_on - present_on).days
    asked_late = (day_of(request.requested_at) - present_on).days
    late = figures.days_late((on - present_on).days) if not known.is_reached else ""
    after_original = (proposed_on - known.original_on).days if known.original_on else None
    return [
        _line(_("批准日期"), compact_date(request.present_on), compact_date(request.proposed_on), shift_said(shift)),
        _line(
            _("原定日期"), compact_date(known.original_on), compact_date(known.original_on), _late_words(after_original)
        ),
        _line(_("预计日期"), compact_date(known.forecast_on), "—", _forecast_words(known.forecast_on, request)),
        _line(_("改期次数"), _times(times), _times(times + 1)),
        _line(
            _("是否逾期"),
            late or _("已完成"),
            figures.days_late((on - proposed_on).days) if not known.is_reached else _("已完成"),
            _("到期后才提出申请") if asked_late > 0 else _("到期前提出申请"),
        ),
    ]


def _late_words(days: int | None) -> str:
    if days is None:
        return ""
    return _("申请日期较原定%(shift)s") % {"shift": shift_said(days)} if days else _("申请日期与原定相同")


def _forecast_words(forecast_on: date | None, request: ChangeRequest) -> str:
    if forecast_on is None or request.proposed_on is None:
        return ""
    return _("预计晚于申请日期") if forecast_on > request.proposed_on else _("预计不晚于申请日期")


def _times(count: int) -> str:
    return _("%(count)d 次") % {"count": count}


def _replans(request: ChangeRequest) -> int:
    """Those before this request."""
    return request.subject().dates.replans(known_at=None).filter(recorded_at__lt=request.requested_at).count()


def _suspension_lines(request: ChangeRequest, _on: date) -> list[Line]:
    days = (
        request.expected_resume_on and request.proposed_on and (request.expected_resume_on - request.proposed_on).days
    )
    excluded = _("申请不计逾期") if request.excludes_lateness else _("照计逾期")
    return [
        _line(_("项目状态"), _("正常建设"), _("停缓建")),
        _line(_("停缓建日期"), "—", compact_date(request.proposed_on)),
        _line(
            _("计划复工日期"), "—", compact_date(request.expected_resume_on), _("停 %(days)d 天") % {"days": days or 0}
        ),
        _line(_("停缓建期间"), "—", excluded),
    ]


def _resumption_lines(request: ChangeRequest, _on: date) -> list[Line]:
    known = SuspensionDates.objects.current().select_related("excused_by").get(suspension=request.suspension)
    days = request.proposed_on and (request.proposed_on - known.suspended_on).days
    excused = _("已批准不计逾期") if known.excused_by else _("计逾期")
    return [
        _line(_("项目状态"), _("停缓建"), _("正常建设")),
        _line(_("复工日期"), "—", compact_date(request.proposed_on), _("共停 %(days)d 天") % {"days": days or 0}),
        _line(_("停缓建日期"), compact_date(known.suspended_on), compact_date(known.suspended_on), excused),
    ]


def _schedule_lines(request: ChangeRequest, _on: date) -> list[Line]:
    """What each node would become stands in the consequences."""
    present_on, proposed_on = request.present_on, request.asked_for()
    shift = shift_said((proposed_on - present_on).days) if present_on else ""
    return [_line(_("要求完成日期"), compact_date(present_on), compact_date(proposed_on), shift)]


_LINES = {
    ChangeRequest.Kind.DATE: _date_lines,
    ChangeRequest.Kind.SUSPENSION: _suspension_lines,
    ChangeRequest.Kind.RESUMPTION: _resumption_lines,
    ChangeRequest.Kind.SCHEDULE: _schedule_lines,
}
