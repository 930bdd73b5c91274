"""What every page about one project begins with: its name, its marks, its tabs."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.gate import SignedInRequest
from projects.models import KeyProject
from projects.roles import Duty

_FLAGSHIP_TAB = "task_force"
_TABS = [
    ("project_detail", gettext_lazy("概况")),
    ("project_plan", gettext_lazy("计划")),
    ("project_permits", gettext_lazy("审批手续")),
    ("project_gate", gettext_lazy("阶段关口")),
    ("project_targets", gettext_lazy("目标分解")),
    ("project_problems", gettext_lazy("问题")),
    ("project_measures", gettext_lazy("结果运用")),
    (_FLAGSHIP_TAB, gettext_lazy("专班")),
    ("project_photos", gettext_lazy("影像")),
    ("project_baselines", gettext_lazy("基线对比")),
    ("project_ledger", gettext_lazy("台账")),
    ("project_history", gettext_lazy("历史")),
]


def head(request: SignedInRequest, project: KeyProject, *, tab: str) -> dict[str, Any]:
    """The context of the shared top of the page; ``tab`` is the url name of the page itself."""
    return {
        "title": project.name,
        "project": project,
        "trail": [{"label": _("项目库"), "url": reverse("project_list")}],
        "tabs": [
            {"label": label, "url": reverse(name, args=[project.code]), "current": name == tab}
            for name, label in _TABS
            if name != _FLAGSHIP_TAB or project.is_flagship
        ],
        "badges": _badges(project),
        "may_edit": request.user.duties.include(Duty.EDIT_REGISTER),
        "may_ask": may_ask(request, project),
    }


def may_ask(request: SignedInRequest, project: KeyProject) -> bool:
    """The office asks for changes of any project, a lead of those answered for."""
    duties = request.user.duties
    answers = duties.include(Duty.EDIT_REGISTER) or project.is_answered_for_by(request.user)
    return duties.include(Duty.REQUEST_CHANGE) and answers


def _badges(project: KeyProject) -> list[dict[str, str]]:
    marks = [
        (project.is_flagship, _("龙头项目"), "solid"),
        (project.is_package, _("打包项目"), "blue"),
        (True, project.get_level_display(), ""),
        (True, project.get_focus_area_display(), ""),
    ]
    return [{"word": word, "tone": tone} for holds, word, tone in marks if holds]
