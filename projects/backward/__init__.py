"""倒排工期: the road to completion worked back from a fixed finish, as pure arithmetic.

Describe the work as ``Node`` and ``Link`` in a ``Network`` over a ``Timetable`` (``DayTimetable`` for projects of
the district), ask ``backward_pass`` for the ``Plan``, and ``headline`` and ``sentence`` for what it means.
"""

from .axis import PlanError
from .days import SITE, Blackout, DayTimetable, every_year
from .network import Link, LinkKind, Network, Node, Unit
from .plan import Plan, Scheduled, backward_pass
from .timetable import PERIODS, Timetable
from .words import headline, is_over, sentence

__all__ = [
    "PERIODS",
    "SITE",
    "Blackout",
    "DayTimetable",
    "Link",
    "LinkKind",
    "Network",
    "Node",
    "Plan",
    "PlanError",
    "Scheduled",
    "Timetable",
    "Unit",
    "backward_pass",
    "every_year",
    "headline",
    "is_over",
    "sentence",
]
