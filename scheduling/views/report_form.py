"""The form of a weekly report: what is asked on a phone, and what is folded away."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.figures import compact_date
from projects.models import FundSource
from projects.views.forms import AmountField, DayField
from scheduling.actions.progress_content import Content
from scheduling.actions.progress_drafts import LONGEST
from scheduling.prefill import fund_field, milestone_field, written
from scheduling.report_basis import Basis

NODES_ASKED = 5


def _words(label: Any, *, rows: int = 2, longest: int = LONGEST, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, widget=forms.Textarea(attrs={"rows": rows}), **more)


class ReportForm(forms.Form):
    """``ASKED`` is what everybody sees; the rest is folded away or appears where it is needed."""

    ASKED = (
        "period_amount",
        "physical_progress",
        "physical_percent",
        "done_text",
        "next_text",
        "problems_text",
        "headcount",
    )

    period_amount = AmountField(label=gettext_lazy("本期完成投资（万元）"), min_value=None)
    physical_progress = _words(gettext_lazy("形象进度"), longest=500)
    physical_percent = forms.DecimalField(
        label=gettext_lazy("形象进度（%）"),
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    done_text = _words(gettext_lazy("本期完成"), rows=3)
    next_text = _words(gettext_lazy("下期计划"))
    problems_text = _words(gettext_lazy("存在问题"), required=False)
    headcount = forms.IntegerField(
        label=gettext_lazy("现场人数"),
        min_value=0,
        max_value=100_000,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    is_reduction = forms.BooleanField(label=gettext_lazy("本期是核减，金额从累计中扣除"), required=False)
    reduction_reason = forms.CharField(label=gettext_lazy("核减原因"), max_length=200, required=False)
    stat_amount = AmountField(label=gettext_lazy("本期统计口径投资（万元）"), min_value=None, required=False)
    unchanged_reason = forms.CharField(label=gettext_lazy("无变化原因"), max_length=200, required=False)
    correction_reason = forms.CharField(label=gettext_lazy("更正原因"), max_length=200, required=False)

    def __init__(self, *args: Any, basis: Basis, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.basis = basis
        self.nodes = basis.milestones[:NODES_ASKED]
        for node in self.nodes:
            self._ask_about(node.pk)
        for kind in FundSource.Kind:
            self.fields[fund_field(kind, "received")] = AmountField(label=_("到位"), required=False)
            self.fields[fund_field(kind, "paid")] = AmountField(label=_("支付"), required=False)
        for name, each in self.fields.items():
            each.widget.attrs |= {"data-kept": name}
        if self.is_unchanged:
            self._let_go_of_progress()

    def _ask_about(self, pk: int) -> None:
        self.fields[milestone_field(pk, "forecast_on")] = DayField(label=_("预计完成"), required=False)
        self.fields[milestone_field(pk, "actual_on")] = DayField(label=_("实际完成"), required=False)
        self.fields[milestone_field(pk, "evidence")] = forms.CharField(
            label=_("完成依据"), max_length=200, required=False
        )

    @property
    def is_unchanged(self) -> bool:
        """Whether the button “本期无变化” was pressed."""
        return self.is_bound and "unchanged" in self.data

    def _let_go_of_progress(self) -> None:
        for name in ("period_amount", "done_text", "next_text"):
            self.fields[name].required = False
        self.fields["physical_progress"].required = self.basis.last is None

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if self.is_unchanged and self.basis.last:
            for name in ("physical_progress", "done_text"):
                said, last = given.get(name, ""), getattr(self.basis.last, name)
                if said and said.split() != last.split():
                    self.add_error(name, _("这一项已改写，不是无变化：请按进度报送，或恢复原文后再报无变化。"))
        return given

    def asked(self) -> Iterator[BoundField]:
        return (self[name] for name in self.ASKED)

    def milestone_rows(self) -> list[dict[str, Any]]:
        return [
            {
                "name": node.name,
                "approved": compact_date(node.approved_on),  # type: ignore[attr-defined]  # with_dates
                "forecast": compact_date(node.forecast_on) if node.forecast_on else "",  # type: ignore[attr-defined]
                "fields": [self[milestone_field(node.pk, name)] for name in ("forecast_on", "actual_on", "evidence")],
            }
            for node in self.nodes
        ]

    def fund_rows(self) -> list[dict[str, Any]]:
        return [
            {"label": kind.label, "fields": [self[fund_field(kind, name)] for name in ("received", "paid")]}
            for kind in FundSource.Kind
        ]

    def wrong_within(self, *prefixes: str) -> bool:
        return any(name.startswith(prefixes) for name in self.errors)

    @property
    def opens_milestones(self) -> bool:
        return self.wrong_within("milestone-")

    @property
    def opens_funds(self) -> bool:
        return self.wrong_within("fund-")

    @property
    def opens_more(self) -> bool:
        return self.wrong_within("stat_amount", "reduction_reason") or bool(self["is_reduction"].value())

    def content(self) -> Content:
        """What was said; “无变化” says the words of the last period again, and no money."""
        given = self.cleaned_data
        last = self.basis.last if self.is_unchanged else None
        amount = given["period_amount"] or Decimal(0)
        return Content(
            period_amount=-abs(amount) if given["is_reduction"] else amount,
            physical_progress=given["physical_progress"] or (last.physical_progress if last else ""),
            physical_percent=last.physical_percent if last else given["physical_percent"],
            stat_amount=given["stat_amount"],
            reduction_reason=given["reduction_reason"],
            done_text="" if self.is_unchanged else given["done_text"],
            next_text=given["next_text"],
            problems_text=given["problems_text"],
            headcount=given["headcount"],
            is_unchanged=self.is_unchanged,
            unchanged_reason=given["unchanged_reason"] if self.is_unchanged else "",
            milestones=self._milestones(given),
            funds=self._funds(given),
        )

    def _milestones(self, given: Mapping[str, Any]) -> list[dict[str, Any]]:
        claims = []
        for node in self.nodes:
            days = {name: given[milestone_field(node.pk, name)] for name in ("forecast_on", "actual_on")}
            if any(days.values()):
                told = {name: day.isoformat() if day else "" for name, day in days.items()}
                claims.append({"milestone": node.pk, **told, "evidence": given[milestone_field(node.pk, "evidence")]})
        return claims

    def _funds(self, given: Mapping[str, Any]) -> list[dict[str, Any]]:
        claims = []
        for kind in FundSource.Kind:
            amounts = {name: given[fund_field(kind, name)] for name in ("received", "paid")}
            if any(amounts.values()):
                claims.append({"kind": kind.value, **{name: written(each) for name, each in amounts.items()}})
        return claims


def label_of(form: ReportForm, name: str) -> str:
    """What a field is called by itself, outside its row."""
    for node in form.nodes:
        if name.startswith(milestone_field(node.pk, "")):
            return f"{node.name} · {form[name].label}"
    for kind in FundSource.Kind:
        if name.startswith(fund_field(kind, "")):
            return f"{kind.label} · {form[name].label}"
    return str(form[name].label)


def moment_said(iso: str) -> str:
    return f"{timezone.localtime(datetime.fromisoformat(iso)):%m-%d %H:%M}"
