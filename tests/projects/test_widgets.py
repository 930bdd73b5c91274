"""A plain select says what Django's own says."""

import pytest
from django import forms
from django.utils.translation import gettext_lazy
from pytest_django.asserts import assertHTMLEqual

from projects.widgets import PlainSelect

CHOICES = [("", gettext_lazy("全部")), (7, "<区住建局>"), ("A", "甲 & 乙")]


@pytest.mark.parametrize("value", [None, "", "7", 7, "A", "不存在"])
def test_it_is_the_same_element(value):
    attrs = {"id": "id_unit", "required": True}
    plain = PlainSelect(choices=CHOICES).render("unit", value, attrs)
    assertHTMLEqual(plain, forms.Select(choices=CHOICES).render("unit", value, attrs))
