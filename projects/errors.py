"""What the rules forbid, said in words a person can act on."""


class RuleViolation(Exception):
    """An action refused. The message is Chinese and says what, where and how to mend it.

    Pages show it above the form, the API answers 409 with it (``config/errors.py``).
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotAllowed(RuleViolation):
    """This person may not do this; somebody else may."""
