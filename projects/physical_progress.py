"""形象进度: what is built by the piece, rolled up to percent by weights."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Quantity:
    """So many of a unit (米、平方米、台套) planned and done. ``weight`` is its share: only proportions count."""

    planned: Decimal
    done: Decimal
    weight: Decimal

    @property
    def fraction(self) -> Decimal:
        """From 0 to 1; what is done beyond the plan of one step makes up for no other."""
        return min(self.done / self.planned, Decimal(1))


def physical_progress(quantities: Iterable[Quantity]) -> Decimal | None:
    """Σ(weight × fraction) ÷ Σ weight, in percent, over the steps measured by the piece; None without any."""
    counted = [quantity for quantity in quantities if quantity.weight]
    weights = sum((quantity.weight for quantity in counted), Decimal(0))
    return 100 * sum(quantity.weight * quantity.fraction for quantity in counted) / weights if counted else None
