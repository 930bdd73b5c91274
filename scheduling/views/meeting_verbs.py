"""会议的办理: called, put off, cancelled, who came, concluded, worded and issued."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from projects.errors import RuleViolation
from projects.gate import SignedInRequest, requires
from projects.models import Unit, User
from projects.roles import ADMINISTRATORS, Duty
from projects.views.forms import Page, answer, confirmation, sent
from projects.views.row_table import RowForm, RowTable
from scheduling.actions import meetings
from scheduling.actions.meetings import Came, Notice
from scheduling.models import Attendance, Meeting
from scheduling.views.decision_forms import SaidForm
from scheduling.views.meetings import meeting_or_404, trail_of


class MomentField(forms.DateTimeField):
    """A moment as the browser's own field writes it."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **kwargs)


class NoticeForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("会议名称"), max_length=100)
    held_at = MomentField(label=gettext_lazy("会议时间"))
    place = forms.CharField(label=gettext_lazy("会议地点"), max_length=100)
    chair = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("主持人"))
    inputs_due_at = MomentField(
        label=gettext_lazy("会前材料报送截止"),
        required=False,
        help_text=gettext_lazy("各单位在此之前报送材料，过时锁定；不填则到会议开始为止。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(is_active=True).exclude(posts__role__in=ADMINISTRATORS)
        self.fields["chair"].queryset = people  # type: ignore[attr-defined]

    def notice(self) -> Notice:
        return Notice(**{name: self.cleaned_data[name] for name in NoticeForm.base_fields})


class CallForm(NoticeForm):
    kind = forms.ChoiceField(label=gettext_lazy("会议类别"), choices=Meeting.Kind.choices)
    field_order = ["kind", *NoticeForm.base_fields]


class CameForm(RowForm):
    organisation = forms.CharField(label=gettext_lazy("单位"), max_length=100)
    presence = forms.ChoiceField(label=gettext_lazy("到会"), choices=Attendance.Presence.choices)
    person = forms.CharField(label=gettext_lazy("参会人员"), max_length=100, required=False)
    SIZES = {"organisation": "middle", "presence": "short", "person": "long"}
    PRESET = ("presence",)


class CameTable(RowTable):
    form_class = CameForm
    LARGEST = 120


@requires(Duty.CALL_MEETING)
def meeting_call(request: SignedInRequest) -> HttpResponse:
    form = CallForm(sent(request))

    def act() -> str:
        kind = Meeting.Kind(form.cleaned_data["kind"])
        said = {"kind": kind, "unit": _own_unit(request), "notice": form.notice()}
        return reverse("meeting", args=[meetings.call(**said, by=request.user, at=timezone.now()).pk])

    url = reverse("meeting_list")
    text = _("周调度、月调度的议程自动从上次未销号事项和新出现的问题编起；现场调度、专题调度请在召集后列入项目。")
    page = Page(
        _("召集会议"), _("召集"), url, trail=[{"label": _("会议"), "url": url}], text=text, done=_("会议已召集。")
    )
    return answer(request, form, page, act)


def _own_unit(request: SignedInRequest) -> Unit | None:
    """None: the district's office."""
    if request.user.duties.include(Duty.READ_DISTRICT):
        return None
    return Unit.objects.filter(path__in=request.user.duties.unit_paths(Duty.CALL_MEETING)).order_by("path").first()


@requires(Duty.CALL_MEETING)
def meeting_amend(request: SignedInRequest, pk: int) -> HttpResponse:
    asked = meeting_or_404(request, pk)
    initial = {name: getattr(asked, name) for name in NoticeForm.base_fields}
    form = NoticeForm(sent(request), initial=initial)

    def act() -> None:
        meetings.amend(meeting=asked, notice=form.notice(), by=request.user, at=timezone.now())

    return answer(request, form, _page(asked, _("修改会议安排"), submit=_("保存"), done=_("会议安排已修改。")), act)


@requires(Duty.CALL_MEETING)
def meeting_cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    asked, form = meeting_or_404(request, pk), SaidForm(sent(request), label=_("取消原因"))

    def act() -> None:
        meetings.cancel(meeting=asked, reason=form.cleaned_data["text"], by=request.user, at=timezone.now())

    page = _page(asked, _("取消会议"), submit=_("取消会议"), done=_("会议已取消。"), danger=True)
    return answer(request, form, page, act)


@requires(Duty.CALL_MEETING)
def meeting_attendance(request: SignedInRequest, pk: int) -> HttpResponse:
    asked = meeting_or_404(request, pk)
    names = {"organisation": Unit.objects.active().values_list("name", flat=True)}
    if request.method == "POST":
        table = CameTable.sent(request.POST, lists=names)
        if not table.rearranged(request.POST) and table.is_valid() and _recorded(request, asked, table):
            return redirect("meeting", pk=asked.pk)
    else:
        rows = asked.attendance.values("organisation", "presence", "person")
        table = CameTable(rows, lists=names)
        table.add_spare_rows()
    shown = {"title": _("到会情况"), "trail": trail_of(asked), "table": table, "rows": list(table.shown())}
    return render(request, "scheduling/attendance.html", shown | {"back_url": reverse("meeting", args=[asked.pk])})


def _recorded(request: SignedInRequest, asked: Meeting, table: CameTable) -> bool:
    rows = [Came(**row | {"presence": Attendance.Presence(row["presence"])}) for row in table.cleaned]
    try:
        meetings.record_attendance(meeting=asked, rows=rows, by=request.user, at=timezone.now())
    except RuleViolation as refusal:
        messages.error(request, refusal.message)
        return False
    messages.success(request, _("到会情况已登记。"))
    return True


@requires(Duty.CALL_MEETING)
@require_POST
def meeting_conclude(request: SignedInRequest, pk: int) -> HttpResponse:
    asked = meeting_or_404(request, pk)
    meetings.conclude(meeting=asked, by=request.user, at=timezone.now())
    messages.success(request, _("纪要草稿已按会议意见和议定事项生成，请修改后印发。"))
    return redirect("meeting_minutes", pk=asked.pk)


@requires(Duty.CALL_MEETING)
def meeting_minutes(request: SignedInRequest, pk: int) -> HttpResponse:
    asked = meeting_or_404(request, pk)
    form = MinutesForm(sent(request), initial={"text": asked.minutes})

    def act() -> None:
        meetings.write_minutes(meeting=asked, text=form.cleaned_data["text"], by=request.user, at=timezone.now())

    text = _("按会议意见和议定事项生成的草稿，可以修改；印发后不能再改。段落之间空一行。")
    page = _page(asked, _("会议纪要"), submit=_("保存"), done=_("纪要已保存。"), text=text)
    return answer(request, form, page, act)


class MinutesForm(forms.Form):
    text = forms.CharField(label=gettext_lazy("纪要正文"), widget=forms.Textarea(attrs={"rows": 24}))


@requires(Duty.CALL_MEETING)
def meeting_issue(request: SignedInRequest, pk: int) -> HttpResponse:
    asked = meeting_or_404(request, pk)

    def act() -> None:
        meetings.issue_minutes(meeting=asked, by=request.user, at=timezone.now())

    text = _("印发时自动编号；此后会议、议程、到会情况和纪要都不能再改。")
    page = _page(asked, _("印发纪要"), submit=_("印发"), done=_("纪要已印发。"), text=text)
    return answer(request, confirmation(request), page, act)


def _page(asked: Meeting, title: str, *, submit: str, done: str, text: str = "", danger: bool = False) -> Page:
    url = reverse("meeting", args=[asked.pk])
    return Page(title, submit, url, trail=trail_of(asked), text=text, done=done, danger=danger)
