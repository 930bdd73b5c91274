"""观摩结果: what came of one round of 季观摩, frozen when it was published. Scores are out of 100."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

EDITION = "1"


@dataclass(frozen=True)
class Line:
    """One stop. None: nobody scored it, or no month gave a routine score; ``rank`` None: not ranked."""

    order: int
    project: str
    unit: str
    routine: Decimal | None
    observation: Decimal | None
    result: Decimal | None
    rank: int | None
    ranked: int


@dataclass(frozen=True)
class Pool:
    """Stops that are ranked together, the first ranked first; ``name`` "" where there is but one."""

    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Group:
    """评委组 with its weight and how many judge in it."""

    name: str
    weight: Decimal
    judges: int


@dataclass(frozen=True)
class ResultSheet:
    """``routine_share``: percent of the result that is 日常得分; ``trimmed_from``: from so many judges on the highest
    and the lowest mark are dropped. ``lock_note``: why it was locked though not everybody had scored. ``locked_by``
    and ``published_by`` sign it.
    """

    district: str
    printer: str
    title: str
    round: str
    held_on: date
    known_at: datetime
    routine_share: Decimal
    trimmed_from: int
    is_anonymous: bool
    lock_note: str
    groups: tuple[Group, ...]
    pools: tuple[Pool, ...]
    locked_by: str
    locked_on: date
    published_by: str
    published_on: date
    number: str = field(default="")
    year: int = field(default=0)
    serial: int = field(default=0)
    issued_on: date | None = field(default=None)
    follows: str = field(default="")
