"""载入演示数据: of every project that is toured one drawn view of its site of now, and one of the same place before."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import BytesIO

from projects.actions import stored_files
from projects.actions.demo import Loaded
from projects.actions.demo_rows import each
from projects.demo.course import BEIJING
from projects.models import KeyProject, User
from projects.periods import Kind
from scheduling import photo
from scheduling.demo.scene import scene
from scheduling.demo.site import Site
from scheduling.models import Attachment, ProgressReport, Stop

from . import attachments

_BEFORE = timedelta(weeks=13)
_CAPTION = "大门机位（示意图）"
_AT_NOON = timedelta(hours=12)


def load(loaded: Loaded, *, until: datetime) -> None:
    """After the tours are there."""
    toured = set(Stop.objects.values_list("project", flat=True))
    for spec, project, by in each(loaded.district, loaded.saved):
        if project.pk in toured and spec.course:
            for report in _now_and_before(project, until):
                _photograph(report, Site(spec), spec.kind.focus_area, by)


def _now_and_before(project: KeyProject, until: datetime) -> Iterator[ProgressReport]:
    """The last report of a week, and the last that was handed in a quarter earlier."""
    handed_in = ProgressReport.objects.filter(project=project, period__kind=Kind.WEEK, versions__isnull=False)
    in_time = handed_in.select_related("period").order_by("-period__ends_on")
    last = in_time.filter(period__ends_on__lt=until.date()).first()
    if last:
        yield last
        yield from in_time.filter(period__ends_on__lte=last.period.ends_on - _BEFORE)[:1]


def _photograph(report: ProgressReport, site: Site, focus_area: str, by: User) -> None:
    day = report.period.ends_on
    at = _noon(day)
    percent = int(site.on(day).percent)
    content = scene(focus_area=focus_area, percent=percent, seed=site.spec.code)
    file = stored_files.keep(content=BytesIO(content), name=f"{site.spec.code}-{day}.jpg", by=by, at=at)
    seen = photo.describe(BytesIO(content))
    taken = Attachment.objects.create(
        project_id=report.project_id,
        report=report,
        kind=Attachment.Kind.PHOTO,
        file=file,
        name=file.name,
        caption=_CAPTION,
        taken_at=at,
        width=seen.width,
        height=seen.height,
        uploaded_by=by,
        uploaded_at=at,
    )
    attachments.keep_thumbnail(attachment=taken, content=BytesIO(attachments.thumbnail_of(taken)), at=at)


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=BEIJING) + _AT_NOON
