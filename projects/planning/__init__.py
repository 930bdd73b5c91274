"""倒排推算: an edition of a schedule and the facts known now, read as a network and worked back from its finish."""

from .effects import Effect, Effects, effects_of
from .reading import Reading, readings
from .wanted import StepWanted, StopWanted, Wanted, from_blueprint, from_edition, supposed

__all__ = [
    "Effect",
    "Effects",
    "Reading",
    "StepWanted",
    "StopWanted",
    "Wanted",
    "effects_of",
    "from_blueprint",
    "from_edition",
    "readings",
    "supposed",
]
