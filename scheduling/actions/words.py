"""Words without which a verb is not done."""

from projects.errors import RuleViolation


def refuse_silence(text: str, message: str) -> str:
    """The words that were given, without the space around them. Raises ``RuleViolation`` with this message."""
    if not text.strip():
        raise RuleViolation(message)
    return text.strip()
