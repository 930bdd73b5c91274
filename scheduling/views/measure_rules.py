"""设置 → 结果运用规则: from which day on what proposes which measure, and what that would have proposed last month."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

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
from projects.views.row_table import RowForm, RowTable
from projects.views.settings import settings_tabs
from scheduling import measure_rules as rules_of
from scheduling.actions import measure_rules as actions
from scheduling.dossiers import last_month
from scheduling.measure_proposals import dry_run
from scheduling.measure_rules import Level, Rule, Side, Trigger
from scheduling.models import MeasureRuleEdition

_ABOVE = "ABOVE"
_SHOWN = 40
_TRIGGERS = [(each.name, f"{each.side.value}：{each.word}（{each.unit}）") for each in Trigger]
_LEVELS = [*((level.value, level.word) for level in Level), (_ABOVE, gettext_lazy("在原措施上提高一级"))]


class EditionForm(forms.Form):
    effective_on = DayField(label=gettext_lazy("生效日期"))
    code = forms.CharField(
        label=gettext_lazy("通知书机关代字"),
        max_length=20,
        help_text=gettext_lazy("如“×重点督”，文号即“×重点督〔2026〕1号”。"),
    )
    source = forms.CharField(label=gettext_lazy("依据"), max_length=200, required=False)


class RuleRow(RowForm):
    SIZES: ClassVar = {"trigger": "wide", "limit": "tiny", "level": "short"}
    trigger = forms.ChoiceField(label=gettext_lazy("情形"), choices=[("", gettext_lazy("请选择")), *_TRIGGERS])
    limit = forms.IntegerField(label=gettext_lazy("达到"), min_value=1, max_value=999)
    level = forms.ChoiceField(label=gettext_lazy("建议措施"), choices=[("", gettext_lazy("请选择")), *_LEVELS])


class RuleTable(RowTable):
    form_class = RuleRow

    @property
    def rules(self) -> tuple[Rule, ...]:
        return tuple(_rule(each) for each in self.cleaned)


def _rule(said: dict[str, Any]) -> Rule:
    level = None if said["level"] == _ABOVE else Level(said["level"])
    return Rule(Trigger[said["trigger"]], said["limit"], level)


def _row_of(rule: Rule) -> dict[str, str]:
    return {"trigger": rule.trigger.name, "limit": str(rule.limit), "level": rule.level or _ABOVE}


@requires(*READERS)
def measure_rules(request: SignedInRequest) -> HttpResponse:
    today = timezone.localdate()
    now = MeasureRuleEdition.objects.in_force(on=today)
    editions = list(MeasureRuleEdition.objects.latest_first().select_related("recorded_by"))
    shown = {
        "title": _("结果运用规则"),
        "as_of": _("规则只提出建议，由人审定；按月末生效的一版，只增加新版，不改旧版。"),
        "settings": settings_tabs("measure_rules"),
        "number": now.number,
        "source": now.source,
        "code": now.code,
        "sides": [_side(side, now.rule_set) for side in Side],
        "gaps": list(rules_of.gaps(now.rule_set)),
        "rows": [_edition(each, now, today=today) for each in editions],
        "may_keep": request.user.duties.include(Duty.PROPOSE_MEASURE),
    }
    return render(request, "scheduling/measure_rules.html", shown)


@requires(Duty.PROPOSE_MEASURE)
def measure_rule_add(request: SignedInRequest) -> HttpResponse:
    """Begun from the edition in force; 试算 shows what it would have proposed, and stores nothing."""
    today = timezone.localdate()
    now = MeasureRuleEdition.objects.in_force(on=today)
    form = EditionForm(sent(request), initial={"effective_on": today, "code": now.code, "source": now.source})
    table, tried, refusal = RuleTable(map(_row_of, now.rule_set)), None, ""
    if request.method == "POST":
        table = RuleTable.sent(request.POST)
        if not table.rearranged(request.POST) and table.is_valid():
            refusal = "".join(rules_of.faults(table.rules))
            if "try" in request.POST and not refusal:
                tried = _tried(now.rule_set, table.rules)
            elif not refusal and form.is_valid() and not (refusal := _adopted(request, form, table.rules)):
                return redirect("measure_rules")
    shown = {
        "title": _("登记结果运用规则"),
        "trail": [{"label": _("结果运用规则"), "url": reverse("measure_rules")}],
        "form": form,
        "table": table,
        "rows": [*table.shown()],
        "refusal": refusal,
        "tried": tried,
    }
    return render(request, "scheduling/measure_rule_add.html", shown)


def _adopted(request: SignedInRequest, form: EditionForm, rules: Sequence[Rule]) -> str:
    """Why it was refused; empty where it was not."""
    try:
        actions.adopt(rules=rules, **form.cleaned_data, by=request.user, at=timezone.now())
    except RuleViolation as refusal:
        return refusal.message
    messages.success(request, _("结果运用规则已登记。"))
    return ""


def _tried(before: Sequence[Rule], after: Sequence[Rule]) -> dict[str, Any]:
    closing = last_month(on=timezone.localdate())
    if closing is None:
        return {"title": _("还没有锁定的月份，无法试算。"), "counts": [], "rows": []}
    run = dry_run(closing, before, after, at=timezone.now())
    counts = [
        {"level": level.word, "before": run.before[level], "after": run.after[level]}
        for level in Level
        if run.before[level] or run.after[level]
    ]
    ends_on = closing.period.ends_on
    said = {"month": f"{ends_on:%Y-%m}", "before": run.before.total(), "after": run.after.total()}
    return {
        "title": _("以新规则试算 %(month)s：建议 %(before)d→%(after)d 项") % said,
        "counts": counts,
        "gaps": list(rules_of.gaps(after)),
        "rows": [
            {
                "project": each.dossier.name,
                "unit": each.dossier.unit,
                "before": each.before.level.word if each.before else "—",
                "after": each.after.level.word if each.after else "—",
                "is_changed": (each.before and each.before.level) != (each.after and each.after.level),
                "why": (each.after or each.before).in_words(),  # type: ignore[union-attr]  # one of them is there
            }
            for each in run.rows[:_SHOWN]
        ],
        "more": max(0, len(run.rows) - _SHOWN),
    }


def _side(side: Side, rules: Sequence[Rule]) -> dict[str, Any]:
    own = [rule for rule in rules if rule.trigger.side is side]
    return {
        "name": side.value,
        "rows": [
            {
                "when": _("%(word)s %(limit)d %(unit)s及以上")
                % {"word": rule.trigger.word, "limit": rule.limit, "unit": rule.trigger.unit},
                "level": rule.level.word if rule.level else str(dict(_LEVELS)[_ABOVE]),
            }
            for rule in own
        ],
    }


def _edition(edition: MeasureRuleEdition, now: MeasureRuleEdition, *, today: date) -> dict[str, Any]:
    is_ahead = edition.effective_on > today
    return {
        "number": edition.number,
        "from": compact_date(edition.effective_on),
        "source": edition.source,
        "who": edition.recorded_by or _("系统"),
        "word": _("未生效") if is_ahead else _("现行") if edition == now else _("已停用"),
    }
