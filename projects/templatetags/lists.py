"""What lists say of the address they answer: which conditions are set, and where the words of a search were found."""

from django import template
from django.forms import BaseForm
from django.utils.html import format_html, format_html_join

from projects.names import found_in

register = template.Library()


@register.filter
def sets_beyond(form: BaseForm, in_sight: int) -> bool:
    """Whether a condition behind the first so many is filled in."""
    return any(field.value() for field in list(form)[in_sight:] if not field.is_hidden)


@register.filter
def marked(name: str, words: str) -> str:
    """The name, and in ``<mark>`` what these words found of it."""
    if not words:
        return name
    pieces = (format_html("<mark>{}</mark>", piece) if is_found else piece for piece, is_found in found_in(name, words))
    return format_html_join("", "{}", ((piece,) for piece in pieces))
