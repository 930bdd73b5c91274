"""设置 → 通报规则: how bulletins are issued from which day on, and how their head looks."""

from typing import Any

from django import forms
from django.conf import settings
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
from reports.actions import bulletin_rules as actions
from reports.models import BulletinRule
from reports.official import Form, OfficialPaper
from reports.views.official_page import page_of

_ADD = "reports/bulletin_rule_add.html"


class RuleForm(forms.ModelForm):
    """``effective_on`` is judged by the action, which says it in words."""

    effective_on = DayField(label=gettext_lazy("生效日期"))

    class Meta:
        model = BulletinRule
        fields = actions.SAID
        help_texts = {
            "mark": gettext_lazy("公文红头；{district} 处写区名。"),
            "brief_mark": gettext_lazy("简报的名称；{district} 处写区名。"),
            "code": gettext_lazy("如“×政办发”，发文字号即“×政办发〔2026〕1号”。"),
            "cutoff_day": gettext_lazy("1 至 28，留空为月末。"),
            "draft_after": gettext_lazy("截止并锁定后第几天自动起草，0 为当天。"),
        }

    def validate_unique(self) -> None:
        """Left to the action."""


@requires(*READERS)
def bulletin_rules(request: SignedInRequest) -> HttpResponse:
    today = timezone.localdate()
    editions = list(BulletinRule.objects.latest_first().select_related("recorded_by"))
    now = BulletinRule.objects.in_force(on=today)
    given = {
        "title": _("通报规则"),
        "as_of": _("按起草当天生效的一版；规则只增加新版，不改旧版。"),
        "settings": settings_tabs("bulletin_rules"),
        "now": _told(now),
        "page": head_of(now),
        "rows": [_row(each, now, is_ahead=each.effective_on > today) for each in editions],
        "may_keep": request.user.duties.include(Duty.DRAFT_BULLETIN),
    }
    return render(request, "reports/bulletin_rules.html", given)


@requires(Duty.DRAFT_BULLETIN)
def bulletin_rule_add(request: SignedInRequest) -> HttpResponse:
    """Begun from the edition in force; asked by htmx, the head as it would look."""
    today = timezone.localdate()
    now = BulletinRule.objects.in_force(on=today)
    initial = {field.name: getattr(now, field.name) for field in BulletinRule._meta.fields if field.name != "id"}
    form = RuleForm(sent(request), initial=initial | {"effective_on": today})
    is_valid = request.method == "POST" and form.is_valid()
    if is_valid and not request.htmx and "preview" not in request.POST and _added(request, form):
        return redirect("bulletin_rules")
    given = {
        "title": _("登记通报规则"),
        "trail": [{"label": _("通报规则"), "url": reverse("bulletin_rules")}],
        "form": form,
        "page": head_of(form.instance if is_valid else now),
    }
    return render(request, f"{_ADD}#head" if request.htmx else _ADD, given)


def _added(request: SignedInRequest, form: RuleForm) -> bool:
    try:
        actions.adopt(rule=form.save(commit=False), by=request.user, at=timezone.now())
    except RuleViolation as refusal:
        form.add_error("effective_on", refusal.message)
        return False
    messages.success(request, _("通报规则已登记。"))
    return True


def head_of(rule: BulletinRule) -> dict[str, Any]:
    """A paper of this edition without its text."""
    is_official = rule.form == BulletinRule.Form.OFFICIAL
    paper = OfficialPaper(
        form=Form(rule.form),
        mark=_named(rule.mark if is_official else rule.brief_mark),
        number=f"{rule.code}〔{rule.effective_on.year}〕×号" if is_official else _("第×期"),
        title=_("关于%d年×月全区重点项目建设进展情况的通报") % rule.effective_on.year,
        addressee=rule.addressee,
        body=(),
        annexes=(),
        signature=_named(rule.signature),
        dated=None,
        remark=rule.remark,
        cc=rule.cc,
        printer=_named(rule.printer),
        copies=rule.copies,
    )
    return page_of(paper)


def _named(words: str) -> str:
    return words.replace("{district}", settings.DISTRICT_NAME)


def _told(rule: BulletinRule) -> list[dict[str, Any]]:
    cutoff = _("每月 %d 日") % rule.cutoff_day if rule.cutoff_day else _("月末")
    after = _("锁定后第 %d 天") % rule.draft_after if rule.draft_after else _("锁定后当天")
    boards = _("不少于 %(fewest)d 家才排名；红榜 %(honoured)d 家，黑榜 %(lagging)d 家") % vars(rule)
    return [
        {"label": _("生效日期"), "value": compact_date(rule.effective_on) if rule.pk else _("系统启用时")},
        {"label": _("形式"), "value": rule.get_form_display()},
        {"label": _("数据截止日"), "value": cutoff},
        {"label": _("起草"), "value": after},
        {"label": _("榜单"), "value": boards},
    ]


def _row(rule: BulletinRule, now: BulletinRule, *, is_ahead: bool) -> dict[str, Any]:
    return {
        "from": compact_date(rule.effective_on),
        "form": rule.get_form_display(),
        "mark": _named(rule.mark if rule.form == BulletinRule.Form.OFFICIAL else rule.brief_mark),
        "who": rule.recorded_by or _("系统"),
        "word": _("未生效") if is_ahead else _("现行") if rule == now else _("已停用"),
    }
