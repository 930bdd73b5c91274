"""What is filled in to ask for a change, and to answer a request."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from projects.actions.change_requests import Grounds
from projects.models import ChangeRequest, DelayReason, Post, Unit
from projects.models.unit import UnitQuerySet
from projects.roles import Role
from projects.views.forms import DayField


class UnitsField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def __init__(self, **more: Any) -> None:
        super().__init__(queryset=Unit.objects.none(), **more)


def reviewing_units() -> UnitQuerySet:
    """Units somebody answers for: whom a countersign may be asked of."""
    posts = Post.objects.in_force(on=timezone.localdate())
    serving = posts.filter(role=Role.REVIEWER, user__is_active=True).values("unit")
    return Unit.objects.active().filter(pk__in=serving)


class GroundsForm(forms.Form):
    """The grounds every request has; the days come before them."""

    reason_code = forms.ChoiceField(label=_("原因类别"), choices=[("", _("请选择")), *DelayReason.choices])
    reason = forms.CharField(label=_("原因说明"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    document_number = forms.CharField(label=_("文号"), max_length=50, required=False)
    countersigners = UnitsField(label=_("会签单位"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["countersigners"].queryset = reviewing_units()  # type: ignore[attr-defined]

    def grounds(self) -> Grounds:
        said = self.cleaned_data
        names = ("reason", "reason_code", "document_number")
        return Grounds(
            **{name: said[name] for name in names if name in said}, countersigners=list(said["countersigners"])
        )

    def days(self) -> dict[str, Any]:
        names = ("proposed_on", "expected_resume_on", "excludes_lateness")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}


class DateChangeForm(GroundsForm):
    proposed_on = DayField(label=_("申请调整到"))
    # The day whose consequences have been shown: only that one is sent.
    previewed = forms.DateField(required=False, widget=forms.HiddenInput)
    field_order = ["proposed_on", "reason_code"]

    def may_be_sent(self) -> bool:
        """All is filled in, and the consequences of this very day have been shown."""
        said = self.cleaned_data if self.is_bound and self.is_valid() else {}
        return bool(said) and said["previewed"] == said["proposed_on"]


class SuspensionForm(GroundsForm):
    proposed_on = DayField(label=_("停缓建日期"))
    expected_resume_on = DayField(label=_("计划复工日期"))
    excludes_lateness = forms.BooleanField(
        label=_("申请停缓建期间不计逾期"), required=False, help_text=_("由批准人决定；不批准的，停缓建的天数照计逾期。")
    )
    field_order = ["proposed_on", "expected_resume_on", "excludes_lateness", "reason_code", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document_number"].required = True
        self.fields["reason"].max_length = 180  # type: ignore[attr-defined]


class ResumptionForm(GroundsForm):
    proposed_on = DayField(label=_("复工日期"))
    field_order = ["proposed_on", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["reason_code"]


class ScheduleForm(GroundsForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["reason_code"]
        self.fields["reason"].label = _("编制说明")


FORMS: dict[str, type[GroundsForm]] = {
    ChangeRequest.Kind.DATE: DateChangeForm,
    ChangeRequest.Kind.SUSPENSION: SuspensionForm,
    ChangeRequest.Kind.RESUMPTION: ResumptionForm,
    ChangeRequest.Kind.SCHEDULE: ScheduleForm,
}


class DecisionForm(forms.Form):
    opinion = forms.CharField(
        label=_("办理意见"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("同意可不填；退回修改、不同意须写明意见。"),
    )


class OtherUnitForm(forms.Form):
    unit = forms.ModelChoiceField(label=_("单位"), queryset=Unit.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = reviewing_units()  # type: ignore[attr-defined]


class PassOnForm(OtherUnitForm):
    opinion = forms.CharField(label=_("转办理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
