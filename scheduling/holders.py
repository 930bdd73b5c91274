"""Who answered for projects when, as known at a moment: what was handed over, and then the register."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime

from projects.models import KeyProject, Responsibility
from scheduling.terms import Term


def terms_of(projects: Collection[int], *, known_at: datetime | None) -> dict[int, list[Term]]:
    """By project its terms in order, the last without end. ``known_at`` None: as known now. Two queries.

    Who the register names now was not yet known to answer before the first hand-over recorded later: then the one who
    handed over did.
    """
    said = Responsibility.objects.current().filter(project__in=projects).order_by("until")
    columns = ("until", "lead_unit", "responsible_person", "linked_leader")
    known: dict[int, list[Term]] = defaultdict(list)
    later: dict[int, Term] = {}
    for project, recorded_at, *term in said.values_list("project", "recorded_at", *columns):
        if known_at is None or recorded_at <= known_at:
            known[project].append(Term(*term))
        else:
            later.setdefault(project, Term(*term))
    named = KeyProject.objects.filter(pk__in=projects).values_list("pk", *columns[1:])
    return {
        project: [*known[project], later.get(project, Term(date.max, *holders))._replace(until=date.max)]
        for project, *holders in named
    }
