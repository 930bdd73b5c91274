"""挂图海报: asked for with the data as they stand, rendered in the background, kept and found again by those data."""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from django.db import transaction
from django.utils.translation import gettext as _

from projects import audit, jobs
from projects.actions import stored_files
from projects.errors import RuleViolation
from projects.models import Job, StoredFile, User
from reports import snapshots
from reports.rendering import pdf, printing
from reports.rendering.poster import Paper
from reports.wall_chart import WallChart

MOST_ROWS = 600


@dataclass(frozen=True)
class Asked:
    """A chart on one kind of paper. ``subject`` is the same for the same data: asked for twice, rendered once."""

    chart: WallChart
    paper: Paper

    @property
    def subject(self) -> str:
        return f"{self.paper} {snapshots.digest(snapshots.as_json(self.chart))}"

    def job(self, kind: str) -> Job | None:
        return Job.objects.filter(kind=kind, subject=self.subject).first()

    def file(self) -> StoredFile | None:
        return StoredFile.objects.filter(name=_file_name(self.subject)).first()


@transaction.atomic
def ask(asked: Asked, *, kind: str, by: User, at: datetime) -> Job:
    """The job that renders it, begun again where it had failed. Raises ``RuleViolation`` for more than paper holds."""
    if len(asked.chart.rows) > MOST_ROWS:
        said = {"rows": len(asked.chart.rows), "most": MOST_ROWS}
        raise RuleViolation(_("选中 %(rows)d 项，一套挂图最多 %(most)d 项，请先按单位、领导或领域筛选。") % said)
    stored_files.keep(content=BytesIO(snapshots.as_json(asked.chart)), name=_("挂图数据.json"), by=by, at=at)
    job = jobs.ask(kind, asked.subject, at=at)
    if job.state == Job.State.FAILED:
        jobs.retry(job, at=at)
    audit.record("wall_chart.poster_asked", by, by=by, at=at, changes=_told(asked))
    return job


def take(asked: Asked, *, by: User, at: datetime) -> StoredFile | None:
    """The finished poster, to be handed out; None while there is none."""
    file = asked.file()
    if file:
        audit.record("wall_chart.poster_taken", by, by=by, at=at, changes=_told(asked))
    return file


def render(subject: str, *, at: datetime) -> StoredFile:
    """From the kept data to the kept PDF. Raises ``RuleViolation`` where no font has a sign of it."""
    paper, sha256 = subject.split()
    kept = StoredFile.objects.get(sha256=sha256)
    chart = snapshots.from_json(WallChart, stored_files.where(kept).read_bytes())
    pages = printing.pages(chart, Paper(paper), number_of=sha256[:12])
    try:
        content = pdf.of_drawings(pages.drawings, width_mm=pages.width_mm, height_mm=pages.height_mm, title=chart.title)
    except pdf.MissingGlyph as missing:
        raise RuleViolation(_("系统字体里没有这些字：%s。请系统管理员补装字体后重试。") % missing.signs) from missing
    return stored_files.keep(content=BytesIO(content), name=_file_name(subject), by=None, at=at)


def _file_name(subject: str) -> str:
    return f"wall-chart {subject}.pdf"


def _told(asked: Asked) -> dict[str, str]:
    chart = asked.chart
    return {"chart": chart.title, "scope": chart.scope, "as_of": chart.on.isoformat(), "paper": str(asked.paper)}
