"""附件影像: handed in to whatever they belong to, looked at and taken out by those who see that."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.errors import RuleViolation
from projects.gate import READERS, SignedInRequest, requires
from projects.models import KeyProject
from projects.views.downloads import attachment as download
from projects.views.downloads import picture
from projects.views.forms import DayField, Page, answer, confirmation, files_sent, sent
from projects.views.key_projects import project_or_404, project_url
from scheduling import reviewing, tasks
from scheduling.actions import attachments
from scheduling.actions.attachments import HandedIn, Said
from scheduling.models import Attachment, ProgressReport, ReportPeriod
from scheduling.views.galleries import gallery, gallery_of_report

_GALLERY = "scheduling/_attachments.html"


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files of one name, in one input or in two."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        return [super(FilesField, self).clean(each, initial) for each in data or [None]]


class UploadForm(forms.Form):
    chosen = FilesField(error_messages={"required": gettext_lazy("请先选择要上传的照片或文件。")})
    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=Attachment.Kind.choices)
    caption = forms.CharField(label=gettext_lazy("说明"), max_length=100, required=False)
    document_number = forms.CharField(label=gettext_lazy("文号"), max_length=80, required=False)
    dated_on = DayField(label=gettext_lazy("文件日期"), required=False)
    expires_on = DayField(label=gettext_lazy("有效期至"), required=False)

    def said(self) -> Said:
        given = {name: value for name, value in self.cleaned_data.items() if name != "chosen"}
        return Said(**given | {"kind": Attachment.Kind(given["kind"])})


class CaptionForm(forms.Form):
    caption = forms.CharField(label=gettext_lazy("说明"), max_length=100, required=False)


@requires(*READERS)
def attach(request: SignedInRequest, pk: int, noun: str) -> HttpResponse:
    """To what is there; asked for, it shows what is attached."""
    subject = _subject_or_404(request, noun, pk)
    if request.method == "POST" and (led := _attached(request, subject)):
        return led
    return _gallery(request, gallery(request, subject, back=_back(request)))


@requires(*READERS)
def attach_to_period(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """To the report of this period, before it is submitted too."""
    project, period = project_or_404(request, code), get_object_or_404(ReportPeriod, pk=pk)
    if request.method == "POST":
        report = attachments.report_for(project=project, period=period, by=request.user)
        if led := _attached(request, report):
            return led
    return _gallery(request, gallery_of_report(request, project, period, back=_back(request)))


@requires(*READERS)
def attachment_file(request: SignedInRequest, pk: int) -> FileResponse:
    """The original, byte for byte."""
    each = _attachment_or_404(request, pk)
    return download(each.file, name=each.name)


@requires(*READERS)
def attachment_thumbnail(request: SignedInRequest, pk: int) -> FileResponse:
    each = _attachment_or_404(request, pk, thumbnail__isnull=False, file__quarantined_at__isnull=True)
    return picture(each.thumbnail)  # type: ignore[arg-type]  # there is one: asked for above


@requires(*READERS)
def attachment_caption(request: SignedInRequest, pk: int) -> HttpResponse:
    each = _attachment_or_404(request, pk)
    form = CaptionForm(sent(request), initial={"caption": each.caption})
    return answer(
        request,
        form,
        _page(request, _("修改附件说明：%(name)s") % {"name": each}, _("保存")),
        lambda: attachments.caption(attachment=each, by=request.user, at=timezone.now(), **form.cleaned_data),
    )


@requires(*READERS)
def attachment_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    each = _attachment_or_404(request, pk)
    text = _("移除后不再显示；原文件和移除记录留存备查。")
    return answer(
        request,
        confirmation(request),
        _page(request, _("移除附件：%(name)s") % {"name": each}, _("移除"), text=text, danger=True),
        lambda: attachments.remove(attachment=each, by=request.user, at=timezone.now()),
    )


@requires(*READERS)
def report_photos(request: SignedInRequest, pk: int) -> HttpResponse:
    """A page of their own for the photos of one report."""
    report: Any = _subject_or_404(request, "report", pk)
    shown = {
        "title": _("%(project)s：%(period)s影像") % {"project": report.project, "period": report.period},
        "trail": [
            {"label": _("项目库"), "url": reverse("project_list")},
            {"label": report.project.name, "url": project_url(report.project.code)},
        ],
        "gallery": gallery(request, report, back=request.path),
        "photos_url": project_url(report.project.code, "project_photos"),
    }
    return render(request, "scheduling/report_photos.html", shown)


def _attached(request: SignedInRequest, subject: attachments.Subject) -> HttpResponse | None:
    """Back to where one came from; None where only the gallery is asked for."""
    form, at = UploadForm(sent(request), files_sent(request)), timezone.now()
    if not form.is_valid():
        raise RuleViolation("；".join(str(error) for errors in form.errors.values() for error in errors))
    files = [HandedIn(file, file.name or "") for file in form.cleaned_data["chosen"]]
    new = attachments.attach(subject=subject, files=files, said=form.said(), by=request.user, at=at)
    tasks.look_after(new, at=at)
    if request.htmx:
        return None
    said = _("已上传 %(count)d 个附件。") % {"count": len(new)} if new else _("这些附件此前已经上传，未重复登记。")
    messages.success(request, said)
    return redirect(_back(request))


def _gallery(request: SignedInRequest, shown: dict[str, Any]) -> HttpResponse:
    return render(request, _GALLERY, {"gallery": shown})


def _back(request: SignedInRequest) -> str:
    wanted = request.POST.get("back") or request.GET.get("back", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else reverse("my_page")


def _page(request: SignedInRequest, title: str, submit: str, *, text: str = "", danger: bool = False) -> Page:
    done = _("“%(title)s”已办理。") % {"title": title}
    return Page(title, submit, _back(request), text=text, danger=danger, done=done)


def _subject_or_404(request: SignedInRequest, noun: str, pk: int) -> Any:
    model = attachments.SUBJECTS[noun]
    if model is ProgressReport:
        seen = KeyProject.objects.visible_to(request.user)
        reports = ProgressReport.objects.select_related("project", "period")
        return get_object_or_404(reports.filter(project__in=seen), pk=pk)
    rows: Any = model._meta.default_manager
    return get_object_or_404(rows.visible_to(request.user), pk=pk)


def _attachment_or_404(request: SignedInRequest, pk: int, **but: Any) -> Attachment:
    """Seen by whoever sees what it belongs to, and by those who stand in for the reviewers of its report."""
    people = reviewing.reviewers(request.user, on=timezone.localdate())
    in_review = KeyProject.objects.filter(reviewing.reviewable(people))
    seen = Attachment.objects.visible_to(request.user) | Attachment.objects.filter(report__project__in=in_review)
    seen = seen.kept().filter(**but)
    related = ("file", "thumbnail", "report__project", "problem", "meeting", "decision", "rectification", "project")
    return get_object_or_404(seen.select_related(*related), pk=pk)
