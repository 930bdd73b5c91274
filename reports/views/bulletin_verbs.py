"""办文: each step of a paper at its own address; where a step needs more than words, on a page of its own."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from projects.gate import READERS, SignedInRequest, View, requires
from projects.models import Unit
from projects.roles import Duty
from projects.views.forms import Page, answer, sent
from reports import papers, tasks
from reports.actions import bulletins, drafts
from reports.models import Draft
from reports.views.bulletin_access import draft_or_404
from scheduling.models import PeriodClosing

Act = Callable[..., Any]


def _step(act: Act, done: Promise, *, takes_note: bool = False) -> View:
    """A step that is done by a button; who may do it is said by the action, which also asks for whom."""

    @require_POST
    @requires(*READERS)
    def view(request: SignedInRequest, pk: int) -> HttpResponse:
        draft = draft_or_404(request, pk)
        note = {"note": request.POST.get("note", "").strip()[:300]} if takes_note else {}
        act(draft=draft, **note, by=request.user, at=timezone.now())
        messages.success(request, str(done))
        return redirect("bulletin", pk)

    return view


@require_POST
@requires(*READERS)
def bulletin_submit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Its pages are laid out meanwhile: they are looked at before 签发."""
    tasks.submit_draft(draft_or_404(request, pk), by=request.user)
    messages.success(request, _("已送核，由区重点办其他同志核稿；正在生成清样并检查版式。"))
    return redirect("bulletin", pk)


bulletin_check = _step(drafts.check, gettext_lazy("核稿通过，已送签发。"), takes_note=True)
bulletin_send_back = _step(drafts.send_back, gettext_lazy("已退回，拟稿人会看到您写的原因。"), takes_note=True)
bulletin_sign = _step(drafts.sign_off, gettext_lazy("已签发，由区重点办登记编号。"), takes_note=True)
bulletin_reopen = _step(drafts.reopen, gettext_lazy("已转回拟稿，改后重新核稿、签发。"), takes_note=True)


@require_POST
@requires(*READERS)
def bulletin_register(request: SignedInRequest, pk: int) -> HttpResponse:
    """The number is given at once; its forms are laid out in the background, and 印发 waits for them."""
    document = tasks.register_draft(draft_or_404(request, pk), by=request.user)
    messages.success(request, _("已登记，编号为%s；正在生成 PDF、Word 和 Excel，生成后可以印发。") % document.number)
    return redirect("bulletin", pk)


class IssueForm(forms.Form):
    units = forms.ModelMultipleChoiceField(
        Unit.objects.none(),
        label=gettext_lazy("送达单位"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("已选上各部门、镇街、园区和国企平台，可以增减。"),
    )
    public = forms.BooleanField(
        label=gettext_lazy("同时公开"),
        required=False,
        help_text=gettext_lazy("公开版不含个人姓名，凭二维码或校验码任何人都可以打开。"),
    )

    names_may_stay = forms.BooleanField(label=gettext_lazy("这些姓名可以公开"), required=False)

    def __init__(self, *args: Any, named: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if named:
            told = _("公开版中还有：%s。不勾选则不能公开。") % "、".join(named)
            self.fields["names_may_stay"].help_text = told
        else:
            del self.fields["names_may_stay"]
        units = Unit.objects.active().order_by("sort_key")
        self.fields["units"].queryset = units  # type: ignore[attr-defined]
        self.fields["units"].initial = [each.pk for each in units.leading()]


@requires(*READERS)
def bulletin_issue(request: SignedInRequest, pk: int) -> HttpResponse:
    draft = draft_or_404(request, pk)
    named = papers.people_in_public(papers.paper(draft.document)) if draft.document else ()
    form = IssueForm(sent(request), named=named)

    def act() -> str:
        said = form.cleaned_data
        units, stay = list(said["units"]), said.get("names_may_stay", False)
        how = {"public": said["public"], "names_may_stay": stay}
        drafts.issue(draft=draft, units=units, **how, by=request.user, at=timezone.now())
        messages.success(request, _("已印发，已通知 %d 个单位。") % len(units))
        return reverse("bulletin_issued", args=[draft.document_id])

    text = _("印发后任何人都不能再改；打开的单位和时间记入回执。版记所写印数为 %d 份。")
    copies = draft.text.copies if draft.text else 0
    return answer(request, form, _page(draft, _("印发"), text=text % copies), act)


@requires(*READERS)
def bulletin_void(request: SignedInRequest, pk: int) -> HttpResponse:
    draft, form = draft_or_404(request, pk), NoteForm(sent(request))

    def act() -> None:
        drafts.void(draft=draft, note=form.cleaned_data["note"], by=request.user, at=timezone.now())

    text = _("作废后不能恢复；已登记的编号不再使用，校验时会显示已作废。")
    return answer(request, form, _page(draft, _("作废"), text=text, danger=True, done=_("已作废。")), act)


@require_POST
@requires(Duty.DRAFT_BULLETIN)
def bulletin_draft_again(request: SignedInRequest, pk: int) -> HttpResponse:
    """What became void is drafted anew from the same closed month."""
    closing = get_object_or_404(PeriodClosing, period=draft_or_404(request, pk).period_id)
    draft = bulletins.draft_month(closing=closing, by=request.user, at=timezone.now())
    messages.success(request, _("已按锁定的数据重新起草。"))
    return redirect("bulletin", draft.pk)


class NoteForm(forms.Form):
    note = forms.CharField(label=gettext_lazy("原因"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


def _page(draft: Draft, title: str, *, text: str, danger: bool = False, done: str = "") -> Page:
    url = reverse("bulletin", args=[draft.pk])
    trail = [{"label": _("月通报"), "url": reverse("bulletin_list")}, {"label": str(draft), "url": url}]
    return Page(title, title, url, trail=trail, text=text, danger=danger, done=done)
