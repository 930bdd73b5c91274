"""比上周: which lights moved, who came into the plan and who left, and what the same projects come to."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from config.pages.dashboard.asked import BASIS, Asked
from projects import figures
from projects.models import KeyProject
from projects.models.key_project import KeyProjectQuerySet
from reports.charts import changes as chart
from reports.charts.chart import Chart
from scheduling.closed_before import frozen, in_plan_then
from scheduling.conditions import of_light
from scheduling.filters import ENTERED, LEFT
from scheduling.indices import Index, indices_of
from scheduling.models import Light, PeriodClosing
from scheduling.parts import Parts

_NAMED = 12


@dataclass(frozen=True)
class Changes:
    since: str
    chart: Chart
    red: list[dict[str, str]]
    green: list[dict[str, str]]
    same: list[dict[str, str]]
    moved: list[dict[str, str]]


def changes(asked: Asked) -> Changes | None:
    """None: no week was closed before the day."""
    closing = asked.since
    if closing is None:
        return None
    then = frozen(closing, asked.seen).filter(counted_projects__gt=0)
    same_now = asked.states.among(in_plan_then(closing)).parts()
    same_then = then.filter(project__in=asked.states.projects()).parts()
    left = then.parts().projects - same_then.projects
    return Changes(
        figures.chinese_date(closing.period.ends_on),
        _chart(asked, closing),
        _turned(asked, closing, Light.RED),
        _turned(asked, closing, Light.GREEN),
        _compared(asked, closing, same_now, same_then),
        [
            _moved(asked, closing, _("新列入年度计划"), ENTERED, asked.states.count() - same_now.projects),
            _moved(asked, closing, _("不再列入年度计划"), LEFT, left),
        ],
    )


def _chart(asked: Asked, closing: PeriodClosing) -> Chart:
    moves = [
        chart.Move(
            was.lower(),
            now.lower(),
            number,
            asked.list_of(counted="projects", light=now, was=was, since=closing.period_id),
        )
        for (was, now), number in sorted(asked.states.moved_since(closing).items())
        if was != now
    ]
    return chart.chart(moves)


def _turned(asked: Asked, closing: PeriodClosing, light: str) -> list[dict[str, str]]:
    """Those that have this light now and had another one then."""
    now = asked.seen.filter(pk__in=asked.states.where(of_light(light)).projects())
    then = frozen(closing, asked.seen).exclude(light=light)
    found: KeyProjectQuerySet = now.filter(pk__in=then.values("project")).order_by("sort_key")
    return [_project(each) for each in found.select_related("lead_unit")[:_NAMED]]


def _project(project: KeyProject) -> dict[str, str]:
    url = reverse("project_detail", args=[project.code])
    return {"name": project.name, "unit": str(project.lead_unit), "url": url}


def _moved(asked: Asked, closing: PeriodClosing, label: str, way: str, number: int) -> dict[str, str]:
    url = asked.list_of(moved=way, since=closing.period_id) if number else ""
    return {"label": label, "value": str(number), "url": url}


def _compared(asked: Asked, closing: PeriodClosing, now: Parts, then: Parts) -> list[dict[str, str]]:
    """同口径: only of the projects that were in the plan both times."""
    rates_now = indices_of(now, on=asked.on, basis=BASIS)
    rates_then = indices_of(then, on=closing.period.ends_on, basis=BASIS)

    def line(label: str, before: str, after: str, difference: str) -> dict[str, str]:
        return {"label": label, "before": before, "now": after, "difference": difference}

    def rate(label: str, index: Index) -> dict[str, str]:
        before, after = rates_then[index], rates_now[index]
        gap = figures.signed(after.gap_pp(before))
        return line(label, figures.percent(before.rate), figures.percent(after.rate), gap)

    gained = (now.ytd_amount - then.ytd_amount).scaleb(-4)
    return [
        line(_("项目（项）"), f"{then.projects:,}", f"{now.projects:,}", "0"),
        line(
            _("累计完成投资（亿元）"), figures.yi(then.ytd_amount), figures.yi(now.ytd_amount), figures.signed(gained)
        ),
        rate(_("投资完成率（差为个百分点）"), Index.INVESTMENT),
        rate(_("开工率（差为个百分点）"), Index.START),
        rate(_("竣工率（差为个百分点）"), Index.COMPLETION),
    ]
