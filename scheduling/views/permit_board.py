"""审批看板: which permits are late or about to be, with whom, and how long the agencies take."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects import sheets
from projects.figures import UNDEFINED, chinese_date, grouped
from projects.filters import ALL, parties, used
from projects.gate import READERS, SignedInRequest, requires
from projects.lists import page_of
from projects.models import KeyProject, PermitPhase, PermitState
from projects.permit_clock import EXPIRING, SOON
from projects.roles import Duty
from projects.views.permit_lines import line, warning
from projects.widgets import PlainSelect
from scheduling.as_of import AsOf, asked
from scheduling.permit_board import Board, Concern, Scope, agencies_of, board
from scheduling.permit_sheet import PermitRow, permit_sheet, with_projects
from scheduling.views.agency_lines import agency_line

CONCERNS = {
    "overdue": frozenset({Concern.OVERDUE}),
    "soon": frozenset({Concern.SOON}),
    "validity": frozenset({Concern.EXPIRED, Concern.EXPIRING}),
}


class _OneOf(forms.ChoiceField):
    widget = PlainSelect

    def __init__(self, *, choices: Iterable[tuple[Any, Any]] = (), **more: Any) -> None:
        super().__init__(choices=[("", ALL), *choices], required=False, **more)


class PermitFilters(forms.Form):
    """What the board is narrowed to; what was filled in wrongly narrows nothing."""

    q = forms.CharField(label=gettext_lazy("项目名称、编号或拼音"), required=False)
    only = _OneOf(
        label=gettext_lazy("情形"),
        choices=[
            ("overdue", gettext_lazy("仅逾期")),
            ("soon", gettext_lazy("仅即将到期")),
            ("validity", gettext_lazy("仅过期或临近失效")),
        ],
    )
    agency = _OneOf(label=gettext_lazy("审批部门"))
    phase = _OneOf(label=gettext_lazy("审批阶段"), choices=PermitPhase.choices)
    unit = _OneOf(label=gettext_lazy("牵头单位"))
    status = _OneOf(label=gettext_lazy("状态"), choices=PermitState.Status.choices)
    on = forms.CharField(widget=forms.HiddenInput, required=False)
    known_at = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, request: SignedInRequest) -> None:
        super().__init__(request.GET)
        self.seen = KeyProject.objects.visible_to(request.user)
        units = [(str(pk), name) for pk, name in parties()["lead_unit"]]
        self.fields["unit"].choices = [("", ALL), *units]  # type: ignore[attr-defined]
        self.fields["agency"].choices = [("", ALL), *((name, name) for name in agencies_of(self.seen))]  # type: ignore[attr-defined]
        self.is_valid()

    def scope(self) -> Scope:
        chosen = self.cleaned_data
        projects = self.seen.matching(chosen["q"]) if chosen.get("q") else self.seen
        if chosen.get("unit"):
            projects = projects.filter(lead_unit=chosen["unit"])
        words = {name: chosen.get(name) or "" for name in ("agency", "phase", "status")}
        return Scope(projects, concerns=CONCERNS.get(chosen.get("only") or ""), **words)

    def used(self) -> dict[str, str]:
        return used(self)


@dataclass(frozen=True)
class _Question:
    """What the address asks, and the board that answers."""

    as_of: AsOf
    filters: PermitFilters
    board: Board


@requires(*READERS)
def permit_board(request: SignedInRequest) -> HttpResponse:
    question = _question(request)
    found, used = question.board, question.filters.used()
    page = page_of(found.rows, request)
    address = _address(request)
    return render(
        request,
        "scheduling/permit_board.html",
        {
            "title": _("审批看板"),
            "as_of": question.as_of.in_words(),
            "on": question.as_of.on,
            "moments": question.as_of.moments(today=timezone.localdate()),
            "kept": [(name, value) for name, value in request.GET.items() if name not in {"on", "known_at", "page"}],
            "headline": _headline(found),
            "is_late": bool(found.totals.overdue),
            "warning": warning(found.assumed_years),
            "form": question.filters,
            "used": len(used),
            "clear_url": f"?{question.as_of.address()}",
            "rows": [_row(each) for each in with_projects(page)],
            "page": page,
            "agencies": [agency_line(each) for each in found.agencies()],
            "year": question.as_of.on.year,
            "export_url": f"{reverse('permit_board_export')}?{address}",
            "may_export": request.user.duties.include(Duty.EXPORT),
        },
    )


@requires(Duty.EXPORT)
def permit_board_export(request: SignedInRequest) -> FileResponse:
    """The same rows as the page with the same address, of all its pages."""
    question, now = _question(request), timezone.now()
    as_of = question.as_of.as_printed(at=now).in_words()
    sheet = permit_sheet(with_projects(question.board.rows), as_of=as_of, filters=question.filters.used())
    return sheets.download(sheet, by=request.user, at=now)


def _question(request: SignedInRequest) -> _Question:
    as_of, filters = asked(request.GET, today=timezone.localdate()), PermitFilters(request)
    return _Question(as_of, filters, board(filters.scope(), on=as_of.on, known_at=as_of.known_at))


def _headline(found: Board) -> str:
    totals = found.totals
    said = {name: grouped(Decimal(count), 0) for name, count in totals._asdict().items()}
    said |= {"day": chinese_date(found.on), "within": str(SOON), "days": str(EXPIRING)}
    parts = [_("截至%(day)s，在办审批 %(at_the_counter)s 项")]
    parts += [_("其中中止 %(paused)s 项")] if totals.paused else []
    parts.append(_("逾期 %(overdue)s 项，%(within)s 个工作日内到期 %(soon)s 项"))
    parts += [_("不予许可 %(refused)s 项")] if totals.refused else []
    if totals.expired or totals.expiring:
        parts.append(_("已失效 %(expired)s 项，%(days)s 天内失效 %(expiring)s 项"))
    return f"{'，'.join(parts)}。" % said


def _row(each: PermitRow) -> dict[str, Any]:
    return line(each.of.row, each.of.reading) | {
        "project": each.project.name,
        "project_url": reverse("project_permits", args=[each.project.code]),
        "unit": str(each.project.lead_unit),
        "person": str(each.project.responsible_person or UNDEFINED),
    }


def _address(request: SignedInRequest) -> str:
    """The address of this question without the page of the list."""
    kept = request.GET.copy()
    kept.pop("page", None)
    return kept.urlencode()
