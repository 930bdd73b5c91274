"""设置: what the office keeps for the whole district, page beside page."""

from django.urls import reverse
from django.utils.translation import gettext_lazy

_TABS = [
    ("calendar", gettext_lazy("节假日")),
    ("template_list", gettext_lazy("倒排模板")),
    ("reporting_rules", gettext_lazy("报送时限")),
    ("reporting_duties", gettext_lazy("报送方式")),
    ("light_rules", gettext_lazy("亮灯规则")),
    ("score_sheets", gettext_lazy("评分表")),
    ("bulletin_rules", gettext_lazy("通报规则")),
    ("inspection_rules", gettext_lazy("观摩规则")),
]


def settings_tabs(current: str) -> list[dict[str, object]]:
    """``current`` is the url name of the page itself."""
    return [{"label": label, "url": reverse(name), "current": name == current} for name, label in _TABS]
