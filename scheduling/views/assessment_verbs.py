"""What is done about an assessment, each verb on a page of its own."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.actions import stored_files
from projects.figures import exactly
from projects.gate import SignedInRequest, requires
from projects.roles import Duty
from projects.tasks import ask_for_scan
from projects.views.forms import DayField, DocumentField, Page, answer, confirmation, files_sent, sent
from scheduling import tasks
from scheduling.actions import appeals, assessments
from scheduling.models import Appeal, Assessment, AssessmentScheme, BonusMalus
from scheduling.score_indicators import HAND
from scheduling.views.assessment_score import score_or_404, score_url
from scheduling.views.assessments import assessment_or_404, assessment_url, trail

_WINDOW = timedelta(days=5)


class BeginForm(forms.Form):
    scheme = forms.ModelChoiceField(label=gettext_lazy("考核方案"), queryset=AssessmentScheme.objects.adopted())
    title = forms.CharField(
        label=gettext_lazy("名称"), max_length=100, help_text=gettext_lazy("如：2026 年上半年考核。")
    )
    starts_on = DayField(label=gettext_lazy("考核期起"), help_text=gettext_lazy("月初第一天。"))
    ends_on = DayField(label=gettext_lazy("考核期止"), help_text=gettext_lazy("月末最后一天，须已过去。"))


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=300)


class WindowForm(forms.Form):
    until = DayField(label=gettext_lazy("申诉截止日"))


class _WithEvidence(forms.Form):
    evidence = forms.CharField(label=gettext_lazy("依据（文号或材料名称）"), max_length=200)
    file = DocumentField(label=gettext_lazy("佐证材料"), required=False)


class BonusForm(_WithEvidence):
    points = forms.DecimalField(
        label=gettext_lazy("加（减）分"),
        max_digits=7,
        decimal_places=2,
        help_text=gettext_lazy("减分填负数；合计超过方案上限的部分不计。"),
    )
    reason = forms.CharField(label=gettext_lazy("事由"), max_length=100)
    field_order = ("points", "reason", "evidence", "file")


class HandForm(_WithEvidence):
    item = forms.ChoiceField(label=gettext_lazy("考核项"))
    points = forms.DecimalField(label=gettext_lazy("得分"), max_digits=7, decimal_places=2, min_value=0)
    field_order = ("item", "points", "evidence", "file")

    def __init__(self, *args: Any, assessment: Assessment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].choices = [  # type: ignore[attr-defined]
            (each.key, f"{each.name}（0 至 {exactly(each.weight)} 分）")
            for each in assessment.scheme.scheme.items
            if each.indicator == HAND
        ]


class AppealForm(forms.Form):
    item = forms.ChoiceField(label=gettext_lazy("申诉的考核项"), required=False)
    text = forms.CharField(label=gettext_lazy("申诉理由"), max_length=500, widget=forms.Textarea({"rows": 5}))
    file = DocumentField(label=gettext_lazy("佐证材料"), required=False)

    def __init__(self, *args: Any, assessment: Assessment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        items = [(each.key, each.name) for each in assessment.scheme.scheme.items]
        self.fields["item"].choices = [("", _("总体")), *items]  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    outcome = forms.ChoiceField(label=gettext_lazy("答复"), choices=Appeal.Outcome.choices, widget=forms.RadioSelect)
    text = forms.CharField(label=gettext_lazy("答复理由"), max_length=500, widget=forms.Textarea({"rows": 4}))


@requires(Duty.ASSESS)
def assessment_begin(request: SignedInRequest) -> HttpResponse:
    since, until = _last_half_year(timezone.localdate())
    form = BeginForm(sent(request), initial={"starts_on": since, "ends_on": until})
    text = _("结果在后台计算，算完即可预览。")
    page = Page(_("开展考核"), _("开始计算"), reverse("assessment_list"), trail(), text)

    def act() -> str:
        revision = assessments.begin(**form.cleaned_data, by=request.user, at=timezone.now())
        tasks.ask_for_assessment(revision, at=timezone.now())
        return assessment_url(revision.assessment)

    return answer(request, form, page, act)


@requires(Duty.ASSESS)
def assessment_reckon(request: SignedInRequest, pk: int) -> HttpResponse:
    found = assessment_or_404(request, pk)
    form = ReasonForm(sent(request), initial={"reason": request.GET.get("reason", "")[:300]})
    text = _("按现在所知重新计算，成为新的一版；以前的版次保留。")

    def act() -> None:
        revision = assessments.ask_again(assessment=found, **form.cleaned_data, by=request.user, at=timezone.now())
        tasks.ask_for_assessment(revision, at=timezone.now())

    return answer(request, form, _page(found, _("重新计算"), _("重新计算"), text=text), act)


@requires(Duty.ASSESS)
def assessment_open_appeals(request: SignedInRequest, pk: int) -> HttpResponse:
    found = assessment_or_404(request, pk)
    form = WindowForm(sent(request), initial={"until": timezone.localdate() + _WINDOW})
    text = _("公示后，各单位看到自己的得分和计算过程，可在截止日前申诉。")

    def act() -> None:
        assessments.open_appeals(assessment=found, **form.cleaned_data, by=request.user, at=timezone.now())

    return answer(request, form, _page(found, _("公示并听取申诉"), _("公示"), done=_("已公示。"), text=text), act)


@requires(Duty.APPROVE_ASSESSMENT)
def assessment_publish(request: SignedInRequest, pk: int) -> HttpResponse:
    found = assessment_or_404(request, pk)
    text = _("公布后不能改动，各单位都能看到全部单位的结果。")
    page = _page(found, _("核定公布"), _("公布"), done=_("已公布。"), text=text)

    def act() -> None:
        assessments.publish(assessment=found, by=request.user, at=timezone.now())

    return answer(request, confirmation(request), page, act)


@requires(Duty.ASSESS)
def assessment_bonus(request: SignedInRequest, pk: int, row: int) -> HttpResponse:
    found, score = score_or_404(request, pk, row)
    form = BonusForm(sent(request), files_sent(request))
    page = Page(
        _("登记加减分"),
        _("登记"),
        score_url(score),
        trail(found),
        str(score.subject),
        done=_("已登记，重新计算后计入。"),
    )

    def act() -> None:
        given = _with_file(request, form)
        assessments.add_bonus(assessment=found, subject=score.subject, **given, by=request.user, at=timezone.now())

    return answer(request, form, page, act)


@requires(Duty.ASSESS)
def bonus_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    bonus = get_object_or_404(BonusMalus.objects.select_related("assessment"), pk=pk)
    found = assessment_or_404(request, bonus.assessment_id)
    form = ReasonForm(sent(request))
    page = _page(found, _("撤销加减分"), _("撤销"), done=_("已撤销，重新计算后不计入。"), text=bonus.reason)

    def act() -> None:
        assessments.withdraw_bonus(bonus=bonus, **form.cleaned_data, by=request.user, at=timezone.now())

    return answer(request, form, page, act)


@requires(Duty.ASSESS)
def assessment_give(request: SignedInRequest, pk: int, row: int) -> HttpResponse:
    found, score = score_or_404(request, pk, row)
    form = HandForm(sent(request), files_sent(request), assessment=found)
    page = Page(
        _("人工评定"), _("登记"), score_url(score), trail(found), str(score.subject), done=_("已登记，重新计算后计入。")
    )

    def act() -> None:
        assessments.give(assessment=found, subject=score.subject, **_with_file(request, form), by=request.user)

    return answer(request, form, page, act)


@requires(Duty.APPEAL)
def assessment_appeal(request: SignedInRequest, pk: int, row: int) -> HttpResponse:
    found, score = score_or_404(request, pk, row)
    unit = score.unit
    if unit is None:
        raise Http404
    form = AppealForm(
        sent(request), files_sent(request), assessment=found, initial={"item": request.GET.get("item", "")}
    )
    text = _("%(unit)s　总分 %(total)s。请写明哪里不符、以什么为准，可附材料。") % {"unit": unit, "total": score.total}
    page = Page(
        _("申诉"), _("提交申诉"), score_url(score), trail(found), text, done=_("已提交，区重点办答复后在本页可见。")
    )

    def act() -> None:
        given = _with_file(request, form)
        appeals.make(assessment=found, unit=unit, **given, by=request.user, at=timezone.now())

    return answer(request, form, page, act)


@requires(Duty.ASSESS)
def appeal_answer(request: SignedInRequest, pk: int) -> HttpResponse:
    seen = Appeal.objects.visible_to(request.user).select_related("unit", "assessment")
    appeal = get_object_or_404(seen, pk=pk)
    found = assessment_or_404(request, appeal.assessment_id)
    form = AnswerForm(sent(request))
    text = f"{appeal.unit}：{appeal.text}"
    page = _page(found, _("答复申诉"), _("答复"), done=_("已答复。"), text=text)

    def act() -> str | None:
        answered = appeals.answer(appeal=appeal, **form.cleaned_data, by=request.user, at=timezone.now())
        if answered.outcome == Appeal.Outcome.UPHELD:
            return f"{reverse('assessment_reckon', args=[found.pk])}?reason={_('申诉更正')}：{appeal.unit}"
        return None

    return answer(request, form, page, act)


def _with_file(request: SignedInRequest, form: forms.Form) -> dict[str, Any]:
    """What was filled in, with its file kept and on its way to be scanned."""
    given, at = dict(form.cleaned_data), timezone.now()
    if file := given.get("file"):
        given["file"] = stored_files.keep_document(content=file, name=file.name, by=request.user, at=at)
        ask_for_scan(given["file"], at=at)
    else:
        given["file"] = None
    return given


def _page(found: Assessment, title: str, submit: str, *, done: str = "", text: str = "") -> Page:
    return Page(title, submit, assessment_url(found), trail(found), text, done=done)


def _last_half_year(today: date) -> tuple[date, date]:
    """The half of a year that ended last."""
    if today.month > 6:
        return date(today.year, 1, 1), date(today.year, 6, 30)
    return date(today.year - 1, 7, 1), date(today.year - 1, 12, 31)
