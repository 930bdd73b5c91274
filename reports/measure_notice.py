"""通知书: what a notice of a measure rests on, frozen when it was drafted: the evidence, and what is asked by when."""

from dataclasses import dataclass
from datetime import date, datetime

from scheduling.dossier import Dossier
from scheduling.measure_rules import Level

EDITION = "1"


@dataclass(frozen=True)
class Arrangement:
    """Of an interview: when and where, who is called in by whom, and who else attends."""

    held_at: datetime
    place: str
    interviewees: str
    interviewers: str
    attendees: str


@dataclass(frozen=True)
class Item:
    """To be put right by a day."""

    text: str
    due_on: date


@dataclass(frozen=True)
class MeasureNotice:
    """One measure about one project. ``interview``: of an interview alone. ``items``: in the order of their days."""

    district: str
    known_at: datetime
    level: Level
    project: str
    unit: str
    reasons: str
    decided_on: date
    dossier: Dossier
    interview: Arrangement | None = None
    items: tuple[Item, ...] = ()
