"""The form in which a project is registered and amended: what names and places it, group by group."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.models import KeyProject, LibraryTier, Unit, User
from projects.roles import Role
from projects.views.forms import AmountField, DayField, say_what_empty_means

GROUPS = [
    (
        gettext_lazy("名称和归属"),
        ["name", "code", "national_code", "focus_area", "level", "management_class", "is_flagship"],
    ),
    (gettext_lazy("打包关系"), ["is_package", "parent"]),
    (
        gettext_lazy("责任"),
        ["lead_unit", "responsible_unit", "responsible_person", "liaison", "linked_leader", "support_units"],
    ),
    (gettext_lazy("参建单位"), ["owner_org", "contractor", "supervisor_org"]),
    (
        gettext_lazy("建设内容"),
        ["construction_nature", "approval_route", "built_from", "built_to", "scale"],
    ),
    (gettext_lazy("地点"), ["town", "location", "longitude", "latitude"]),
    (
        gettext_lazy("来源和产业"),
        [
            "origin",
            "investor",
            "industry",
            "industry_rank",
            "upgrade_type",
            "is_high_technology",
            "is_high_added_value",
            "has_strong_pull",
        ],
    ),
    (gettext_lazy("备注"), ["note"]),
]
FIRST_FACTS = (gettext_lazy("登记时的总投资和层级"), ["total_investment", "tier", "entered_on"])
WIDE = {"name", "scale", "location", "note", "support_units"}


class UnitNameField(forms.CharField):
    """A unit among hundreds is named, not picked: the browser proposes, the register decides."""

    def __init__(self, *, label: Any) -> None:
        super().__init__(label=label, required=False, widget=forms.TextInput(attrs={"list": "units"}))

    def prepare_value(self, value: Any) -> Any:
        return str(Unit.objects.get(pk=value).name) if isinstance(value, int) else value

    def clean(self, value: Any) -> Unit | None:
        name = super().clean(value).strip()
        if not name:
            return None
        unit = Unit.objects.filter(name=name).first()
        if unit is None:
            raise forms.ValidationError(_("没有名为“%(name)s”的单位，请先在“单位和人员”中登记。") % {"name": name})
        return unit


class ProjectForm(forms.ModelForm):
    owner_org = UnitNameField(label=gettext_lazy("业主单位"))
    contractor = UnitNameField(label=gettext_lazy("施工单位"))
    supervisor_org = UnitNameField(label=gettext_lazy("监理单位"))

    class Meta:
        model = KeyProject
        fields = [name for _label, names in GROUPS for name in names]
        widgets = {
            "support_units": forms.CheckboxSelectMultiple,
            "scale": forms.Textarea(attrs={"rows": 4}),
            "note": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "national_code": gettext_lazy("24 位，形如 2509-320193-89-01-544060；尚未取得可不填。"),
            "is_package": gettext_lazy("打包项目只汇集子项目，自己没有投资、日期和节点。"),
            "is_flagship": gettext_lazy("投资大、带动强；可成立工作专班。"),
            "longitude": gettext_lazy("十进制度，如 110.290195。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        government = Unit.objects.active().leading()
        people = User.objects.filter(is_active=True)
        leads = people.filter(posts__role__in=[Role.PROJECT_LEAD, Role.REVIEWER]).distinct()
        self._offer("lead_unit", government)
        self._offer("responsible_unit", government)
        self._offer("support_units", government)
        self._offer("town", government.towns())
        self._offer("parent", KeyProject.objects.filter(is_package=True))
        self._offer("responsible_person", leads)
        self._offer("liaison", leads)
        self._offer("linked_leader", people.filter(posts__role=Role.LEADER).distinct())
        for field in self.fields.values():
            say_what_empty_means(field)

    def _offer(self, name: str, choices: QuerySet[Any]) -> None:
        """What is chosen already stays on offer, even when it is no longer in use."""
        chosen = getattr(self.instance, f"{name}_id", None)
        offered = choices.model.objects.filter(Q(pk__in=choices.values("pk")) | Q(pk=chosen)) if chosen else choices
        self.fields[name].queryset = offered  # type: ignore[attr-defined]

    def groups(self) -> list[dict[str, Any]]:
        """The fields as they stand on the page."""
        return [
            {"title": title, "fields": [{"field": self[name], "wide": name in WIDE} for name in names]}
            for title, names in self.layout()
        ]

    def layout(self) -> list[tuple[Any, list[str]]]:
        return GROUPS

    def units(self) -> list[str]:
        return list(Unit.objects.active().values_list("name", flat=True))

    def said(self) -> dict[str, Any]:
        return {"project": self.instance, "support_units": self.cleaned_data["support_units"]}

    def clean_national_code(self) -> str | None:
        """Unique when present: an empty one is none."""
        return self.cleaned_data["national_code"] or None


class AmendForm(ProjectForm):
    """With the day from which others answer for the project."""

    since = DayField(
        label=gettext_lazy("交接日期"),
        required=False,
        help_text=gettext_lazy("牵头单位、责任人或包联领导更换时填；不填为今天。此前的考核得分归原任。"),
    )

    def layout(self) -> list[tuple[Any, list[str]]]:
        return [(label, [*names, "since"] if "responsible_person" in names else names) for label, names in GROUPS]

    def said(self) -> dict[str, Any]:
        return super().said() | {"since": self.cleaned_data["since"]}


class RegisterForm(ProjectForm):
    total_investment = AmountField(label=gettext_lazy("总投资（万元）"), required=False)
    tier = forms.ChoiceField(
        label=gettext_lazy("项目库层级"), required=False, choices=[("", gettext_lazy("以后登记")), *LibraryTier.choices]
    )
    entered_on = DayField(label=gettext_lazy("进入日期"), required=False)

    def layout(self) -> list[tuple[Any, list[str]]]:
        head, packages, *others = GROUPS
        return [head, FIRST_FACTS, packages, *others]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("tier") and not said.get("entered_on"):
            self.add_error("entered_on", _("请填写进入该层级的日期。"))
        return said

    def said(self) -> dict[str, Any]:
        said = self.cleaned_data
        first = {name: said[name] for name in ("total_investment", "entered_on")}
        return super().said() | first | {"tier": LibraryTier(said["tier"]) if said["tier"] else None}
