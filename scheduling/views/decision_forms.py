"""What is filled in to give a matter out, and at each of its steps."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.models import KeyProject, Post, Unit, User
from projects.roles import GRANTS, Duty
from projects.views.forms import DayField
from scheduling.actions.decisions import Matter
from scheduling.models import AgendaItem

_CARRIERS = [role for role, duties in GRANTS.items() if Duty.CARRY_OUT in duties]
_USUAL = timedelta(days=7)


class MatterForm(forms.Form):
    """What is to be done, by whom, by when; people to choose from are those who can carry it out."""

    text = forms.CharField(label=_("议定事项"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    owner_unit = forms.ModelChoiceField(Unit.objects.none(), label=_("责任单位"))
    owner_person = forms.ModelChoiceField(
        User.objects.none(), label=_("责任人"), required=False, help_text=_("不填则由责任单位审核人签收后落实到人。")
    )
    due_on = DayField(label=_("办理期限"))
    requirement = forms.CharField(label=_("办理要求"), max_length=300, required=False)

    def __init__(self, *args: Any, on: date, project: KeyProject | None = None, **kwargs: Any) -> None:
        initial = {"due_on": on + _USUAL} | kwargs.pop("initial", {})
        if project:
            initial |= {"owner_unit": project.lead_unit_id, "owner_person": project.responsible_person_id}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["owner_unit"].queryset = Unit.objects.active().leading()  # type: ignore[attr-defined]
        self.fields["owner_person"].queryset = _people(project, on=on)  # type: ignore[attr-defined]

    def matter(self, *, project: KeyProject | None, item: AgendaItem | None = None) -> Matter:
        return Matter(**self.cleaned_data, project=project, problem=item.problem if item else None)


class InstructionForm(MatterForm):
    text = forms.CharField(label=_("交办事项"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    project = forms.ModelChoiceField(KeyProject.objects.none(), label=_("涉及项目"), required=False)
    field_order = ["text", "project", "owner_unit", "owner_person", "due_on", "requirement"]

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["project"].queryset = KeyProject.objects.visible_to(by)  # type: ignore[attr-defined]

    def given(self) -> Matter:
        return Matter(**self.cleaned_data)


class SaidForm(forms.Form):
    """One step's words."""

    text = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, label: Any, preset: str = "", **kwargs: Any) -> None:
        super().__init__(*args, initial={"text": preset}, **kwargs)
        self.fields["text"].label = label


class ExtensionForm(forms.Form):
    proposed_due_on = DayField(label=_("申请延至"))
    reason = forms.CharField(label=_("延期原因"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class ExtensionDecisionForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("审批意见"), choices=[("agree", _("同意延期")), ("refuse", _("不同意延期"))], widget=forms.RadioSelect
    )
    opinion = forms.CharField(label=_("说明"), max_length=300, required=False, help_text=_("不同意的须写明意见。"))


class ReopenForm(forms.Form):
    due_on = DayField(label=_("新的期限"))
    reason = forms.CharField(label=_("重新交办的原因"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class OrderForm(forms.Form):
    text = forms.CharField(label=_("督办内容和要求"), widget=forms.Textarea(attrs={"rows": 6}))
    due_on = DayField(label=_("督办期限"))


def _people(project: KeyProject | None, *, on: date) -> Any:
    """Of a project its own people and those of its lead unit; otherwise whoever carries matters out."""
    posts = Post.objects.in_force(on=on).filter(role__in=_CARRIERS)
    people = User.objects.filter(is_active=True)
    if project is None:
        return people.filter(pk__in=posts.values("user"))
    own = Q(pk__in=[project.responsible_person_id, project.liaison_id])
    return people.filter(own | Q(pk__in=posts.filter(unit__path__startswith=project.lead_unit.path).values("user")))
