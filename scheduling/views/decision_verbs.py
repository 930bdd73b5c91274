"""交办事项的办理: one small form for each step."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.figures import chinese_date
from projects.gate import SignedInRequest, requires
from projects.models import Unit
from projects.roles import Duty
from projects.views.forms import Page, answer, confirmation, sent
from scheduling import decision_flow as flow
from scheduling.actions import decisions, extensions, supervision_orders
from scheduling.models import Decision, SupervisionOrder
from scheduling.supervision import last_order
from scheduling.views.decision_forms import (
    ExtensionDecisionForm,
    ExtensionForm,
    InstructionForm,
    OrderForm,
    ReopenForm,
    SaidForm,
)
from scheduling.views.decisions import decision_or_404
from scheduling.views.galleries import evidence_said

_ORDER_DAYS = timedelta(days=3)


@requires(Duty.CLOSE_OUT)
def decision_instruct(request: SignedInRequest) -> HttpResponse:
    """领导批示交办: in the district's name by the office, by a reviewer in that of the own unit."""
    form = InstructionForm(sent(request), on=timezone.localdate(), by=request.user)

    def act() -> str:
        unit = None if request.user.duties.include(Duty.READ_DISTRICT) else _own_unit(request)
        given = decisions.instruct(matter=form.given(), issuing_unit=unit, by=request.user, at=timezone.now())
        return reverse("decision", args=[given.pk])

    url = reverse("decision_list")
    trail = [{"label": _("议定事项"), "url": url}]
    text = _("领导批示、来文交办等不经会议的事项在此登记；会议议定事项请在会议页面登记。")
    page = Page(_("交办事项"), _("交办"), url, trail=trail, text=text, done=_("已交办，等待责任单位签收。"))
    return answer(request, form, page, act)


def _own_unit(request: SignedInRequest) -> Unit | None:
    return Unit.objects.filter(path__in=request.user.duties.unit_paths(Duty.CLOSE_OUT)).order_by("path").first()


@requires(Duty.CARRY_OUT)
def decision_receive(request: SignedInRequest, pk: int) -> HttpResponse:
    text = _("签收后由责任单位办理，办结后申请销号。")
    return _step(request, pk, _("签收"), confirmation(request), decisions.receive, text=text, done=_("已签收。"))


@requires(Duty.CARRY_OUT)
def decision_note(request: SignedInRequest, pk: int) -> HttpResponse:
    form = SaidForm(sent(request), label=_("办理进展"))
    return _step(request, pk, _("填报进展"), form, decisions.note_progress, text_as="text", done=_("进展已记录。"))


@requires(Duty.CLOSE_OUT)
def decision_chase(request: SignedInRequest, pk: int) -> HttpResponse:
    form = SaidForm(sent(request), label=_("催办意见（可不填）"))
    form.fields["text"].required = False
    text = _("向责任人（没有责任人的，向责任单位）发出催办通知，记入办理过程；每天只能催办一次。")
    return _step(request, pk, _("催办"), form, decisions.chase, text_as="text", text=text, done=_("已催办。"))


@requires(Duty.CARRY_OUT)
def decision_ask_to_close(request: SignedInRequest, pk: int) -> HttpResponse:
    form = SaidForm(sent(request), label=_("办结情况和佐证"))
    text = _("写明做了什么、有何文件或现场可以证明；由交办单位核实后销号。")
    text += evidence_said(decision_or_404(request, pk))
    done = _("已申请销号，等待交办单位核实。")
    act = decisions.ask_to_close
    return _step(request, pk, _("申请销号"), form, act, text_as="evidence", text=text, done=done)


@requires(Duty.CLOSE_OUT)
def decision_close_out(request: SignedInRequest, pk: int) -> HttpResponse:
    form = SaidForm(sent(request), label=_("核实意见"), preset=_("经核实，已落实。"))
    text = _("核实确已落实的，予以销号；未落实的请退回重办。")
    return _step(request, pk, _("销号"), form, decisions.close_out, text_as="opinion", text=text, done=_("已销号。"))


@requires(Duty.CLOSE_OUT)
def decision_send_back(request: SignedInRequest, pk: int) -> HttpResponse:
    form = SaidForm(sent(request), label=_("退回原因"))
    return _step(request, pk, _("退回重办"), form, decisions.send_back, text_as="reason", done=_("已退回重办。"))


@requires(Duty.CLOSE_OUT)
def decision_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    form = SaidForm(sent(request), label=_("撤销原因"))
    done = _("已撤销。")
    return _step(request, pk, _("撤销"), form, decisions.withdraw, text_as="reason", done=done, danger=True)


@requires(Duty.CLOSE_OUT)
def decision_reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    done = _("已重新交办。")
    return _step(request, pk, _("重新交办"), ReopenForm(sent(request)), decisions.reopen, done=done)


@requires(Duty.CARRY_OUT)
def decision_ask_extension(request: SignedInRequest, pk: int) -> HttpResponse:
    text = _("须在期限之前申请；批准之前，现行期限仍然有效。")
    form, done = ExtensionForm(sent(request)), _("已申请延期，等待交办单位审批。")
    return _step(request, pk, _("申请延期"), form, extensions.ask, text=text, done=done)


@requires(Duty.CLOSE_OUT)
def decision_decide_extension(request: SignedInRequest, pk: int) -> HttpResponse:
    asked, form = decision_or_404(request, pk), ExtensionDecisionForm(sent(request))
    extension = asked.extensions.filter(outcome="").select_related("asked_by").first()
    if extension is None:
        raise Http404

    def act() -> None:
        decide = extensions.agree if form.cleaned_data["outcome"] == "agree" else extensions.refuse
        opinion = form.cleaned_data["opinion"]
        decide(extension=extension, opinion=opinion, by=request.user, at=timezone.now())

    said = {"who": extension.asked_by, "day": chinese_date(extension.proposed_due_on), "why": extension.reason}
    text = _("%(who)s申请延至%(day)s：%(why)s") % said
    return answer(request, form, _page(asked, _("审批延期"), text=text, done=_("已审批。")), act)


@requires(Duty.SUPERVISE)
def decision_supervise(request: SignedInRequest, pk: int) -> HttpResponse:
    asked, on = decision_or_404(request, pk), timezone.localdate()
    last = last_order(asked)
    level = flow.following(last.level if last else None)
    colour = SupervisionOrder.Level(level).label if level else _("督办")
    due_on = max(asked.due_on, on + _ORDER_DAYS) if level is flow.Level.BLUE else on + _ORDER_DAYS
    form = OrderForm(sent(request), initial={"text": _order_text(asked), "due_on": due_on})

    def act() -> str:
        order = supervision_orders.issue(decision=asked, **form.cleaned_data, by=request.user, at=timezone.now())
        return reverse("supervision_order", args=[order.pk])

    text = _("将向%(unit)s签发%(colour)s单并自动编号。") % {"unit": asked.owner_unit, "colour": colour}
    return answer(request, form, _page(asked, _("签发督办单"), text=text, done=_("已签发。"), submit=_("签发")), act)


def _order_text(asked: Decision) -> str:
    said = {"number": asked.number, "text": asked.text.rstrip("。"), "due": chinese_date(asked.due_on)}
    return (
        _("“%(text)s”（%(number)s）办理期限为%(due)s，目前尚未办结。请抓紧办理，并书面说明原因、措施和完成时间。")
        % said
    )


def _step(
    request: SignedInRequest,
    pk: int,
    title: str,
    form: forms.Form,
    act: Callable[..., Any],
    *,
    text_as: str = "",
    **page: Any,
) -> HttpResponse:
    """One call with what was filled in; ``text_as`` is what the action calls the form's words."""
    asked = decision_or_404(request, pk)

    def step() -> None:
        said = {text_as: form.cleaned_data["text"]} if text_as else form.cleaned_data
        act(decision=asked, **said, by=request.user, at=timezone.now())

    page["text"] = page.get("text") or asked.text
    return answer(request, form, _page(asked, title, **page), step)


def _page(asked: Decision, title: str, *, text: str, done: str, submit: str = "", danger: bool = False) -> Page:
    url = reverse("decision", args=[asked.pk])
    trail = [{"label": _("议定事项"), "url": reverse("decision_list")}, {"label": asked.number, "url": url}]
    return Page(title, submit or title, url, trail=trail, text=text, done=done, danger=danger)
