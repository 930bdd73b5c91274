"""Password rules beyond Django's own (domain §8, GB/T 22239 8.1.4.1 a)."""

import re
import secrets

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from projects.models import User

_CLASSES = (r"[a-z]", r"[A-Z]", r"\d", r"[^a-zA-Z\d]")
_LETTERS, _CAPITALS, _DIGITS = "abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789"


def generated_password() -> str:
    """Three groups such as ``kT7m-4xRq-Wn9d``: random, over 50 bits, and without the characters people confuse."""
    return "-".join(_group() for _ in range(3))


def _group() -> str:
    """Four characters with a letter, a capital and a digit among them, in any order."""
    chosen = [secrets.choice(some) for some in (_LETTERS, _CAPITALS, _DIGITS, _LETTERS + _CAPITALS + _DIGITS)]
    secrets.SystemRandom().shuffle(chosen)
    return "".join(chosen)


class LengthValidator(MinimumLengthValidator):
    """Django's rule in our words: its own refusal has no Chinese in Django 5.2."""

    def get_error_message(self) -> str:
        return _("密码太短，至少 %(length)d 个字符。") % {"length": self.min_length}

    def get_help_text(self) -> str:
        return _("密码至少 %(length)d 个字符。") % {"length": self.min_length}


class CharacterClassValidator:
    """Characters of at least this many of four classes: lower case, upper case, digits, others."""

    def __init__(self, classes: int) -> None:
        self.classes = classes

    def validate(self, password: str, user: User | None = None) -> None:
        if sum(bool(re.search(pattern, password)) for pattern in _CLASSES) < self.classes:
            raise ValidationError(self.get_help_text(), code="too_few_classes")

    def get_help_text(self) -> str:
        return _("密码须包含小写字母、大写字母、数字、符号中的至少 %(classes)d 类。") % {"classes": self.classes}


class HistoryValidator:
    """None of the last few passwords again."""

    def __init__(self, remembered: int) -> None:
        self.remembered = remembered

    def validate(self, password: str, user: User | None = None) -> None:
        if user is None or user.pk is None:
            return
        earlier = user.earlier_passwords.values_list("encoded", flat=True)[: self.remembered]
        if any(check_password(password, encoded) for encoded in earlier):
            raise ValidationError(self.get_help_text(), code="used_before")

    def get_help_text(self) -> str:
        return _("不能与最近 %(remembered)d 次用过的密码相同。") % {"remembered": self.remembered}
