"""What is filled in of 亮灯规则: an edition, one rule with its bands, and from when on an edition is in force."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.models import Unit
from projects.views.forms import DayField
from projects.views.row_table import RowForm, RowTable
from projects.widgets import PlainSelect
from scheduling.light_presets import INITIAL, PUBLISHED, YINCHUAN_AS_PRINTED
from scheduling.light_proof import MOST_MONTHS
from scheduling.light_rules import CATEGORIES, HUNDRED, Band, Dimension, Escalation, Light, Measure, Rule, RuleSet
from scheduling.models import LightDryRun
from scheduling.rule_words import BASES, MEASURES
from scheduling.time_progress import TimeBasis

PRESETS: dict[str, RuleSet] = {
    "initial": INITIAL,
    **{f"published-{place}": rules for place, rules in enumerate(PUBLISHED)},
    "printed": YINCHUAN_AS_PRINTED,
}
LIT = (Light.GREEN, Light.BLUE, Light.YELLOW, Light.RED)
_LIGHTS = [(light.value, light.word) for light in LIT]
_CLOSED, _OPEN = "closed", "open"
_ENDS = [(_CLOSED, gettext_lazy("含")), (_OPEN, gettext_lazy("不含"))]
_EMPTY = RuleSet(edition=0, name="空白", source="", rules=())


def measures() -> list[tuple[str, list[tuple[str, str]]]]:
    """All of them, those of one light together."""
    return [
        (dimension.word, [(each.name, MEASURES[each]) for each in Measure if each.dimension is dimension])
        for dimension in Dimension
    ]


class DraftForm(forms.Form):
    """``known``: the editions there are, the one in force first."""

    begin = forms.ChoiceField(label=gettext_lazy("底稿"))
    name = forms.CharField(label=gettext_lazy("名称"), max_length=50)
    source = forms.CharField(label=gettext_lazy("依据"), max_length=200, required=False)
    note = forms.CharField(label=gettext_lazy("说明"), max_length=500, required=False)

    def __init__(self, *args: Any, known: Sequence[RuleSet], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {f"edition-{rules.edition}": rules for rules in known} | PRESETS | {"empty": _EMPTY}
        editions = [
            (
                f"edition-{rules.edition}",
                _("第 %(number)d 版　%(name)s") % {"number": rules.edition, "name": rules.name},
            )
            for rules in known
        ]
        presets = [(key, f"{rules.name}　{rules.source}") for key, rules in PRESETS.items()]
        self.fields["begin"].choices = [  # type: ignore[attr-defined]
            (_("已有的版次"), editions),
            (_("各地公布的标准"), presets),
            (_("其他"), [("empty", _("空白"))]),
        ]

    def clean_begin(self) -> RuleSet:
        return self.offered[self.cleaned_data["begin"]]


class EditionForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("名称"), max_length=50)
    source = forms.CharField(label=gettext_lazy("依据"), max_length=200, required=False)
    note = forms.CharField(label=gettext_lazy("说明"), max_length=500, required=False)


class AdoptForm(forms.Form):
    effective_on = DayField(label=gettext_lazy("生效日期"))


class DryRunForm(forms.Form):
    span = forms.ChoiceField(label=gettext_lazy("范围"), choices=LightDryRun.Span.choices, widget=PlainSelect)


class RuleForm(forms.Form):
    """Everything of a rule but its bands."""

    measure = forms.ChoiceField(label=gettext_lazy("指标"), choices=measures)
    categories = forms.MultipleChoiceField(
        label=gettext_lazy("适用的项目类别"),
        choices=list(CATEGORIES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("不选则适用所有类别。"),
    )
    unit_paths = forms.MultipleChoiceField(
        label=gettext_lazy("适用的牵头单位"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 5}),
        help_text=gettext_lazy("含下属单位；不选则适用所有单位。单位另有规则的，以该单位的规则为准。"),
    )
    basis = forms.ChoiceField(
        label=gettext_lazy("应完成额"),
        choices=[(basis.value, word) for basis, word in BASES.items()],
        help_text=gettext_lazy("只用于“低于应完成进度”和“完成应完成额的比例”。"),
    )
    target_percent = forms.DecimalField(
        label=gettext_lazy("目标为应完成额的（%）"), max_digits=6, decimal_places=2, min_value=Decimal("0.01")
    )
    escalation_light = forms.ChoiceField(
        label=gettext_lazy("连续亮此灯或更重"), choices=[("", gettext_lazy("不加重")), *_LIGHTS[1:]], required=False
    )
    escalation_periods = forms.IntegerField(
        label=gettext_lazy("连续月数"), min_value=2, max_value=MOST_MONTHS, required=False
    )
    escalation_becomes = forms.ChoiceField(label=gettext_lazy("加重为"), choices=_LIGHTS[2:], required=False)
    note = forms.CharField(
        label=gettext_lazy("说明"), max_length=300, required=False, widget=forms.Textarea({"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.active().leading().order_by("sort_key").values_list("path", "name")
        self.fields["unit_paths"].choices = list(units)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("escalation_light") and not given.get("escalation_periods"):
            self.add_error("escalation_periods", _("请填写连续几个月加重。"))
        return given

    def rule(self, bands: tuple[Band, ...]) -> Rule:
        given = self.cleaned_data
        return Rule(
            measure=Measure[given["measure"]],
            bands=bands,
            basis=TimeBasis(given["basis"]),
            target_percent=given["target_percent"],
            escalation=Escalation(
                Light(given["escalation_light"]), given["escalation_periods"], Light(given["escalation_becomes"])
            )
            if given["escalation_light"]
            else None,
            categories=tuple(given["categories"]),
            unit_paths=tuple(given["unit_paths"]),
            note=given["note"],
        )


def filled(rule: Rule) -> dict[str, Any]:
    """The rule as ``RuleForm`` shows it."""
    escalation = rule.escalation
    return {
        "measure": rule.measure.name,
        "categories": list(rule.categories),
        "unit_paths": list(rule.unit_paths),
        "basis": rule.basis.value,
        "target_percent": HUNDRED if rule.target_percent == HUNDRED else rule.target_percent,
        "escalation_light": escalation.light.value if escalation else "",
        "escalation_periods": escalation.periods if escalation else None,
        "escalation_becomes": (escalation.becomes if escalation else Light.RED).value,
        "note": rule.note,
    }


class BandForm(RowForm):
    SIZES = {"light": "long", "low": "short", "low_closed": "short", "high": "short", "high_closed": "short"}
    PRESET = ("light", "low_closed", "high_closed")

    light = forms.ChoiceField(label=gettext_lazy("灯"), choices=_LIGHTS)
    low = forms.DecimalField(label=gettext_lazy("下限"), max_digits=10, decimal_places=4, required=False)
    low_closed = forms.ChoiceField(label=gettext_lazy("含下限"), choices=_ENDS)
    high = forms.DecimalField(label=gettext_lazy("上限"), max_digits=10, decimal_places=4, required=False)
    high_closed = forms.ChoiceField(label=gettext_lazy("含上限"), choices=_ENDS)


class BandTable(RowTable):
    """The bands of one rule; an empty bound is none."""

    form_class = BandForm
    LARGEST = 12

    @classmethod
    def of(cls, bands: Sequence[Band]) -> "BandTable":
        return cls(
            {
                "light": band.light.value,
                "low": "" if band.low is None else f"{band.low.normalize():f}",
                "low_closed": _CLOSED if band.low_closed else _OPEN,
                "high": "" if band.high is None else f"{band.high.normalize():f}",
                "high_closed": _CLOSED if band.high_closed else _OPEN,
            }
            for band in bands
        )

    def bands(self) -> tuple[Band, ...]:
        return tuple(
            Band(
                Light(row["light"]),
                row["low"],
                row["low_closed"] == _CLOSED,
                row["high"],
                row["high_closed"] == _CLOSED,
            )
            for row in self.cleaned
        )
