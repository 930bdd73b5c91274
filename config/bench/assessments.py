"""考核: everybody who leads a project scored over the months of the year that are over, and stored."""

import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.models import Post, Unit, User, duties_of
from projects.recorded import day_of
from projects.roles import Role
from scheduling.actions import assessment_schemes, assessments
from scheduling.contributions import assessed_projects
from scheduling.models import SubjectScore
from scheduling.score_indicators import Kind
from scheduling.score_presets import HUNDRED


@dataclass(frozen=True)
class Scored:
    subjects: int
    projects: int
    seconds: float
    cpu_seconds: float  # of this process: what PostgreSQL does is not in it
    queries: int
    again_seconds: float  # reckoned anew as known then: the same digest, nothing stored
    is_same: bool
    megabytes: float  # the most this process ever held, whatever it did before


def score_all(*, at: datetime) -> Scored:
    since, until = _months_over(day_of(at))
    office, signer = (_appointed(role, on=day_of(at), since=since) for role in (Role.OFFICE, Role.SIGNER))
    scheme = assessment_schemes.draft(year=since.year, kind=Kind.LEAD, scheme=HUNDRED, by=office, at=at)
    assessment_schemes.adopt(scheme=scheme, by=signer, at=at)
    scheme.refresh_from_db()
    revision = assessments.begin(scheme=scheme, title="考核", starts_on=since, ends_on=until, by=office, at=at)
    began, began_cpu = time.perf_counter(), time.process_time()
    with CaptureQueriesContext(connection) as asked:
        assessments.reckon(revision)
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - began_cpu
    revision.refresh_from_db()
    began = time.perf_counter()
    is_same = assessments.digest_again(revision) == revision.digest
    return Scored(
        SubjectScore.objects.filter(revision=revision).count(),
        len(assessed_projects()),
        seconds,
        cpu_seconds,
        len(asked),
        time.perf_counter() - began,
        is_same,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def assessed(*, at: datetime) -> Iterator[str]:
    """A section of the report: to be told after the projects were spread over the units and weeks were closed."""
    done = score_all(at=at)
    yield (
        f"\n考核 {done.subjects:,} 个单位（{done.projects:,} 个项目）：{done.seconds:.1f} 秒，"
        f"其中 Python {done.cpu_seconds:.1f} 秒，{done.queries} 次查询，内存最高 {done.megabytes:.0f} MB"
    )
    yield f"  按当时所知复算：{done.again_seconds:.1f} 秒，摘要{'一致' if done.is_same else '不一致'}"


def _months_over(today: date) -> tuple[date, date]:
    """From the new year to the last month that is over; in January, the year before."""
    until = today.replace(day=1) - timedelta(days=1)
    return until.replace(month=1, day=1), until


def _appointed(role: Role, *, on: date, since: date) -> User:
    user = User.objects.create(username=f"bench-{role.value.lower()}", full_name=str(role.label))
    government = Unit.objects.order_by("path")[0]
    Post.objects.create(user=user, unit=government, role=role, starts_on=since)
    user.duties = duties_of(user, on=on)
    return user
