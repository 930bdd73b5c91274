"""核实率: how many of those drawn were verified, and whether what was reported held."""

from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, Q

from scheduling.contradictions import draw
from scheduling.models import Verification, VerificationDraw
from scheduling.models.contradiction_check import VerificationQuerySet

Outcome = Verification.Outcome


class Tally(NamedTuple):
    """Drawn, and of these verified as reported or adjusted."""

    drawn: int
    verified: int
    adjusted: int

    @property
    def settled(self) -> int:
        return self.verified + self.adjusted

    @property
    def rate(self) -> Decimal | None:
        """核实率: verified as reported ÷ all whose result is recorded, in percent; None where none is."""
        return 100 * Decimal(self.verified) / self.settled if self.settled else None


def tally(found: VerificationQuerySet) -> Tally:
    """One query."""
    verified, adjusted = (Count("pk", filter=Q(outcome=each)) for each in (Outcome.VERIFIED, Outcome.ADJUSTED))
    return Tally(**found.aggregate(drawn=Count("pk"), verified=verified, adjusted=adjusted))


def drawn_again(made: VerificationDraw) -> list[int]:
    """The same draw from what was written down; the projects in their places."""
    return draw(made.scores, seed=made.seed, size=made.size)
