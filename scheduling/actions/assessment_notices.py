"""考核的通知: who is assessed is told of the scores shown for appeal, and of the result."""

from collections.abc import Callable, Iterable
from datetime import date, datetime

from django.urls import reverse

from projects.figures import shown
from projects.models import Post, Unit, User
from projects.recorded import day_of
from scheduling.models import Assessment, Notice, SubjectScore

from . import notices


def tell_appeals(assessment: Assessment, *, by: User, at: datetime) -> None:
    """公示: how many points, and until when to appeal. No place: it may still change."""
    until = assessment.appeals_until

    def said(score: SubjectScore) -> str:
        return f"得分 {shown(score.total, 2)}。对得分有异议的，请于 {until} 前打开本页提出申诉。"

    _tell(assessment, "开始公示", said, by=by, at=at)


def tell_result(assessment: Assessment, *, by: User, at: datetime) -> None:
    """公布: the points, and the place where there is one."""

    def said(score: SubjectScore) -> str:
        place = f"，第 {score.rank} 名（{score.pool}，{score.ranked} 个排名）" if score.rank else ""
        return f"得分 {shown(score.total, 2)}{place}。"

    _tell(assessment, "结果已公布", said, by=by, at=at)


def _tell(assessment: Assessment, what: str, said: Callable[[SubjectScore], str], *, by: User, at: datetime) -> None:
    """Enterprises have no accounts; a person who holds no post any more is told nothing."""
    scores = list(assessment.scores.of_last_revision().select_related("unit", "person"))
    units = _units_of([score.person_id for score in scores], on=day_of(at))
    for score in scores:
        unit = score.unit or units.get(score.person_id)
        if unit is None or unit.kind == Unit.Kind.ENTERPRISE:
            continue
        notice = Notice(kind=Notice.Kind.ASSESSMENT, unit=unit, user=score.person, body=said(score))
        notice.title = f"{assessment.title}{what}"
        notice.url = reverse("assessment_score", args=[assessment.pk, score.pk])
        notices.issue(notice=notice, by=by, at=at)


def _units_of(people: Iterable[int | None], *, on: date) -> dict[int | None, Unit]:
    """The unit of the oldest post each holds on this day."""
    posts = Post.objects.in_force(on=on).filter(user__in=[each for each in people if each]).select_related("unit")
    return {post.user_id: post.unit for post in posts.order_by("-pk")}
