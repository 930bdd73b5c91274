"""What is wrong with a password is said in Chinese, whichever rule refuses it."""

import re

import pytest
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError

from projects.models import User


@pytest.mark.parametrize(
    ("password", "said"),
    [
        pytest.param("Ab3-", "密码太短，至少 10 个字符。", id="short"),
        pytest.param("password123", "太常见", id="common"),
        pytest.param("abcdefghijkl", "至少 3 类", id="few-classes"),
        pytest.param("Zhongdian-2026", "太相似", id="like-the-name"),
    ],
)
def test_a_refusal(password, said):
    with pytest.raises(ValidationError) as refusal:
        validate_password(password, User(username="zhongdian-2026"))
    words = "".join(refusal.value.messages)
    assert said in words
    assert not re.search("[A-Za-z]{2}", words)


def test_the_rules_as_shown():
    assert not re.search("[A-Za-z]{2}", "".join(password_validators_help_texts()))
