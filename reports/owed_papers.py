"""待办 of papers: what waits for this person's hand between 拟稿 and 印发, and which units have not opened an issue."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from projects.models import User
from projects.recorded import day_of
from projects.roles import Duty
from reports.models import Draft, DraftMove, Receipt
from reports.models.draft import has_a_hand
from scheduling.counting import Rows
from scheduling.owed_lines import Counted, Line, Note

_State = Draft.State


def of_papers(user: User, principals: Sequence[User], at: datetime) -> Iterator[Line]:
    """Each step's line for those who may take it, for themselves or for another."""
    people = [user, *principals]
    if not any(map(has_a_hand, people)):
        return
    page, drafts = reverse("bulletin_list"), Draft.objects.all()
    if _held(people, Duty.DRAFT_BULLETIN):
        drafting = drafts.filter(state=_State.DRAFT)
        back = drafting.filter(moves__kind__in=DraftMove.BACK).distinct()
        notes = [Note(_("其中 %(found)s 份被退回或签发后修改"), Rows(back))]
        yield Counted(_("%(count)d 份文稿待拟稿送核"), page, drafting, notes)
    if checkers := _held(people, Duty.CHECK_BULLETIN):
        yield Counted(_("%(count)d 份文稿等待您核稿"), page, drafts.checkable_by(user, checkers))
    if signers := _held(people, Duty.SIGN_OFF):
        yield Counted(_("%(count)d 份文稿等待您签发"), page, drafts.signable_by(user, signers, on=day_of(at)))
    if _held(people, Duty.REGISTER):
        yield Counted(_("%(count)d 份文稿已签发，待登记编号"), page, drafts.filter(state=_State.SIGNED))
        yield Counted(_("%(count)d 份文书已登记，待印发"), page, drafts.filter(state=_State.REGISTERED))
        yield Counted(_("%(count)d 家单位未阅知已印发的文书"), page, Receipt.objects.unopened())


def _held(people: Sequence[User], duty: Duty) -> list[User]:
    return [person for person in people if person.duties.include(duty)]
