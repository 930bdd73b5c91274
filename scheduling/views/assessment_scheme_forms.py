"""What is filled in of 考核方案: where it begins, the whole, and one item with its formula."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.views.row_table import RowForm, RowTable
from scheduling.models import SubjectKind
from scheduling.score_formulas import (
    Amounts,
    BandTable,
    Count,
    Formula,
    Linear,
    Manual,
    Places,
    RankTable,
    Segment,
    Step,
    Target,
)
from scheduling.score_indicators import Kind, Measure, offered
from scheduling.score_texts import NAMES, key_of
from scheduling.scoring import Absent, Item, Scheme


def _number(label: Any, *, required: bool = False, help_text: Any = "") -> forms.DecimalField:
    return forms.DecimalField(label=label, required=required, help_text=help_text, max_digits=12, decimal_places=4)


class DraftForm(forms.Form):
    """``begins``: by key the schemes to begin from, those already made first."""

    year = forms.IntegerField(label=gettext_lazy("年份"), min_value=2000, max_value=2100)
    kind = forms.ChoiceField(label=gettext_lazy("考核对象"), choices=SubjectKind.choices)
    begin = forms.ChoiceField(
        label=gettext_lazy("底稿"), help_text=gettext_lazy("与考核对象不符的项，起草后须修改才能启用。")
    )

    def __init__(self, *args: Any, begins: Mapping[str, tuple[str, Scheme]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.begins = begins
        self.fields["begin"].choices = [(key, label) for key, (label, _scheme) in begins.items()]  # type: ignore[attr-defined]

    def clean_begin(self) -> Scheme:
        return self.begins[self.cleaned_data["begin"]][1]


class SchemeForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("名称"), max_length=60)
    source = forms.CharField(label=gettext_lazy("依据"), max_length=200, required=False)
    note = forms.CharField(
        label=gettext_lazy("说明"), max_length=500, required=False, widget=forms.Textarea({"rows": 3})
    )
    full = _number(gettext_lazy("各项权重合计"), help_text=gettext_lazy("不填则得分累加，不设满分。"))
    swing = _number(gettext_lazy("加分、减分各不超过"), required=True)
    most = _number(gettext_lazy("总分不超过"), help_text=gettext_lazy("不填则不设上限。"))


class ItemForm(forms.Form):
    """One item; only what belongs to the formula chosen is read of the second half."""

    name = forms.CharField(label=gettext_lazy("考核项"), max_length=30)
    weight = _number(gettext_lazy("权重（分）"), required=True)
    indicator = forms.ChoiceField(label=gettext_lazy("指标"))
    formula = forms.ChoiceField(label=gettext_lazy("计分公式"), choices=list(NAMES.items()))
    absent = forms.ChoiceField(label=gettext_lazy("不适用时"), choices=[(each.value, each.word) for each in Absent])
    base = _number(gettext_lazy("不适用时的基本分"))
    full = _number(gettext_lazy("满分线"))
    nought = _number(gettext_lazy("零分线"))
    target = _number(gettext_lazy("目标（%）"))
    many = forms.IntegerField(label=gettext_lazy("项目不少于（个）"), required=False, min_value=1)
    many_target = _number(gettext_lazy("其目标（%）"))
    per = _number(gettext_lazy("每几个百分点"))
    below = _number(gettext_lazy("每低一档减（分）"))
    swing = _number(gettext_lazy("加减不超过（分）"))
    whole = forms.BooleanField(label=gettext_lazy("不足一档不计"), required=False)
    start = _number(gettext_lazy("基本分"))
    each = _number(gettext_lazy("每个加（减）分"))
    least = _number(gettext_lazy("最低得分"))
    most = _number(gettext_lazy("最高得分"))
    of_each = forms.BooleanField(label=gettext_lazy("逐个项目按档计分后累加"), required=False)
    note = forms.CharField(label=gettext_lazy("说明"), max_length=200, required=False)

    HEAD = ("name", "weight", "indicator", "formula", "absent", "base")
    PARTS = (
        (gettext_lazy("线性"), ("full", "nought")),
        (gettext_lazy("按百分点加减分"), ("target", "many", "many_target", "per", "below", "swing", "whole")),
        (gettext_lazy("按个数加减分"), ("each", "least")),
        (gettext_lazy("通用"), ("start", "most", "of_each")),
    )

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["indicator"].choices = [  # type: ignore[attr-defined]
            (each.key, each.name if each.measure is Measure.HAND else f"{each.name}（{each.measure.value}）")
            for each in offered(kind)
        ]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        for name in _NEEDED.get(given.get("formula", ""), ()):
            if given.get(name) is None and name not in self.errors:
                self.add_error(name, _("所选公式须填写这一项。"))
        return given

    def item(self, table: "RowsTable", *, key: str) -> Item:
        given = self.cleaned_data
        return Item(
            key=key,
            name=given["name"],
            weight=given["weight"],
            indicator=given["indicator"],
            formula=_formula(given, table),
            absent=Absent(given["absent"]),
            base=given["base"] or Decimal(0),
            note=given["note"],
        )


_NEEDED = {"linear": ("full", "nought"), "step": ("target", "per", "below", "start"), "count": ("each",)}


class RowsForm(RowForm):
    SIZES = {"low": "short", "high": "short", "points": "short"}

    low = _number(gettext_lazy("从"), required=True)
    high = _number(gettext_lazy("到"))
    points = _number(gettext_lazy("得分"), required=True)


class RowsTable(RowTable):
    """Places, bands of values, or what is added for points above the target: from, to, points."""

    form_class = RowsForm
    LARGEST = 20

    @classmethod
    def of(cls, formula: Formula) -> "RowsTable":
        return cls(
            {"low": _shown(low), "high": _shown(high), "points": _shown(points)} for low, high, points in _rows(formula)
        )


def _rows(formula: Formula) -> Sequence[tuple[Any, Any, Any]]:
    match formula:
        case Step():
            return formula.above
        case RankTable():
            return formula.places
        case BandTable():
            return formula.bands
    return ()


def _shown(value: Decimal | int | None) -> str:
    return "" if value is None else f"{Decimal(value).normalize():f}"


def _formula(given: Mapping[str, Any], table: RowsTable) -> Formula:
    rows = [(row["low"], row["high"], row["points"]) for row in table.cleaned]
    match given["formula"]:
        case "linear":
            return Linear(given["full"], given["nought"], given["most"])
        case "step":
            return _step(given, rows)
        case "rank":
            return RankTable(tuple(Places(int(low), int(high or low), points) for low, high, points in rows))
        case "count":
            return Count(given["each"], given["start"] or Decimal(0), given["least"], given["most"])
        case "bands":
            return BandTable(tuple(Amounts(*row) for row in rows), given["of_each"], given["most"])
    return Manual()


def _step(given: Mapping[str, Any], rows: Sequence[tuple[Any, Any, Any]]) -> Step:
    targets = [Target(0, given["target"])]
    if given["many"] and given["many_target"] is not None:
        targets.append(Target(given["many"], given["many_target"]))
    return Step(
        base=given["start"],
        targets=tuple(targets),
        below=given["below"],
        above=tuple(Segment(*row) for row in rows),
        per=given["per"],
        swing=given["swing"],
        whole=given["whole"],
    )


def filled(item: Item) -> dict[str, Any]:
    """The item as ``ItemForm`` shows it."""
    formula = item.formula
    shown: dict[str, Any] = {
        "name": item.name,
        "weight": _shown(item.weight),
        "indicator": item.indicator,
        "formula": key_of(formula),
        "absent": item.absent.value,
        "base": _shown(item.base),
        "note": item.note,
    }
    match formula:
        case Linear():
            shown |= {"full": _shown(formula.full), "nought": _shown(formula.nought), "most": _shown(formula.most)}
        case Count():
            names = {"each": formula.each, "start": formula.base, "least": formula.least, "most": formula.most}
            shown |= {name: _shown(value) for name, value in names.items()}
        case BandTable():
            shown |= {"of_each": formula.of_each, "most": _shown(formula.most)}
        case Step():
            shown |= _step_filled(formula)
    return shown


def _step_filled(step: Step) -> dict[str, Any]:
    many = step.targets[1] if len(step.targets) > 1 else None
    names = {"per": step.per, "below": step.below, "swing": step.swing, "start": step.base}
    shown: dict[str, Any] = {name: _shown(value) for name, value in names.items()}
    shown |= {"target": _shown(step.targets[0].percent), "whole": step.whole}
    return shown | ({"many": many.least, "many_target": _shown(many.percent)} if many else {})
