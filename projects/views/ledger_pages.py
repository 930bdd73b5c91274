"""What stands on the import pages: forms, and values ready to be shown."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.core.paginator import Page
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects import figures, tasks
from projects.actions import ledgers
from projects.gate import SignedInRequest
from projects.ledger.mapping import Rows
from projects.ledger.problems import label_of
from projects.lists import page_of
from projects.models import ImportProblem, Job, LedgerImport, PlanVersion, VanishedRow
from projects.sheets import Column, Kind
from projects.views.listing import sheet_url

_NAMED = 8  # units named on the page; all are in the audit


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("台账文件"),
        help_text=gettext_lazy(
            ".xlsx、.xls、.csv 或 GeoJSON。表头可以在前几行、可以有两行，有分组行、合计行、表下说明也能识别。"
        ),
    )
    is_not_secret = forms.BooleanField(
        label=gettext_lazy("本文件不含涉密信息"),
        error_messages={"required": gettext_lazy("须确认文件不含涉密信息才能上传；涉密项目不得录入本系统。")},
    )


class ProblemFilter(forms.Form):
    code = forms.ChoiceField(label=gettext_lazy("类别"), required=False)

    def __init__(self, *args: Any, counts: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = [(code, f"{label_of(code)}（{number}）") for code, number in counts.items()]
        self.fields["code"].choices = [("", _("全部")), *found]  # type: ignore[attr-defined]


PROBLEM_COLUMNS: list[Column[ImportProblem]] = [
    Column(_("行"), lambda one: one.row, Kind.NUMBER, definition=_("台账文件中的行号，表头为第 1 行时与 Excel 一致。")),
    Column(_("列"), lambda one: one.column, definition=_("台账的列名。")),
    Column(_("原值"), lambda one: one.value, definition=_("单元格原来的内容，最多 200 字。")),
    Column(_("类别"), lambda one: label_of(one.code), definition=_("问题的类别。")),
    Column(_("说明"), lambda one: one.message, definition=_("哪里不能照原样登记，系统怎样处理。")),
    Column(_("整行未导入"), lambda one: one.is_rejection, definition=_("是：该行没有导入；否：该行已导入。")),
]


def visible(request: SignedInRequest, pk: int) -> LedgerImport:
    imports = LedgerImport.objects.visible_to(request.user).select_related("file", "requested_by", "undone_by")
    return get_object_or_404(imports, pk=pk)


def trail() -> list[dict[str, str]]:
    return [{"label": _("台账导入"), "url": reverse("ledger_import_list")}]


def line(this: LedgerImport) -> dict[str, Any]:
    counts = this.counts
    named = ("rows_read", "rows_rejected", "projects_new", "projects_changed", "problems", "vanished")
    return {
        "url": reverse("ledger_import", args=[this.pk]),
        "file": this.file.name,
        "file_url": reverse("ledger_import_file", args=[this.pk]),
        "size": filesizeformat(this.file.size),
        "sha256": this.file.sha256[:12],
        "by": this.requested_by or _("系统"),
        "at": this.requested_at,
        "state": this.get_state_display(),
        "is_dry_run": this.is_dry_run and not this.is_unchecked,
        "is_undone": bool(this.undone_at),
        "error": this.error,
        "counts": counts and {name: counts[name] for name in named},
    }


def running(job: Job | None, *, is_reading: bool) -> dict[str, Any]:
    """Without ``value`` the length is unknown: not yet begun, being recognised, or writing where nobody can look."""
    words = {
        "label": _("识别进度") if is_reading else _("导入进度"),
        "leave": _("可以离开本页，识别会继续；识别完，在“台账导入”里打开它继续。")
        if is_reading
        else _("可以离开本页，导入会继续；结果留在“台账导入”里。"),
    }
    return words | _how_far(job, is_reading=is_reading)


def _how_far(job: Job | None, *, is_reading: bool) -> dict[str, Any]:
    if job is None or job.state == Job.State.FAILED:
        return {"failed": job.error if job else _("没有找到这次导入的后台任务，请重新上传。")}
    if job.state == Job.State.WAITING:
        return _waiting()
    if is_reading:
        return {"state": _("进行中"), "note": _("文件较大，正在识别表头和各列，通常不到一分钟。")}
    known = {"value": job.done, "max": job.total} if job.done else {}
    note = _("已处理 %(done)s 行，共 %(total)s 行。") if job.done else _("正在读取和写入，共 %(total)s 行。")
    return {"state": _("进行中"), "note": note % {"done": f"{job.done:,}", "total": f"{job.total:,}"}, **known}


def undoing(job: Job) -> dict[str, Any]:
    """The same of an undo: versions and rows, and projects reckoned anew."""
    if job.state == Job.State.WAITING:
        return _waiting()
    if not job.total:
        return {"state": _("进行中"), "note": _("正在核对导入后有没有新的登记。")}
    said = {"done": f"{job.done:,}", "total": f"{job.total:,}"}
    note = _("已处理 %(done)s 项，共 %(total)s 项。") % said
    return {"state": _("进行中"), "note": note, "value": job.done, "max": job.total}


def _waiting() -> dict[str, Any]:
    return {"state": _("排队中"), "note": _("等待后台处理，通常几秒内开始。")}


def identity(this: LedgerImport) -> str:
    """Which file, how much, by whom and when, in one sentence."""
    said = {
        "file": this.file.name,
        "rows": f"{this.counts['rows_read']:,}",
        "by": this.requested_by or _("系统"),
        "at": f"{timezone.localtime(this.written_at):%Y-%m-%d %H:%M}",
    }
    return _("“%(file)s”，%(rows)s 行，由%(by)s导入，%(at)s 写入。") % said


def result(request: SignedInRequest, this: LedgerImport) -> dict[str, Any]:
    context = {"title": this.file.name, "trail": trail(), "import": this, "facts": _facts(this)}
    if this.state == LedgerImport.State.FAILED:
        return context
    shows_vanished = request.GET.get("show") == "vanished"
    part = _vanished_part(request, this) if shows_vanished else _problem_part(request, this)
    tabs = _tabs(this, shows_vanished)
    may_undo = ledgers.can_be_asked(this)
    job = tasks.undo_of(this) if may_undo else None
    context |= {"figures": _figures(this), "choice": _choice(this), "may_undo": may_undo}
    context["is_being_undone"] = bool(job and job.is_under_way)
    return {**context, "tabs": tabs, "plan": _plan(this), **part}


def _plan(this: LedgerImport) -> dict[str, Any] | None:
    """Where the entries of the year's plan went that it wrote; None: it wrote none."""
    entries = this.counts.get("plan_entries_new", 0) + this.counts.get("plan_entries_changed", 0)
    if not entries or not this.written_at or this.undone_at:
        return None
    edition = PlanVersion.objects.filter(plan__year=this.mapping["year"]).in_work().select_related("plan").first()
    if edition is None:
        return None
    said = {"count": f"{entries:,}", "edition": edition, "state": edition.get_state_display()}
    text = _("%(count)s 个项目的年度计划已写入%(edition)s（%(state)s），批准后才作为指标的计划数。") % said
    return {"text": text, "url": reverse("plan_version", args=[edition.plan.year, edition.number])}


def _choice(this: LedgerImport) -> dict[str, Any]:
    """What can be done with what was only tried, or refused; ``takes`` empty: nothing, it is done."""
    is_open = this.is_dry_run or this.state == LedgerImport.State.REFUSED
    rejected, left = this.counts["rows_rejected"], this.counts["projects_new"] + this.counts["projects_changed"]
    rows = {"rows": f"{rejected:,}", "projects": f"{left:,}"}
    if not rejected:
        text = _("每一行都能导入：%(projects)s 个项目有新内容。现在还没有写入，请核对后正式导入。") % rows
        all_takes = {"takes": LedgerImport.Takes.ALL, "label": _("整份导入"), "text": text}
        return {**all_takes, "rejected": 0} if is_open else {"takes": "", "rejected": 0}
    if not is_open:
        text = _("%(rows)s 行没有导入。下载这些行，照旁边的原因改好，再作为一份台账上传。") % rows
        return {"takes": "", "text": text, "rejected": rejected}
    text = _(
        "有 %(rows)s 行不能导入，现在什么都没有写入。可以只导入没有问题的行，把不能导入的行下载改好后再导入；"
        "要整份导入，请在原文件里改好后重新上传。"
    )
    return {
        "takes": LedgerImport.Takes.GOOD,
        "label": _("只导入没有问题的行"),
        "text": text % rows,
        "rejected": rejected,
    }


def _facts(this: LedgerImport) -> list[dict[str, Any]]:
    finished = timezone.localtime(this.finished_at)
    download = reverse("ledger_import_file", args=[this.pk])
    facts: list[dict[str, Any]] = [
        {"label": _("原文件"), "value": f"{this.file.name}（{filesizeformat(this.file.size)}）", "href": download},
        {"label": _("台账名称"), "value": this.source},
        {"label": _("导入人"), "value": this.requested_by or _("系统")},
        {"label": _("完成时间"), "value": f"{finished:%Y-%m-%d %H:%M}"},
    ]
    if sheet := this.mapping.get("file", {}).get("sheet"):
        facts.append({"label": _("工作表"), "value": sheet})
    if this.counts:
        took = figures.shown(Decimal(str(this.counts["seconds"]["total"])), 1)
        facts.append({"label": _("用时"), "value": _("%(s)s 秒") % {"s": took}})
        facts.append({"label": _("新建单位"), "value": _named(this.counts["units_created"]), "wide": True})
    facts.append({"label": _("文件 SHA-256"), "value": this.file.sha256, "wide": True})
    return facts


def _named(units: list[str]) -> str:
    if len(units) <= _NAMED:
        return "、".join(units) or figures.UNDEFINED
    return _("%(some)s 等 %(all)d 个") % {"some": "、".join(units[:_NAMED]), "all": len(units)}


def _figures(this: LedgerImport) -> list[dict[str, Any]]:
    counts = this.counts

    def changes(noun: str) -> str:
        known = {"changed": f"{counts[f'{noun}_changed']:,}", "unchanged": f"{counts[f'{noun}_unchanged']:,}"}
        return _("变化 %(changed)s，未变化 %(unchanged)s") % known

    rejected = _("不能导入 %(n)s 行") % {"n": f"{counts['rows_rejected']:,}"}
    nouns = [("projects", _("新增项目")), ("milestones", _("新增节点"))]
    if "plan_entries_new" in counts:
        nouns.append(("plan_entries", _("新增年度计划")))
    return [
        {"label": _("读取行数"), "value": f"{counts['rows_read']:,}", "note": rejected},
        *({"label": label, "value": f"{counts[f'{noun}_new']:,}", "note": changes(noun)} for noun, label in nouns),
        {"label": _("数据版本"), "value": f"{counts['versions_written']:,}", "note": _("原有版本保留备查")},
    ]


def _tabs(this: LedgerImport, shows_vanished: bool) -> list[dict[str, Any]]:
    url = reverse("ledger_import", args=[this.pk])
    counts = this.counts
    return [
        {"label": _("问题"), "url": url, "current": not shows_vanished, "count": f"{counts['problems']:,}"},
        {"label": _("台账中消失的行"), "url": f"{url}?show=vanished", "current": shows_vanished,
         "count": f"{counts['vanished']:,}"},
    ]  # fmt: skip


def code_asked(request: SignedInRequest, this: LedgerImport) -> str:
    """The kind of problem the address asks for, if this import has any of it."""
    code = request.GET.get("code", "")
    return code if code in this.counts.get("problems_by_code", {}) else ""


def problems(this: LedgerImport, code: str) -> QuerySet[ImportProblem]:
    found = this.problems.order_by("-is_rejection", "row", "pk")
    return found.filter(code=code) if code else found


def _problem_part(request: SignedInRequest, this: LedgerImport) -> dict[str, Any]:
    code = code_asked(request, this)
    page = page_of(problems(this, code), request)
    rows = [{**_shown(one), "label": label_of(one.code)} for one in page]
    form = ProblemFilter(request.GET or None, counts=this.counts["problems_by_code"])
    return {"page": page, "problems": rows, "form": form, "used": 1 if code else 0, "code": code}


def _shown(problem: ImportProblem) -> dict[str, Any]:
    names = ("row", "column", "value", "message", "is_rejection")
    return {name: getattr(problem, name) for name in names}


def _vanished_part(request: SignedInRequest, this: LedgerImport) -> dict[str, Any]:
    page: Page = page_of(vanished_of(this), request)
    return {
        "sheet_url": sheet_url(request),
        "page": page,
        "vanished": list(_vanished(this, page)),
        "decisions": _words(_decisions_of(this)),
    }


def vanished_of(this: LedgerImport) -> QuerySet[VanishedRow]:
    return this.vanished.select_related("project", "milestone", "decided_by").order_by("decision", "pk")


def _decisions_of(this: LedgerImport) -> Iterable[VanishedRow.Decision]:
    """What can be said of all that vanished at once: projects leave one by one, with a reason."""
    of_projects = this.mapping.get("rows") == Rows.PROJECT.value
    return [VanishedRow.Decision.KEEP] if of_projects else VanishedRow.OF_A_MILESTONE


class ExitForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("退出原因"), max_length=200)
    document_number = forms.CharField(label=gettext_lazy("文号"), max_length=50)


def _words(decisions: Iterable[VanishedRow.Decision]) -> list[tuple[str, str]]:
    return [(decision.value, str(decision.label)) for decision in decisions]


def _vanished(this: LedgerImport, page: Page) -> Iterator[dict[str, Any]]:
    for row in page:
        yield {
            "project": row.project.name,
            "code": row.project.code,
            "project_url": reverse("project_detail", args=[row.project.code]),
            "milestone": row.milestone,
            "decision": row.get_decision_display() if row.decision else "",
            "decided_by": row.decided_by,
            "decided_at": row.decided_at,
            "url": reverse("vanished_row_decide", args=[this.pk, row.pk]),
            "exit_url": "" if row.milestone else reverse("vanished_row_exit", args=[this.pk, row.pk]),
        }
