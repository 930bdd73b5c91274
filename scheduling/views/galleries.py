"""附件影像 as any page shows them: ``{% include "scheduling/_attachments.html" with gallery=… %}``."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects import figures, uploads
from projects.gate import SignedInRequest
from projects.models import Job, KeyProject
from scheduling import tasks
from scheduling.actions import attachments
from scheduling.models import Attachment, ProgressReport, ReportPeriod

_DOCUMENTS = [kind for kind in Attachment.Kind if kind != Attachment.Kind.PHOTO]


def gallery(request: SignedInRequest, subject: attachments.Subject, *, back: str) -> dict[str, Any]:
    """What is attached to it; ``back`` is the page one comes back to. Some three queries."""
    noun = attachments.noun_of(subject)
    found = attachments.of(subject).kept().with_reuse().select_related("file", "uploaded_by")
    may = attachments.may_attach(subject, request.user)
    url = reverse(f"{noun}_attach", args=[subject.pk])
    return _shown(found, title=_("附件影像"), name=f"{noun}-{subject.pk}", url=url, may=may, back=back)


def gallery_of_report(
    request: SignedInRequest, project: KeyProject, period: ReportPeriod, *, back: str
) -> dict[str, Any]:
    """Of the report of this period, whether it was submitted already or not."""
    report = ProgressReport(project=project, period=period)
    found = Attachment.objects.filter(report__project=project, report__period=period).kept().with_reuse()
    may = attachments.may_attach(report, request.user)
    url = reverse("period_attach", args=[project.code, period.pk])
    found, name = found.select_related("file", "uploaded_by"), f"period-{period.pk}"
    return _shown(found, title=_("照片（可选）"), name=name, url=url, may=may, back=back)


def _shown(found: Iterable[Attachment], *, title: str, name: str, url: str, may: bool, back: str) -> dict[str, Any]:
    all_of_them = list(found)
    photos = [each for each in all_of_them if each.kind == Attachment.Kind.PHOTO]
    documents = [each for each in all_of_them if each.kind != Attachment.Kind.PHOTO]
    changes = back if may else ""
    shown = photos_shown(photos, back=changes)
    return {
        "id": f"attachments-{name}",
        "title": title,
        "url": url,
        "back": back,
        "may": may,
        "photos": shown,
        "documents": [document_shown(each, back=changes) for each in documents],
        "is_waiting": any(each["is_waiting"] for each in shown),
        "left": attachments.MOST - len(all_of_them),
        "most": attachments.MOST,
        "limit": settings.UPLOAD_LIMIT_MB,
        "photo_kinds": "、".join(kind.label for kind in uploads.PHOTOS),
        "document_kinds": "、".join(kind.label for kind in uploads.KINDS),
        "accept_photos": uploads.accept(uploads.PHOTOS),
        "accept_documents": uploads.accept(uploads.KINDS),
        "kinds": [(kind.value, kind.label) for kind in _DOCUMENTS],
    }


def evidence_said(subject: attachments.Subject) -> str:
    """What goes along with the request to close it; or where to put it first."""
    if said := attachments.named(subject):
        return _("随申请记录%(named)s。") % {"named": said}
    return _("还没有附件；有照片、文件的，请先返回，在“附件影像”处上传。")


def photos_shown(photos: Iterable[Attachment], *, back: str = "") -> list[dict[str, Any]]:
    """Of attachments ``with_reuse``; those whose small copy is not there yet cost one query together.

    ``back``: where those who may change them come back to; empty: nothing is to be changed here.
    """
    rows = list(photos)
    failed = _without_small_copy([str(each.pk) for each in rows if not each.thumbnail_id])
    return [_photo(each, back=back, failed=str(each.pk) in failed) for each in rows]


def document_shown(each: Attachment, *, back: str = "") -> dict[str, Any]:
    today = timezone.localdate()
    days = [
        (each.dated_on, _("日期 %(day)s") % {"day": figures.compact_date(each.dated_on)}),
        (each.expires_on, _("有效期至 %(day)s") % {"day": figures.compact_date(each.expires_on)}),
    ]
    return _common(each, back) | {
        "kind": each.get_kind_display(),
        "number": each.document_number,
        "days": "　".join(said for day, said in days if day),
        "has_expired": bool(each.expires_on and each.expires_on < today),
    }


def _photo(each: Attachment, *, back: str, failed: bool) -> dict[str, Any]:
    infected = bool(each.file.quarantined_at)
    waiting = not (each.thumbnail_id or failed or infected)
    return _common(each, back) | {
        "thumbnail_url": reverse("attachment_thumbnail", args=[each.pk]) if each.thumbnail_id and not infected else "",
        "place": "" if infected else (_("缩略图生成中") if waiting else _("不能显示，可下载原图")),
        "is_waiting": waiting,
        "taken": _("拍摄于 %(at)s") % {"at": _moment(each.taken_at)} if each.taken_at else _("无拍摄信息"),
        "camera": each.camera,
    }


def _common(each: Any, back: str) -> dict[str, Any]:
    said = {"at": _moment(each.uploaded_at), "who": each.uploaded_by}
    return {
        "url": "" if each.file.quarantined_at else reverse("attachment", args=[each.pk]),
        "name": each.name,
        "caption": each.caption,
        "uploaded": _("%(who)s %(at)s 上传") % said,
        "reused": _("与 %(at)s 上传的相同") % {"at": _moment(each.first_used_at)} if each.first_used_at else "",
        "caption_url": _verb("caption", each, back),
        "remove_url": _verb("remove", each, back),
    }


def _verb(name: str, each: Attachment, back: str) -> str:
    return f"{reverse(f'attachment_{name}', args=[each.pk])}?{urlencode({'back': back})}" if back else ""


def _moment(at: Any) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


def _without_small_copy(subjects: list[str]) -> set[str]:
    if not subjects:
        return set()
    lost = Job.objects.filter(kind=tasks.make_thumbnail.name, state=Job.State.FAILED, subject__in=subjects)
    return set(lost.values_list("subject", flat=True))
