"""周报填报 in words: states, totals, what comes next, and what stands around the form."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects import figures
from projects.models import User
from scheduling import reports_due
from scheduling.actions.progress_drafts import Saved
from scheduling.models import ReportPeriod
from scheduling.report_basis import Basis
from scheduling.reports_due import Due, State, due_said, form_url, until_said
from scheduling.views.report_form import ReportForm, label_of, moment_said
from scheduling.views.report_opening import Opening, Sent


def period_said(period: ReportPeriod) -> str:
    """The days and the kind; the year only where a year is not plain from the page."""
    days = f"{period.starts_on.month}月{period.starts_on.day}日至{period.ends_on.month}月{period.ends_on.day}日"
    return f"{days} {period.get_kind_display()}"


def state_said(due: Due) -> str:
    if due.version is None:
        return _("草稿") if due.has_draft else _("未报")
    words = {State.SUBMITTED: _("待审核"), State.ACCEPTED: _("已通过"), State.RETURNED: _("已退回")}
    return words[State(due.version.state)]


def row(due: Due, *, at: datetime) -> dict[str, Any]:
    """One line of the list: how far it has come, until when, and what was said on returning it."""
    return {
        "name": due.project.name,
        "url": form_url(due.project, due.period),
        "period": period_said(due.period),
        "state": state_said(due),
        "mark": _mark(due),
        "due": until_said(due, at=at),
        "is_late": due.is_late(at=at),
        "is_open": due.waits_for_the_lead,
        "note": due.return_note,
    }


def _mark(due: Due) -> str:
    """The shape beside the word."""
    if due.version is None:
        return "begun" if due.has_draft else "todo"
    return {State.SUBMITTED: "waiting", State.ACCEPTED: "done", State.RETURNED: "returned"}[State(due.version.state)]


def headline(owed: Sequence[Due]) -> str:
    if not owed:
        return _("目前没有需要您报送的项目。")
    waiting = [due for due in owed if due.waits_for_the_lead]
    if not waiting:
        return _("本期 %(count)d 个项目都已报送。") % {"count": len(owed)}
    first = min(due.period.due_at for due in waiting)
    told = {"count": len(waiting), "due": f"{timezone.localtime(first):%m-%d %H:%M}"}
    return _("还有 %(count)d 个项目待报，最早 %(due)s 截止。") % told


def others(user: User, owed: Sequence[Due]) -> list[dict[str, str]]:
    """Own projects that owe nothing now; they may be reported all the same."""
    rest = reports_due.own_projects(user).exclude(pk__in={due.project.pk for due in owed})
    return [{"name": project.name, "url": reverse("weekly_report", args=[project.code])} for project in rest[:60]]


def around(opening: Opening, form: ReportForm, *, at: datetime) -> dict[str, Any]:
    project, period, basis, said = opening.project, opening.period, opening.basis, opening.version
    is_late = not period.takes_reports(at=at)
    return {
        "title": project.name,
        "as_of": f"{period_said(period)}，{_('已锁定，现在报送记为补报') if is_late else due_said(period)}",
        "trail": [{"label": _("周报填报"), "url": reverse("weekly_reports")}],
        "project": project,
        "period": period,
        "form": form,
        "opening": opening,
        "here": form_url(project, period),
        "draft_url": f"{reverse('report_draft', args=[project.code])}?period={period.pk}",
        "is_late": is_late,
        "returned": said if said and said.state == State.RETURNED else None,
        "is_waiting": bool(said and said.state == State.SUBMITTED),
        "choices": [
            {
                "value": due.period.pk,
                "label": f"{period_said(due.period)}（{state_said(due)}）",
                "selected": due.period.pk == period.pk,
            }
            for due in opening.choices
        ],
        "unchanged": basis.unchanged_periods,
        "last": basis.last,
        "beside": _beside_the_amount(basis),
        "before": basis.before,
        "plan": basis.annual_plan_amount,
        "totals": totals(basis, _typed_amount(form)),
    }


def _beside_the_amount(basis: Basis) -> str:
    """The target of the week, and what the last period came to."""
    said = []
    if target := basis.target:
        work = f"（{target.work}）" if target.work else ""
        said.append(_("周目标 %(amount)s 万元") % {"amount": figures.exactly(target.amount)} + work)
    if basis.last:
        said.append(_("上期完成 %(amount)s 万元") % {"amount": figures.exactly(basis.last.period_amount)})
    return "；".join(said)


def totals(basis: Basis, amount: Decimal) -> list[dict[str, str]]:
    """The new totals with this amount, as the page reckons them while one types."""
    year, start = basis.before.year_to_date + amount, basis.before.since_start + amount
    plan = basis.annual_plan_amount
    rate = figures.percent(100 * year / plan, 2) if plan else figures.UNDEFINED
    return [
        {"key": "year", "label": _("当年累计"), "value": figures.exactly(year), "unit": _("万元")},
        {"key": "start", "label": _("开工累计"), "value": figures.exactly(start), "unit": _("万元")},
        {"key": "rate", "label": _("占年度计划"), "value": rate, "unit": ""},
    ]


def _typed_amount(form: ReportForm) -> Decimal:
    """Nought while nothing sensible is typed."""
    try:
        amount = Decimal(str(form["period_amount"].value() or 0).replace(",", ""))
    except InvalidOperation:
        return Decimal(0)
    if not amount.is_finite():
        return Decimal(0)
    return -abs(amount) if form["is_reduction"].value() else amount


def saved_said(saved: Saved, form: ReportForm) -> dict[str, Any]:
    """What the page is told after a save: the fields as they are kept, and those somebody else wrote."""
    return {
        "revision": saved.draft.revision,
        "saved_at": f"{timezone.localtime(saved.draft.saved_at):%H:%M}",
        "fields": {name: each["text"] for name, each in saved.draft.fields.items()},
        "conflicts": {
            name: asdict(each) | {"label": label_of(form, name), "at": moment_said(each.at)}
            for name, each in saved.conflicts.items()
        },
    }


def conflict(opening: Opening, sent: Sent) -> dict[str, Any]:
    typed = opening.draft.fields if opening.draft else {}
    return {
        "title": _("核对不同的内容"),
        "trail": [
            {"label": _("周报填报"), "url": reverse("weekly_reports")},
            {"label": opening.project.name, "url": form_url(opening.project, opening.period)},
        ],
        "opening": opening,
        "here": form_url(opening.project, opening.period),
        "is_stale": sent.is_stale,
        "version": opening.version,
        "kept": sent.fields.items(),
        "fields": [
            {
                "name": name,
                "label": label_of(opening.blank, name),
                "mine": sent.fields[name],
                "theirs": opening.written[name],
                "who": _who(typed.get(name), opening),
            }
            for name in sent.conflicts
        ],
    }


def _who(typed: dict[str, str] | None, opening: Opening) -> str:
    if typed:
        return f"{typed['by']} {moment_said(typed['at'])}"
    if opening.version:
        said = opening.version
        return f"{said.submitted_by} {timezone.localtime(said.recorded_at):%m-%d %H:%M}"
    return ""
