"""Words without which a verb is not done, and values that the database would refuse."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db.models import Model

from projects.errors import RuleViolation


def refuse_silence(text: str, message: str) -> str:
    """The words that were given, without the space around them. Raises ``RuleViolation`` with this message."""
    if not text.strip():
        raise RuleViolation(message)
    return text.strip()


def refuse_faults(row: Model, *, exclude: Iterable[str] = ()) -> None:
    """Raises ``RuleViolation`` with what the model and its constraints say of these values."""
    try:
        row.full_clean(exclude=[*exclude])
    except ValidationError as fault:
        raise RuleViolation("".join(fault.messages)) from fault
