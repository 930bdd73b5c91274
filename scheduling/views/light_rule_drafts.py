"""起草亮灯规则: each verb on a page of its own."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.errors import RuleViolation
from projects.figures import compact_date
from projects.gate import SignedInRequest, requires
from projects.roles import Duty
from projects.views.forms import Page, answer, confirmation, sent
from scheduling import tasks
from scheduling.actions import light_rules as actions
from scheduling.light_presets import INITIAL, proposed
from scheduling.light_proof import prove
from scheduling.light_rules import Measure, Rule
from scheduling.models import LightRuleEdition
from scheduling.rule_words import MEASURES
from scheduling.views.light_rule_forms import AdoptForm, BandTable, DraftForm, EditionForm, RuleForm, filled
from scheduling.views.light_rules import edition_or_none, edition_url, in_force, title_of, trail_to

_SHOWN_FAULTS = 5


@requires(Duty.KEEP_LIGHT_RULES)
def light_rules_draft(request: SignedInRequest) -> HttpResponse:
    current = in_force(timezone.localdate())
    known = [*(each.rule_set for each in LightRuleEdition.objects.adopted()), INITIAL]
    known.sort(key=lambda rules: (rules.edition != current, -rules.edition))
    form = DraftForm(sent(request), known=known, initial={"begin": f"edition-{current}"})
    text = _("以底稿为起点逐条修改；数值没有漏缺、没有重叠，才能启用。")
    page = Page(_("起草亮灯规则"), _("起草"), reverse("light_rules"), trail=trail_to(), text=text)

    def act() -> str:
        given = form.cleaned_data
        rules = given.pop("begin")
        given["source"] = given["source"] or rules.source
        edition = actions.draft(rules=rules, **given, by=request.user, at=timezone.now())
        return edition_url(edition.number)

    return answer(request, form, page, act)


@requires(Duty.KEEP_LIGHT_RULES)
def light_rules_amend(request: SignedInRequest, number: int) -> HttpResponse:
    edition = _draft(request, number)
    initial = {name: getattr(edition, name) for name in EditionForm.base_fields}
    form = EditionForm(sent(request), initial=initial)

    def act() -> None:
        actions.amend(edition=edition, **form.cleaned_data, by=request.user, at=timezone.now())

    return answer(request, form, _page(edition, _("修改名称和依据"), _("保存"), done=_("已保存。")), act)


@requires(Duty.KEEP_LIGHT_RULES)
def light_rule_add(request: SignedInRequest, number: int) -> HttpResponse:
    edition = _draft(request, number)
    asked = request.GET.get("measure", "")
    begin = proposed(Measure[asked] if asked in Measure.__members__ else Measure.GAP_PP)
    return _typed(request, edition, begin, place=None, title=_("增加规则"))


@requires(Duty.KEEP_LIGHT_RULES)
def light_rule_edit(request: SignedInRequest, number: int, row: int) -> HttpResponse:
    edition = _draft(request, number)
    rule = _rule_or_404(edition, row)
    return _typed(request, edition, rule, place=row, title=_("修改第 %(number)d 条") % {"number": row + 1})


@requires(Duty.KEEP_LIGHT_RULES)
def light_rule_remove(request: SignedInRequest, number: int, row: int) -> HttpResponse:
    edition = _draft(request, number)
    rule = _rule_or_404(edition, row)
    said = {"number": row + 1, "measure": MEASURES[rule.measure], "dimension": rule.dimension.word}
    text = _("第 %(number)d 条（%(dimension)s：%(measure)s）不再保留；一种灯没有规则就不亮。") % said
    page = _page(edition, _("移除规则"), _("移除"), done=_("已移除。"), text=text)

    def act() -> None:
        actions.remove_rule(edition=edition, place=row, by=request.user, at=timezone.now())

    return answer(request, confirmation(request), page, act)


@requires(Duty.KEEP_LIGHT_RULES)
def light_rules_adopt(request: SignedInRequest, number: int) -> HttpResponse:
    edition = _draft(request, number)
    first, today = actions.earliest_day(at=timezone.now()), timezone.localdate()
    form = AdoptForm(sent(request), initial={"effective_on": max(first, today)})
    text = _("启用后不能改动。生效日期最早为 %(day)s：此前的报告期已锁定，按当时的规则判定。") % {
        "day": compact_date(first)
    }
    if faults := prove(edition.rule_set):
        said = "；".join(fault.text for fault in faults[:_SHOWN_FAULTS])
        text = _("还有 %(count)d 处不合要求，改好之前不能启用：%(faults)s。") % {"count": len(faults), "faults": said}
    page = _page(edition, _("启用亮灯规则"), _("启用"), text=text)

    def act() -> None:
        adopted = actions.adopt(edition=edition, **form.cleaned_data, by=request.user)
        tasks.ask_for_new_judgement(adopted, at=timezone.now())
        messages.success(request, _("%(edition)s已启用。") % {"edition": adopted})

    return answer(request, form, page, act)


@requires(Duty.KEEP_LIGHT_RULES)
def light_rules_discard(request: SignedInRequest, number: int) -> HttpResponse:
    edition = _draft(request, number)
    text = _("这一版草稿及其试算不再保留（审计日志仍有记录）；已启用的各版不受影响。")
    page = Page(_("作废草稿"), _("作废"), edition_url(number), trail_to(edition.rule_set), text, danger=True)

    def act() -> str:
        actions.discard(edition=edition, by=request.user, at=timezone.now())
        messages.success(request, _("草稿已作废。"))
        return reverse("light_rules")

    return answer(request, confirmation(request), page, act)


def _draft(request: SignedInRequest, number: int) -> LightRuleEdition:
    edition = edition_or_none(request, number)
    if edition is None:
        raise RuleViolation(_("初始规则不能改动；需要调整请起草新版。"))
    actions.refuse_adopted(edition)
    return edition


def _rule_or_404(edition: LightRuleEdition, row: int) -> Rule:
    rules = edition.rule_set.rules
    if row >= len(rules):
        raise Http404
    return rules[row]


def _typed(
    request: SignedInRequest, edition: LightRuleEdition, begin: Rule, *, place: int | None, title: str
) -> HttpResponse:
    """One rule with its bands: shown, rearranged, refused with everything kept, or saved and led back."""
    refusal = ""
    form, table = RuleForm(initial=filled(begin)), BandTable.of(begin.bands)
    if request.method == "POST":
        form, table = RuleForm(request.POST), BandTable.sent(request.POST)
        if not table.rearranged(request.POST) and form.is_valid() and table.is_valid():
            refusal = _refusal(lambda: _put(request, edition, form.rule(table.bands()), place))
            if not refusal:
                return redirect(edition_url(edition.number))
    context: dict[str, Any] = {
        "title": title,
        "as_of": title_of(edition.rule_set),
        "trail": trail_to(edition.rule_set),
        "form": form,
        "table": table,
        "rows": list(table.shown()),
        "refusal": refusal,
        "back_url": edition_url(edition.number),
    }
    return render(request, "scheduling/light_rule_form.html", context)


def _put(request: SignedInRequest, edition: LightRuleEdition, rule: Rule, place: int | None) -> None:
    actions.put_rule(edition=edition, rule=rule, place=place, by=request.user, at=timezone.now())
    messages.success(request, _("已保存。"))


def _refusal(act: Callable[[], None]) -> str:
    try:
        act()
    except RuleViolation as refusal:
        return refusal.message
    return ""


def _page(edition: LightRuleEdition, title: str, submit: str, *, done: str = "", text: str = "") -> Page:
    return Page(title, submit, edition_url(edition.number), trail_to(edition.rule_set), text, done=done)
