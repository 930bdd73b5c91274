"""倒排推算: an edition of a schedule and the facts known now, read as a network and worked back from its finish."""

from .differences import Difference, difference
from .effects import Effect, Effects, effects_of
from .identity import carried_on
from .reading import Reading, readings, settled, start_for
from .wanted import StepWanted, StopWanted, Wanted, continued, from_blueprint, from_edition, known_to, supposed

__all__ = [
    "Difference",
    "Effect",
    "Effects",
    "Reading",
    "StepWanted",
    "StopWanted",
    "Wanted",
    "carried_on",
    "continued",
    "difference",
    "effects_of",
    "from_blueprint",
    "from_edition",
    "known_to",
    "readings",
    "settled",
    "start_for",
    "supposed",
]
