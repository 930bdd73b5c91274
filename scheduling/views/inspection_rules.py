"""设置 → 观摩规则: by which rule a round is opened from which day on."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.errors import RuleViolation
from projects.figures import compact_date
from projects.gate import READERS, SignedInRequest, requires
from projects.roles import Duty
from projects.views.forms import DayField, sent
from projects.views.settings import settings_tabs
from scheduling.actions import inspection_rules as actions
from scheduling.actions.inspections import said_of
from scheduling.models import Emphasis, InspectionRule

_QUARTERS = [gettext_lazy("第一季度"), gettext_lazy("第二季度"), gettext_lazy("第三季度"), gettext_lazy("第四季度")]
_EMPHASIS = "emphasis_{}"


class RuleForm(forms.ModelForm):
    """``effective_on`` is judged by the action, which says it in words; the emphases are four lists of boxes."""

    effective_on = DayField(label=gettext_lazy("生效日期"))

    class Meta:
        model = InspectionRule
        fields = [name for name in actions.SAID if name != "emphases"]
        help_texts = {
            "rest_rounds": gettext_lazy("0 为不作要求。"),
            "needs_formalities": gettext_lazy("开工必备手续均已办结或不涉及。"),
            "least_invested": gettext_lazy("留空为不作要求；侧重开工的季度，当年新开工项目不作要求。"),
            "trimmed_from": gettext_lazy("给同一观摩点评分的评委达到这个人数时，去掉一个最高分和一个最低分。"),
            "routine_share": gettext_lazy("综合得分中日常得分所占的百分比，其余为观摩得分。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place, label in enumerate(_QUARTERS):
            self.fields[_EMPHASIS.format(place)] = forms.MultipleChoiceField(
                label=_("%(quarter)s侧重") % {"quarter": label},
                choices=Emphasis.choices,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    def validate_unique(self) -> None:
        """Left to the action."""

    def rule(self) -> InspectionRule:
        said: InspectionRule = self.save(commit=False)
        said.emphases = [self.cleaned_data[_EMPHASIS.format(place)] for place in range(len(_QUARTERS))]
        return said


@requires(*READERS)
def inspection_rules(request: SignedInRequest) -> HttpResponse:
    today = timezone.localdate()
    editions = list(InspectionRule.objects.select_related("recorded_by"))
    now = InspectionRule.objects.in_force(on=today)
    shown = {
        "title": _("观摩规则"),
        "as_of": _("按开办当天生效的一版；已开办的各轮沿用开办时的规则。规则只增加新版，不改旧版。"),
        "settings": settings_tabs("inspection_rules"),
        "now": _told(now),
        "rows": [_row(each, now, is_ahead=each.effective_on > today) for each in editions],
        "may_keep": request.user.duties.include(Duty.INSPECT),
    }
    return render(request, "scheduling/inspection_rules.html", shown)


@requires(Duty.INSPECT)
def inspection_rule_add(request: SignedInRequest) -> HttpResponse:
    """Begun from the edition in force."""
    today = timezone.localdate()
    now = InspectionRule.objects.in_force(on=today)
    initial = {name: getattr(now, name) for name in RuleForm.Meta.fields} | {"effective_on": today}
    initial |= {_EMPHASIS.format(place): chosen for place, chosen in enumerate(now.emphases)}
    form = RuleForm(sent(request), initial=initial)
    if request.method == "POST" and form.is_valid() and _added(request, form):
        return redirect("inspection_rules")
    shown = {
        "title": _("登记观摩规则"),
        "trail": [{"label": _("观摩规则"), "url": reverse("inspection_rules")}],
        "form": form,
        "text": _("登记后不能改动；需要调整的，另行登记一个新的生效日期。"),
        "submit": _("登记"),
        "back_url": reverse("inspection_rules"),
    }
    return render(request, "projects/form.html", shown)


def _added(request: SignedInRequest, form: RuleForm) -> bool:
    try:
        actions.adopt(rule=form.rule(), by=request.user, at=timezone.now())
    except RuleViolation as refusal:
        form.add_error("effective_on", refusal.message)
        return False
    messages.success(request, _("观摩规则已登记。"))
    return True


def _told(rule: InspectionRule) -> list[dict[str, Any]]:
    rests = _("最近 %d 轮观摩过的不再入选") % rule.rest_rounds if rule.rest_rounds else _("不作要求")
    least = f"{rule.least_invested}%" if rule.least_invested is not None else _("不作要求")
    return [
        {"label": _("生效日期"), "value": compact_date(rule.effective_on) if rule.pk else _("系统启用时")},
        {"label": _("轮空"), "value": rests},
        {"label": _("具备开工条件"), "value": _("须具备") if rule.needs_formalities else _("不作要求")},
        {"label": _("累计完成投资占总投资不低于"), "value": least},
        *({"label": label, "value": _emphasis(rule, place)} for place, label in enumerate(_QUARTERS)),
        {"label": _("评分"), "value": _("匿名") if rule.is_anonymous else _("实名")},
        {"label": _("去掉最高、最低分"), "value": _("评委 %d 人起") % rule.trimmed_from},
        {"label": _("日常得分占比"), "value": f"{rule.routine_share}%"},
        {"label": _("一组排名至少"), "value": _("%d 个观摩点") % rule.fewest},
    ]


def _emphasis(rule: InspectionRule, place: int) -> str:
    return said_of(rule.emphases[place]) or _("不设侧重")


def _row(rule: InspectionRule, now: InspectionRule, *, is_ahead: bool) -> dict[str, Any]:
    return {
        "from": compact_date(rule.effective_on),
        "said": "；".join(f"{each['label']}：{each['value']}" for each in _told(rule)[1:4]),
        "who": rule.recorded_by or _("系统"),
        "word": _("未生效") if is_ahead else _("现行") if rule == now else _("已停用"),
    }
