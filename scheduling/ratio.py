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
        return None if self.denominator == 0 else _decimal(100 * self._exact())

    def gap_pp(self, expected: "Ratio") -> Decimal | None:
        """超(欠)进度: percentage points above (+) or below (−) what was expected; None where either is undefined.

        Subtracted before any division is cut off, so that it rounds as the exact difference does.
        """
        if self.denominator == 0 or expected.denominator == 0:
            return None
        return _decimal(100 * (self._exact() - expected._exact()))

    def _exact(self) -> Fraction:
        return Fraction(self.numerator) / Fraction(self.denominator)


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
