"""阶段关口的办理: ask for documents, hand them in, do without one, and close the stage. The page itself reads above."""

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.actions import evidence, stored_files
from projects.gate import READERS, SignedInRequest, requires
from projects.models import EvidenceItem, EvidencePaper, KeyProject, StageTarget
from projects.roles import Duty
from projects.views.downloads import attachment
from projects.views.forms import DayField, DocumentField, Page, answer, confirmation, files_sent, sent
from projects.views.key_projects import page_of

_GATE = "project_gate"


class AskForm(forms.Form):
    names = forms.CharField(
        label=gettext_lazy("佐证材料"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("每行一项，如：施工许可证、形象进度确认单、竣工验收报告。已在清单中的不会重复。"),
    )

    def clean_names(self) -> list[str]:
        return str(self.cleaned_data["names"]).splitlines()


class PaperForm(forms.ModelForm):
    file = DocumentField(label=gettext_lazy("文件"), required=False)

    class Meta:
        model = EvidencePaper
        fields = ["document_number", "dated_on", "note"]
        field_classes = {"dated_on": DayField}

    field_order = ["document_number", "dated_on", "file", "note"]


class WaiveForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("免交理由"), max_length=200)


class CloseForm(forms.Form):
    actual_on = DayField(label=gettext_lazy("实际完成"))


@requires(Duty.EDIT_REGISTER)
def evidence_ask(request: SignedInRequest, pk: int) -> HttpResponse:
    target, form = _target_or_404(request, pk), AskForm(sent(request))
    asked = "、".join(target.evidence.values_list("name", flat=True))
    text = _("已在清单中：%(names)s。") % {"names": asked} if asked else _("材料齐全后，本阶段才能审核完成。")

    def act() -> None:
        new = evidence.ask_for(stage_target=target, names=form.cleaned_data["names"], by=request.user)
        said = _("佐证清单增加了 %(count)d 项。") if new else _("这些材料都已在清单中。")
        messages.success(request, said % {"count": len(new)} if new else said)

    page = _page(target.project, _("设置佐证清单：%(stage)s") % {"stage": target}, text=text)
    return answer(request, form, page, act)


@requires(Duty.HAND_IN_EVIDENCE)
def evidence_hand_in(request: SignedInRequest, pk: int) -> HttpResponse:
    item = _item_or_404(request, pk)
    known = item.papers.filter(superseded_at__isnull=True).select_related("file").first()
    initial = {name: getattr(known, name) for name in PaperForm.Meta.fields} if known else {}
    form = PaperForm(sent(request), files_sent(request), initial=initial)

    def act() -> None:
        paper: EvidencePaper = form.instance
        paper.item, paper.file = item, known.file if known else None
        if file := form.cleaned_data["file"]:
            paper.file = stored_files.keep_document(content=file, name=file.name, by=request.user, at=timezone.now())
        evidence.hand_in(paper=paper, by=request.user)

    text = _("文号和文件至少填一项。") + (_("不另选文件则沿用已交的文件；原来的一份保留可查。") if known else "")
    said = {"name": item, "stage": item.stage_target}
    return answer(request, form, _page(item.stage_target.project, _("提交“%(name)s”（%(stage)s）") % said, text), act)


@requires(Duty.EDIT_REGISTER)
def evidence_waive(request: SignedInRequest, pk: int) -> HttpResponse:
    item, form = _item_or_404(request, pk), WaiveForm(sent(request))
    page = _page(item.stage_target.project, _("免交“%(name)s”") % {"name": item})
    return answer(request, form, page, lambda: evidence.waive(item=item, by=request.user, **form.cleaned_data))


@requires(Duty.EDIT_REGISTER)
def evidence_ask_again(request: SignedInRequest, pk: int) -> HttpResponse:
    item = _item_or_404(request, pk)
    page = _page(item.stage_target.project, _("恢复要求“%(name)s”") % {"name": item}, text=item.waived_reason)
    return answer(request, confirmation(request), page, lambda: evidence.ask_again(item=item, by=request.user))


@requires(*READERS)
def evidence_file(request: SignedInRequest, pk: int) -> FileResponse:
    """The document as it was handed in; a superseded one too."""
    seen = KeyProject.objects.visible_to(request.user)
    papers = EvidencePaper.objects.filter(item__stage_target__project__in=seen, file__isnull=False)
    paper = get_object_or_404(papers.select_related("file"), pk=pk)
    return attachment(paper.file)  # type: ignore[arg-type]  # there is one: asked for above


@requires(Duty.CLOSE_STAGE)
def stage_close(request: SignedInRequest, pk: int) -> HttpResponse:
    """审核阶段完成: the page says on which documents."""
    target, form = _target_or_404(request, pk), CloseForm(sent(request))
    page = _page(target.project, _("审核阶段完成：%(stage)s") % {"stage": target}, text=_standing(target))
    return answer(
        request,
        form,
        page,
        lambda: evidence.close_stage(stage_target=target, by=request.user, **form.cleaned_data),
    )


def _standing(target: StageTarget) -> str:
    if missing := [item.name for item in target.evidence.missing()]:
        return _("还缺：%(names)s。") % {"names": "、".join(missing)}
    papers = EvidencePaper.objects.current().filter(item__stage_target=target).select_related("item")
    named = "；".join(map(evidence.cited, papers))
    return _("依据：%(papers)s。") % {"papers": named} if named else _("本阶段还没有佐证材料。")


def _page(project: KeyProject, title: str, text: str = "") -> Page:
    return page_of(project, title, text=text, back=_GATE)


def _target_or_404(request: SignedInRequest, pk: int) -> StageTarget:
    seen = KeyProject.objects.visible_to(request.user)
    return get_object_or_404(StageTarget.objects.select_related("project").filter(project__in=seen), pk=pk)


def _item_or_404(request: SignedInRequest, pk: int) -> EvidenceItem:
    seen = KeyProject.objects.visible_to(request.user)
    items = EvidenceItem.objects.select_related("stage_target__project")
    return get_object_or_404(items.filter(stage_target__project__in=seen), pk=pk)
