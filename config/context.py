"""What every page shows around its own content."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from projects.roles import NOBODY, Duty

_BUSINESS = {Duty.READ_DISTRICT, Duty.READ_UNIT, Duty.READ_OWN}
# label, url name, and the duties of which one opens it
_ENTRIES: list[tuple[str, str, set[Duty]]] = [
    ("我的", "my_page", set(Duty)),
    ("逾期清单", "overdue_list", _BUSINESS),
    ("项目库", "project_list", _BUSINESS),
    ("年度计划", "annual_plan_list", _BUSINESS),
    ("台账导入", "ledger_import_list", {Duty.IMPORT_LEDGER}),
    ("单位和人员", "unit_list", {Duty.MANAGE_ACCOUNTS, Duty.GRANT_ROLES, Duty.READ_DISTRICT}),
    ("设置", "calendar", _BUSINESS),
    ("审计日志", "audit_log", {Duty.READ_AUDIT}),
]


def product(request: HttpRequest) -> dict[str, object]:
    return {"district_name": settings.DISTRICT_NAME, "navigation": _navigation(request)}


def _navigation(request: HttpRequest) -> list[dict[str, object]]:
    duties = getattr(getattr(request, "user", None), "duties", NOBODY)
    entries = []
    for label, name, openers in _ENTRIES:
        if any(duties.include(duty) for duty in openers):
            try:
                url = reverse(name)
            except NoReverseMatch:
                continue
            is_here = request.path == url or (url != "/" and request.path.startswith(url))
            entries.append({"label": _(label), "url": url, "current": is_here})
    return entries
