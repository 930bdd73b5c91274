"""Who may do a step of a paper: as himself or for another in whose stead he is, and never two steps of one round."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from projects.errors import NotAllowed
from projects.models import Substitute, User, duties_of
from projects.recorded import day_of
from projects.roles import GRANTS, Duty, Role
from reports.models import Draft, DraftMove


class Hand(NamedTuple):
    """Who acts; ``principal``: for whom, None: as himself."""

    by: User
    principal: User | None

    @property
    def authority(self) -> User:
        """Whose duty it is that is done."""
        return self.principal or self.by

    @property
    def people(self) -> set[int]:
        return {self.by.pk, self.authority.pk}


def hands_of(duty: Duty, *, by: User, at: datetime) -> list[Hand]:
    """As whom this person may do it at this moment, himself first. Raises ``NotAllowed`` where as nobody."""
    own = [Hand(by, None)] if by.duties.include(duty) else []
    lent = [Hand(by, each) for each in Substitute.objects.principals_of(by, on=day_of(at)) if each.duties.include(duty)]
    if not own + lent:
        raise NotAllowed(_("“%(duty)s”由%(roles)s办理。") % {"duty": duty.value, "roles": _holders(duty)})
    return own + lent


def hand_of(duty: Duty, *, by: User, at: datetime) -> Hand:
    return hands_of(duty, by=by, at=at)[0]


def checking(draft: Draft, *, by: User, at: datetime) -> Hand:
    """核稿: by somebody else than who wrote or submitted it in this round. Raises ``NotAllowed``."""
    free = _apart(hands_of(Duty.CHECK_BULLETIN, by=by, at=at), people_of_round(draft))
    if not free:
        raise NotAllowed(_("拟稿人（含其代办人、被代办人）不能核稿，请由区重点办其他同志核稿。"))
    return free[0]


def signing(draft: Draft, *, by: User, at: datetime) -> Hand:
    """签发: by a third person; after a change the one who signed first, as long as he signs at all.

    Raises ``NotAllowed``.
    """
    free = _apart(hands_of(Duty.SIGN_OFF, by=by, at=at), people_of_round(draft))
    if not free:
        raise NotAllowed(_("拟稿人、核稿人（含其代办人、被代办人）不能签发，请由其他签发领导签发。"))
    original = draft.original_signer
    if original is None or not signs_still(original, at=at):
        return free[0]
    if kept := [hand for hand in free if hand.authority == original]:
        return kept[0]
    raise NotAllowed(_("该文稿签发后作了修改，须由原签发人%(name)s签发。") % {"name": original})


def signs_still(signer: User, *, at: datetime) -> bool:
    return duties_of(signer, on=day_of(at)).include(Duty.SIGN_OFF)


def people_of_round(draft: Draft) -> set[int]:
    """Who wrote, submitted or checked it since it was last given back, and for whom."""
    moves = list(draft.moves.order_by("pk").values_list("kind", "by", "principal", "text__sequence"))
    back = max((place for place, move in enumerate(moves) if move[0] in DraftMove.BACK), default=-1)
    since = moves[back][3] if back >= 0 else 0
    authors = draft.texts.filter(sequence__gt=since, recorded_by__isnull=False).values_list("recorded_by", flat=True)
    hands = {person for move in moves[back + 1 :] for person in move[1:3] if person}
    return hands | set(authors)


def _apart(hands: Collection[Hand], people: set[int]) -> list[Hand]:
    return [hand for hand in hands if not hand.people & people]


def _holders(duty: Duty) -> str:
    return "、".join(str(Role(role).label) for role, duties in GRANTS.items() if duty in duties)
