"""One way for the small forms: shown, sent, refused in words on the form itself, or done and led on."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render

from projects.errors import RuleViolation
from projects.gate import SignedInRequest


@dataclass(frozen=True)
class Page:
    """What stands around the fields. ``back_url`` is where one comes from and, unless told otherwise, goes."""

    title: str
    submit: str
    back_url: str
    trail: list[dict[str, str]] = field(default_factory=list)
    text: str = ""
    danger: bool = False


def confirmation(request: SignedInRequest) -> forms.Form:
    """Nothing to fill in: the page says what will happen, the button makes it happen."""
    return forms.Form(request.POST if request.method == "POST" else None)


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
            return done if isinstance(done, HttpResponse) else redirect(done or page.back_url)
    return render(request, "projects/form.html", {**vars(page), "form": form})
