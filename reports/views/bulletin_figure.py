"""一个数据的来源: its formula, the projects that make it up, and the reports of a project that were counted."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.figures import exactly
from projects.gate import SignedInRequest, requires
from projects.lists import page_of
from projects.roles import Duty
from reports.bulletin import Bulletin
from reports.bulletin_figures import MONTH, MONTH_BEFORE, Figure, code_of, figures
from reports.compose import lineage
from reports.compose.lineage import Contribution
from reports.views.bulletin_figures import told_of, trail_of
from scheduling.index_cards import FIELD_NAMES
from scheduling.models import ProgressVersion
from scheduling.project_day import NOUGHT

_OF_MONTH = {MONTH: "本月完成投资", MONTH_BEFORE: "上月完成投资"}
_WAN = "万元"


@requires(Duty.READ_DISTRICT)
def bulletin_figure(request: SignedInRequest, pk: int, name: str) -> HttpResponse:
    """With ``?project=``, the reports of that project too."""
    draft, bulletin = told_of(request, pk)
    figure = figures(bulletin).get(name)
    if figure is None:
        raise Http404
    found = lineage.contributions(bulletin, figure)
    page = page_of(found, request)
    above, below = _sums(found)
    given = {
        "title": _("数据来源"),
        "trail": [*trail_of(draft), {"label": _("通报数据"), "url": reverse("bulletin_figures", args=[pk])}],
        "name": figure.name,
        "printed": figure.printed,
        "facts": _facts(bulletin, figure),
        "sum": _sum(figure, found, above, below),
        "above": _named(figure.numerator) or figure.name.rpartition("·")[2],
        "above_unit": _unit(figure.numerator),
        "below": _named(figure.denominator),
        "below_unit": _unit(figure.denominator),
        "total_above": exactly(above),
        "total_below": exactly(below),
        "page": page,
        "rows": [_row(each, has_reports=_is_of_reports(figure)) for each in page],
        "has_reports": _is_of_reports(figure),
        "reports": _reports(request, bulletin, figure),
    }
    return render(request, "reports/bulletin_figure.html", given)


@requires(Duty.READ_DISTRICT)
def figure_by_code(request: SignedInRequest, pk: int, code: str) -> HttpResponse:
    """The short address of a figure on a paper, which leads to that by its name."""
    _draft, bulletin = told_of(request, pk)
    name = next((each for each in figures(bulletin) if code_of(each) == code), None)
    if name is None:
        raise Http404
    return redirect("bulletin_figure", pk, name)


def _sums(found: Sequence[Contribution]) -> tuple[Decimal, Decimal]:
    return sum((each.above for each in found), NOUGHT), sum((each.below or NOUGHT for each in found), NOUGHT)


def _facts(bulletin: Bulletin, figure: Figure) -> list[dict[str, Any]]:
    basis, known_at = bulletin.basis, timezone.localtime(bulletin.known_at)
    told = {
        _("怎样算"): figure.formula,
        _("计划版本"): basis.plan,
        _("亮灯规则"): _("第 %d 版") % basis.light_rules,
        _("指标口径"): _("第 %s 版") % basis.formulas,
        _("数据时点"): _("%(day)s 的情况，以 %(at)s 所知为准")
        % {"day": bulletin.on.isoformat(), "at": f"{known_at:%Y-%m-%d %H:%M}"},
    }
    return [{"label": label, "value": value} for label, value in told.items()]


def _sum(figure: Figure, found: Sequence[Contribution], above: Decimal, below: Decimal) -> str:
    """What the rows come to, written out; it is the printed figure. Empty for what the calendar alone says."""
    if not found:
        return "" if not figure.numerator else _("没有项目计入，为 %s。") % figure.printed
    told = {"above": exactly(above), "below": exactly(below), "printed": figure.printed}
    if not figure.denominator:
        return _("Σ %(above)s = %(printed)s") % told
    less = _(" − %s%%") % exactly(figure.less.quantize(Decimal("0.0001"))) if figure.less else ""
    return _("Σ %(above)s ÷ Σ %(below)s × 100%%%(less)s = %(printed)s") % (told | {"less": less})


def _named(fields: Sequence[str]) -> str:
    return " + ".join(_OF_MONTH.get(each) or FIELD_NAMES.get(each, "") for each in fields).strip(" +")


def _unit(fields: Sequence[str]) -> str:
    is_amount = any(each.endswith("_amount") or each in {*_OF_MONTH, "total_investment"} for each in fields)
    return _WAN if is_amount else ""


def _is_of_reports(figure: Figure) -> bool:
    """Whether what a project brings is what its reports told."""
    return not figure.listed and any(each in {MONTH, "ytd_amount"} for each in figure.numerator)


def _row(contribution: Contribution, *, has_reports: bool) -> dict[str, Any]:
    project = contribution.project
    url = f"?project={project.pk}#reports" if project and has_reports else ""
    if project and not has_reports:
        url = reverse("project_detail", args=[project.code])
    return {
        "name": project.name if project else contribution.words,
        "words": contribution.words if project else "",
        "unit": project.unit if project else "",
        "url": url,
        "above": exactly(contribution.above),
        "below": exactly(contribution.below) if contribution.below is not None else "",
    }


def _reports(request: SignedInRequest, bulletin: Bulletin, figure: Figure) -> dict[str, Any] | None:
    project = request.GET.get("project", "")
    if not (project.isdecimal() and len(project) < 19 and _is_of_reports(figure)):
        return None
    of_month = MONTH in figure.numerator
    found = list(lineage.versions_behind(int(project), bulletin, of_month=of_month).select_related("report__project"))
    total = sum((each.period_amount for each in found), NOUGHT)
    return {
        "project": str(found[0].report.project) if found else _("没有计入的填报"),
        "note": _("计入的填报之和即%s") % (_OF_MONTH[MONTH] if of_month else FIELD_NAMES["ytd_amount"]),
        "rows": [_report(each) for each in found],
        "total": exactly(total),
    }


def _report(version: ProgressVersion) -> dict[str, Any]:
    period, at = version.report.period, timezone.localtime(version.recorded_at)
    return {
        "period": str(period),
        "url": reverse("progress_report", args=[version.report_id]),
        "amount": exactly(version.period_amount),
        "who": _("%(who)s　%(at)s 审核通过") % {"who": version.reviewed_by or _("系统"), "at": f"{at:%Y-%m-%d %H:%M}"},
    }
