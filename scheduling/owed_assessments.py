"""待办 of 考核: appeals the office answers, results that wait to be published, scores a unit may still object to."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from projects.models import User
from projects.roles import Duty
from scheduling.models import Appeal, Assessment, SubjectScore
from scheduling.owed_lines import Counted, Line, Note


def of_assessments(user: User, *, on: date) -> Iterator[Line]:
    """Only counts: no query of its own."""
    page, duties = reverse("assessment_list"), user.duties
    opened = Assessment.objects.filter(state=Assessment.State.APPEALS)
    waiting = Appeal.objects.waiting().filter(assessment__in=opened)
    if duties.include(Duty.ASSESS):
        yield Counted(_("%(count)d 件考核申诉等待答复"), page, waiting)
    if duties.include(Duty.APPROVE_ASSESSMENT):
        ended = opened.filter(appeals_until__lt=on).exclude(prepared_by=user)
        answered = ended.exclude(Exists(waiting.filter(assessment=OuterRef("pk"))))
        yield Counted(_("%(count)d 次考核申诉期已过，等待公布"), page, answered)
    if duties.include(Duty.APPEAL):
        own = SubjectScore.objects.filter(assessment=OuterRef("pk"), unit__isnull=False).shown_to(user)
        shown = opened.filter(Exists(own), appeals_from__lte=on, appeals_until__gte=on)
        first = Subquery(shown.order_by("appeals_until").values("appeals_until")[:1])
        yield Counted(
            _("%(count)d 次考核正在公示得分，如有异议请申诉"), page, shown, [Note(_("%(found)s 截止"), first)]
        )
