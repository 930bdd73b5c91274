"""The words that forecasts and contradictions are shown in, wherever they are shown."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects import figures
from projects.models import User
from projects.roles import Duty
from scheduling.forecast import Why, chances
from scheduling.models import BackTestResult, FinishForecast

VERIFIERS = (Duty.READ_DISTRICT, Duty.READ_UNIT)
"""Who reads what was found not to fit: not the leads themselves."""

_TABS = [
    ("warning_list", gettext_lazy("完工预测")),
    ("contradiction_list", gettext_lazy("外绿内红")),
    ("verification_draw_list", gettext_lazy("随机核查")),
]


def warning_tabs(user: User, *, current: str) -> list[dict[str, Any]]:
    """None where there is but one to choose."""
    if not any(map(user.duties.include, VERIFIERS)):
        return []
    return [{"label": label, "url": reverse(name), "current": name == current} for name, label in _TABS]


def night_said(tested: BackTestResult | None) -> str:
    if tested is None:
        return _("还没有预测过；每日凌晨预测一次。")
    return _("%(moment)s 预测；每日凌晨更新") % {"moment": f"{localtime(tested.known_at):%Y-%m-%d %H:%M}"}


def buckets(tested: BackTestResult | None) -> list[dict[str, str]]:
    found = tested.buckets if tested else []
    return [
        {
            "days": str(each["days"]),
            "n": f"{each['n']:,}",
            "error": figures.shown(_figure(each["error"]), 0),
            "p50": figures.percent(_figure(each["p50"]), 0),
            "p80": figures.percent(_figure(each["p80"]), 0),
        }
        for each in found
    ]


def _figure(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def refusals(found: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"reason": Why[kind].value, "count": count} for kind, count in found.items()]


def forecast_state(forecast: FinishForecast) -> str:
    """What there is to worry about, in a word; empty: nothing."""
    slack = forecast.slack
    if slack is not None and slack < 0:
        return _("预计晚 %(days)d 天") % {"days": -slack}
    if forecast.warning:
        return _("把握不足八成")
    return _("余量减少") if forecast.trend else ""


def forecast_said(forecast: FinishForecast) -> str:
    """The one line of a project's own page."""
    if forecast.p50_on is None:
        return forecast.refusal
    return _("按近期速度预计竣工：%(chances)s（%(basis)s）。") % {
        "chances": chances(forecast.p50_on, forecast.p80_on),
        "basis": forecast.basis,
    }
