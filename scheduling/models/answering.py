"""Which units a person speaks for."""

from django.db.models import Q

from projects.models import User
from projects.roles import Duty


def answered_for(user: User, unit: str) -> Q:
    """Rows whose ``unit`` (a path of relations) is one of those this person answers for, with all below it.

    The office stands at the root of the tree; what is addressed to it is addressed to that very unit.
    """
    paths = user.duties.unit_paths(Duty.ANSWER_REQUEST)
    if user.duties.include(Duty.EDIT_REGISTER):
        return Q(**{f"{unit}__path__in": paths})
    mine = Q(pk__in=[])
    for path in paths:
        mine |= Q(**{f"{unit}__path__startswith": path})
    return mine
