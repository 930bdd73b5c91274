"""What every page shows around its own content."""

from functools import partial

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from projects.roles import NOBODY, Duties, Duty

_BUSINESS = {Duty.READ_DISTRICT, Duty.READ_UNIT, Duty.READ_OWN}
# label, url name, and the duties of which one opens it
_ENTRIES: list[tuple[Promise, str, set[Duty]]] = [
    (_("我的"), "my_page", set(Duty)),
    (_("驾驶舱"), "dashboard", {Duty.READ_DISTRICT, Duty.READ_UNIT}),
    (_("两分钟"), "two_minutes", {Duty.READ_DISTRICT}),
    (_("观摩评分"), "scoring", {Duty.SCORE}),
    (_("周报填报"), "weekly_reports", {Duty.REPORT_PROGRESS}),
    (_("审核台"), "review_desk", {Duty.REVIEW_REPORT}),
    (_("周调度"), "meeting_list", _BUSINESS),
    (_("月通报"), "bulletin_list", _BUSINESS),
    (_("季观摩"), "inspection_list", _BUSINESS | {Duty.SCORE}),
    (_("逾期清单"), "overdue_list", _BUSINESS),
    (_("近期必办"), "look_ahead", _BUSINESS),
    (_("预警核查"), "warning_list", {Duty.READ_DISTRICT, Duty.READ_UNIT}),
    (_("审批手续"), "permit_board", _BUSINESS),
    (_("问题协调"), "problem_list", _BUSINESS),
    (_("变更申请"), "change_request_list", _BUSINESS),
    (_("通知"), "notice_list", _BUSINESS),
    (_("挂图作战"), "wall_chart", _BUSINESS),
    (_("项目库"), "project_list", _BUSINESS),
    (_("年度计划"), "annual_plan_list", _BUSINESS),
    (_("台账导入"), "ledger_import_list", {Duty.IMPORT_LEDGER}),
    (_("单位和人员"), "unit_list", {Duty.MANAGE_ACCOUNTS, Duty.GRANT_ROLES, Duty.READ_DISTRICT}),
    (_("设置"), "calendar", _BUSINESS),
    (_("审计日志"), "audit_log", {Duty.READ_AUDIT}),
]
# Pages that belong to an entry but have addresses of their own.
_ALSO = {
    "review_desk": ["reporting_list"],
    "calendar": [
        "template_list",
        "reporting_rules",
        "reporting_duties",
        "bulletin_rules",
        "inspection_rules",
        "score_sheets",
    ],
    "warning_list": ["contradiction_list", "verification_draw_list"],
    "meeting_list": ["decision_list", "supervision_order_list", "dispatch_sheet_list"],
}


def product(request: HttpRequest) -> dict[str, object]:
    return {
        "district_name": settings.DISTRICT_NAME,
        "navigation": _navigation(request),
        "reads_projects": any(map(_duties(request).include, _BUSINESS)),
    }


def _duties(request: HttpRequest) -> Duties:
    return getattr(getattr(request, "user", None), "duties", NOBODY)


def _navigation(request: HttpRequest) -> list[dict[str, object]]:
    duties, entries = _duties(request), []
    for label, name, openers in _ENTRIES:
        if any(duties.include(duty) for duty in openers):
            under = [*map(reverse, [name, *_ALSO.get(name, [])])]
            entries.append({"label": label, "url": under[0], "current": any(map(partial(_is_under, request), under))})
    return entries


def _is_under(request: HttpRequest, url: str) -> bool:
    return request.path == url or (url != "/" and request.path.startswith(url))
