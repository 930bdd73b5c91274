"""Who may open a paper under way, and the words it has now."""

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.gate import SignedInRequest
from projects.models import Substitute, User
from projects.roles import Duty
from reports.models import Draft, DraftText
from reports.models.draft import DraftQuerySet, has_a_hand

_PEOPLE = (
    *("text__recorded_by", "text__proof", "document", "corrects", "submitted_by", "signed_by", "original_signer"),
    "measure__project",
)


def draft_or_404(request: SignedInRequest, pk: int) -> Draft:
    """Seen by who has a hand in papers, as himself or in the stead of another."""
    found = papers_of(request.user).select_related(*_PEOPLE).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def papers_of(user: User) -> DraftQuerySet:
    """Those this person sees, or whoever it is whose place he takes today."""
    people = [user] if has_a_hand(user) else Substitute.objects.principals_of(user, on=timezone.localdate())
    return Draft.objects.visible_to(next(filter(has_a_hand, people), user))


def text_of(draft: Draft) -> DraftText:
    """Every paper is drafted with a text; one that is not is not there yet."""
    if draft.text is None:
        raise Http404
    return draft.text


def may_write(draft: Draft, user: User) -> bool:
    return draft.state == Draft.State.DRAFT and user.duties.include(Duty.DRAFT_BULLETIN)


def trail_of(draft: Draft) -> list[dict[str, str]]:
    """Where such a paper is found: among the bulletins, or with the measure it tells of."""
    if draft.measure is None:
        return [{"label": _("月通报"), "url": reverse("bulletin_list")}]
    return [
        {"label": _("结果运用"), "url": reverse("measure_list")},
        {"label": str(draft.measure), "url": reverse("measure", args=[draft.measure.pk])},
    ]
