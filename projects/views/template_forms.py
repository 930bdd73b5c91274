"""The rows in which the parts of a template are typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.blueprint import DAYS_OF_MONTH, Blueprint, Evidence, PermitNeed, YearlyStop
from projects.models import PermitPhase, Stage
from projects.views.forms import DayField
from projects.views.row_table import RowForm, RowTable

_MOST_DAYS = 365


class PermitForm(RowForm):
    SIZES = {
        "phase": "long",
        "name": "wide",
        "condition": "wide",
        "is_required_for_start": "check",
        "legal_days": "tiny",
        "promised_days": "tiny",
        "counts_working_days": "check",
        "valid_months": "tiny",
        "max_extensions": "tiny",
    }
    PRESET = ("phase", "is_required_for_start", "counts_working_days")

    phase = forms.ChoiceField(label=gettext_lazy("审批阶段"), choices=PermitPhase.choices)
    name = forms.CharField(label=gettext_lazy("审批事项"), max_length=100)
    agency = forms.CharField(label=gettext_lazy("审批部门"), max_length=100, required=False)
    condition = forms.CharField(label=gettext_lazy("适用条件"), max_length=200, required=False)
    is_required_for_start = forms.BooleanField(label=gettext_lazy("开工必备"), required=False)
    legal_days = forms.IntegerField(label=gettext_lazy("法定时限"), min_value=1, max_value=_MOST_DAYS, required=False)
    promised_days = forms.IntegerField(
        label=gettext_lazy("承诺时限"), min_value=1, max_value=_MOST_DAYS, required=False
    )
    counts_working_days = forms.BooleanField(label=gettext_lazy("按工作日"), required=False)
    valid_months = forms.IntegerField(label=gettext_lazy("有效月数"), min_value=1, max_value=600, required=False)
    max_extensions = forms.IntegerField(label=gettext_lazy("可延次数"), min_value=0, max_value=20, required=False)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        legal, promised = given.get("legal_days"), given.get("promised_days")
        if legal and promised and promised > legal:
            self.add_error("promised_days", _("承诺时限不能超过法定时限 %(days)d 天。") % {"days": legal})
        given["max_extensions"] = given.get("max_extensions") or 0
        return given


class EvidenceForm(RowForm):
    SIZES = {"stage": "short", "name": "wide"}
    PRESET = ("stage",)

    stage = forms.ChoiceField(label=gettext_lazy("阶段"), choices=Stage.choices)
    name = forms.CharField(label=gettext_lazy("佐证材料"), max_length=100)


class BlackoutForm(RowForm):
    SIZES = {"name": "wide", "first_month": "tiny", "first_day": "tiny", "last_month": "tiny", "last_day": "tiny"}

    name = forms.CharField(label=gettext_lazy("停工期"), max_length=50)
    first_month = forms.IntegerField(label=gettext_lazy("自（月）"), min_value=1, max_value=12)
    first_day = forms.IntegerField(label=gettext_lazy("自（日）"), min_value=1, max_value=31)
    last_month = forms.IntegerField(label=gettext_lazy("至（月）"), min_value=1, max_value=12)
    last_day = forms.IntegerField(label=gettext_lazy("至（日）"), min_value=1, max_value=31)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        for end in ("first", "last"):
            month, day = given.get(f"{end}_month"), given.get(f"{end}_day")
            if month and day and day > DAYS_OF_MONTH[month - 1]:
                said = _("%(month)d 月不是每年都有 %(day)d 日，请改（二月底写 28 日）。")
                self.add_error(f"{end}_day", said % {"month": month, "day": day})
        return given


class PermitTable(RowTable):
    form_class = PermitForm

    @classmethod
    def of(cls, blueprint: Blueprint, **options: Any) -> "PermitTable":
        names = PermitNeed.__dataclass_fields__
        return cls(({name: _typed(getattr(row, name)) for name in names} for row in blueprint.permits), **options)

    def parts(self) -> tuple[PermitNeed, ...]:
        """In the order of the phases, within one as typed."""
        order = list(PermitPhase.values)
        return tuple(PermitNeed(**row) for row in sorted(self.cleaned, key=lambda row: order.index(row["phase"])))


class EvidenceTable(RowTable):
    form_class = EvidenceForm

    @classmethod
    def of(cls, blueprint: Blueprint, **options: Any) -> "EvidenceTable":
        return cls(({"stage": paper.stage, "name": paper.name} for paper in blueprint.evidence), **options)

    def parts(self) -> tuple[Evidence, ...]:
        order = list(Stage.values)
        return tuple(Evidence(**row) for row in sorted(self.cleaned, key=lambda row: order.index(row["stage"])))


class BlackoutTable(RowTable):
    form_class = BlackoutForm

    @classmethod
    def of(cls, blueprint: Blueprint, **options: Any) -> "BlackoutTable":
        return cls(
            (
                {
                    "name": stop.name,
                    "first_month": str(stop.first[0]),
                    "first_day": str(stop.first[1]),
                    "last_month": str(stop.last[0]),
                    "last_day": str(stop.last[1]),
                }
                for stop in blueprint.blackouts
            ),
            **options,
        )

    def parts(self) -> tuple[YearlyStop, ...]:
        return tuple(
            YearlyStop(
                name=row["name"],
                first=(row["first_month"], row["first_day"]),
                last=(row["last_month"], row["last_day"]),
            )
            for row in self.cleaned
        )


class StageForm(forms.Form):
    target = forms.CharField(label=gettext_lazy("阶段目标"), max_length=300, required=False)
    work_focus = forms.CharField(
        label=gettext_lazy("工作重点"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    task_requirement = forms.CharField(
        label=gettext_lazy("任务要求"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ForceForm(forms.Form):
    effective_on = DayField(label=gettext_lazy("启用日期"))
    note = forms.CharField(
        label=gettext_lazy("说明"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("改了什么、依据什么。"),
    )


def _typed(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else ""
    return "" if value is None or value == 0 else str(value)
