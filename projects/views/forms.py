"""One way for the small forms: shown, sent, refused in words on the form itself, or done and led on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models.fields import BLANK_CHOICE_DASH
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.datastructures import MultiValueDict
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects import uploads
from projects.errors import RuleViolation
from projects.gate import SignedInRequest
from projects.ledger.cells import YEARS
from projects.models import Unit

_DASHES = BLANK_CHOICE_DASH[0][1]


@dataclass(frozen=True)
class Page:
    """What stands around the fields. ``back_url`` is where one comes from and, unless told otherwise, goes.

    ``done`` is said there once it is done; empty where the view has a better sentence of its own.
    """

    title: str
    submit: str
    back_url: str
    trail: list[dict[str, str]] = field(default_factory=list)
    text: str = ""
    danger: bool = False
    done: str = ""


class DayInput(forms.DateInput):
    """A date field of the browser; it wants ISO, whatever the language writes."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def sent(request: SignedInRequest) -> QueryDict | None:
    """What was filled in; None where the form is only being asked for."""
    return request.POST if request.method == "POST" else None


def files_sent(request: SignedInRequest) -> MultiValueDict[str, UploadedFile] | None:
    """The files that came with ``sent``."""
    return request.FILES if request.method == "POST" else None


def confirmation(request: SignedInRequest) -> forms.Form:
    """Nothing to fill in: the page says what will happen, the button makes it happen."""
    return forms.Form(sent(request))


def answer(
    request: SignedInRequest, form: forms.BaseForm, page: Page, act: Callable[[], HttpResponse | str | None]
) -> HttpResponse:
    """``act`` makes the one call; it says where to go next, or gives the answer itself, or None: back."""
    if request.method == "POST" and form.is_valid():
        try:
            done = act()
        except RuleViolation as refusal:
            form.add_error(None, refusal.message)
        else:
            if page.done:
                messages.success(request, page.done)
            return done if isinstance(done, HttpResponse) else redirect(done or page.back_url)
    for each in form.fields.values():
        say_what_empty_means(each)
    return render(request, "projects/form.html", {**vars(page), "form": form})


def say_what_empty_means(field: forms.Field) -> None:
    """Words where Django would write dashes."""
    word = _("请选择") if field.required else _("未填")
    if isinstance(field, forms.ModelChoiceField):
        field.empty_label = word if field.empty_label == _DASHES else field.empty_label
    elif isinstance(field.widget, forms.Select):
        field.widget.choices = [(value, word if label == _DASHES else label) for value, label in field.widget.choices]


class UnitFilters(forms.Form):
    """A list narrowed by a unit, for one query; a ModelChoiceField asks again for the one that is chosen."""

    unit = forms.ChoiceField(label=gettext_lazy("单位"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = {str(unit.pk): unit for unit in Unit.objects.active().leading()}
        named = [(pk, str(unit)) for pk, unit in self.units.items()]
        self.fields["unit"].choices = [("", gettext_lazy("全部")), *named]  # type: ignore[attr-defined]

    def clean_unit(self) -> Unit | None:
        return self.units.get(self.cleaned_data["unit"])


class DayField(forms.DateField):
    """A day of our times: whoever types only 26 into a browser's field has written the year 26."""

    widget = DayInput

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value and value.year not in YEARS:
            raise forms.ValidationError(_("年份 %(year)d 不合理，请核对。") % {"year": value.year})


class AmountField(forms.DecimalField):
    """万元, as people paste it from a spreadsheet: ``1,200.5`` is understood."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, *, min_value: Decimal | None = Decimal(0), **kwargs: Any) -> None:
        super().__init__(max_digits=16, decimal_places=4, min_value=min_value, **kwargs)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stubs take it for whole numbers
        return super().to_python(value.replace(",", "").replace("，", "") if isinstance(value, str) else value)

    def prepare_value(self, value: Any) -> Any:
        """Without the zeros behind it that nobody typed."""
        if not isinstance(value, Decimal):
            return value
        return f"{value.normalize():f}" if value else "0"


def _taken() -> str:
    said = {"kinds": "、".join(kind.label for kind in uploads.KINDS), "limit": settings.UPLOAD_LIMIT_MB}
    return _("%(kinds)s，不超过 %(limit)d MB；不得含涉密内容。") % said


class DocumentField(forms.FileField):
    """A document handed in, of the formats ``projects.uploads`` takes; the refusal stands at the field."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", lazy(_taken, str)())
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": uploads.ACCEPT}))
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if file:
            try:
                uploads.refuse_unfit(content=file, name=file.name)
            except RuleViolation as refusal:
                raise forms.ValidationError(refusal.message) from refusal
        return file
