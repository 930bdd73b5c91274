"""A rate that keeps what it was made of, so that a page can print "206/255" beside the percent."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Ratio:
    numerator: Decimal
    denominator: Decimal

    @property
    def rate(self) -> Decimal | None:
        """Percent; above 100 and below nought are lawful. None: the denominator is nought."""
        return 100 * self.numerator / self.denominator if self.denominator else None

    def gap_pp(self, expected: "Ratio") -> Decimal | None:
        """超(欠)进度: percentage points above (+) or below (−) what was expected; None where either is undefined.

        Subtracted as fractions and divided once, for two rates cut off at the last digit can miss a half.
        """
        if not (self.denominator and expected.denominator):
            return None
        gap = 100 * (self._exact() - expected._exact())
        return Decimal(gap.numerator) / gap.denominator

    def _exact(self) -> Fraction:
        return Fraction(self.numerator) / Fraction(self.denominator)
