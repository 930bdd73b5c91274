"""The forms of the annual plan: its heading, its projects, one project's figures, and the decision."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.actions.annual_plans import Figures, months_differ
from projects.models import PlanEntry
from projects.models.annual_plan import MONTHS, month_field
from projects.monthly_plan import excess
from projects.views.forms import AmountField, DayField


class HeadingForm(forms.Form):
    effective_on = DayField(label=gettext_lazy("生效日期"))
    reason = forms.CharField(
        label=gettext_lazy("调整说明"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("首版可不填；调整须写明依据和原因。"),
    )


class DraftForm(HeadingForm):
    year = forms.IntegerField(label=gettext_lazy("年度"), min_value=2000, max_value=2100)
    field_order = ["year", "effective_on", "reason"]


class AddForm(forms.Form):
    category = forms.ChoiceField(label=gettext_lazy("计划类别"), choices=PlanEntry.Category.choices)
    reason = forms.CharField(
        label=gettext_lazy("增补理由"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("首版可不填；年中增补须写明。"),
    )


class RemoveForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("退出理由"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("上一版已列入的项目须写明。"),
    )


class EntryForm(forms.Form):
    category = forms.ChoiceField(label=gettext_lazy("计划类别"), choices=PlanEntry.Category.choices)
    completes_this_year = forms.BooleanField(label=gettext_lazy("年内竣工投产"), required=False)
    annual_plan_amount = AmountField(label=gettext_lazy("年度计划投资（万元）"))
    cumulative_before_year = AmountField(label=gettext_lazy("至上年底累计完成投资（万元）"))
    planned_start_on = DayField(label=gettext_lazy("计划开工"), required=False)
    planned_finish_on = DayField(label=gettext_lazy("计划竣工"), required=False)
    physical_goal = forms.CharField(label=gettext_lazy("年度形象进度目标"), required=False, max_length=300)
    reason = forms.CharField(label=gettext_lazy("调整理由"), required=False, max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for month in MONTHS:
            self.fields[month_field(month)] = AmountField(label=_("%(month)d 月") % {"month": month})

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not self.errors:
            amount, months = given["annual_plan_amount"], self.months()
            if over := excess(amount, months):
                raise forms.ValidationError(months_differ(amount, over))
        return given

    def months(self) -> list[Any]:
        return [self.cleaned_data[month_field(month)] for month in MONTHS]

    def month_fields(self) -> list[forms.BoundField]:
        return [self[month_field(month)] for month in MONTHS]

    def figures(self) -> Figures:
        names = [name for name in Figures.__dataclass_fields__ if name != "months"]
        return Figures(**{name: self.cleaned_data[name] for name in names}, months=self.months())


class ApproveForm(forms.Form):
    document_number = forms.CharField(
        label=gettext_lazy("批准文号"), max_length=50, help_text=gettext_lazy("如：示政发〔2026〕17号")
    )
    note = forms.CharField(label=gettext_lazy("批准意见"), required=False, max_length=500)


class SendBackForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("退回意见"), max_length=500, widget=forms.Textarea(attrs={"rows": 3, "id": "id_send_back"})
    )
