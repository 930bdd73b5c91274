"""草稿: what is being typed is kept field by field; what somebody else wrote meanwhile is shown, never overwritten."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from projects import audit
from projects.errors import NotAllowed, RuleViolation
from projects.models import KeyProject, User
from projects.recorded import day_of
from scheduling.field_merge import as_sent, settled
from scheduling.models import ProgressDraft, ReportPeriod

LONGEST = 5_000
_MOST_FIELDS = 400


@dataclass(frozen=True)
class Typed:
    """``base``: what the field said when it was last seen; ``text``: what it says now."""

    base: str
    text: str


@dataclass(frozen=True)
class Conflict:
    """A field somebody else wrote to since it was seen. Nothing of it was kept of what came second."""

    yours: str
    theirs: str
    by: str
    at: str


@dataclass(frozen=True)
class Saved:
    draft: ProgressDraft
    conflicts: dict[str, Conflict]


@transaction.atomic
def save(*, project: KeyProject, period: ReportPeriod, typed: Mapping[str, Typed], by: User, at: datetime) -> Saved:
    """自动保存: the fields that changed. A field in conflict stays as it is stored; the others are kept.

    Only the beginning of a draft is traced: what counts is what is submitted of it.
    """
    if not project.is_answered_for_by(by):
        raise NotAllowed(f"只有“{project.name}”的责任人或联络人可以填报。")
    if day_of(at) < period.starts_on:
        raise RuleViolation(f"{period}尚未开始，{period.starts_on.isoformat()} 起可以填报。")
    if len(typed) > _MOST_FIELDS or any(len(each.text) > LONGEST for each in typed.values()):
        raise RuleViolation(f"填写内容过长，每项不超过 {LONGEST:,} 字。")
    KeyProject.objects.select_for_update(no_key=True).get(pk=project.pk)  # two people begin one draft
    draft, is_new = ProgressDraft.objects.get_or_create(
        project=project, period=period, defaults={"saved_by": by, "saved_at": at}
    )
    if is_new:
        audit.record("progress_draft.begun", draft, by=by, at=at)
    kept, conflicts = dict(draft.fields), {}
    for name, each in typed.items():
        stored = draft.fields.get(name)
        text = _settled(stored, each)
        if text is None:
            conflicts[name] = Conflict(each.text, stored["text"], stored["by"], stored["at"])
        elif text != (stored["text"] if stored else as_sent(each.base)):
            kept[name] = {"text": text, "by": by.full_name, "at": at.isoformat()}
    if kept != draft.fields:
        draft.fields = kept
        draft.revision += 1
        draft.saved_by, draft.saved_at = by, at
        draft.save(update_fields=["fields", "revision", "saved_by", "saved_at"])
    return Saved(draft, conflicts)


def _settled(stored: Mapping[str, str] | None, typed: Typed) -> str | None:
    return settled(base=typed.base, mine=typed.text, theirs=stored["text"] if stored else typed.base)
