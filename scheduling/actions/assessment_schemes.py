"""考核方案: drafted from a preset or an earlier edition, amended, proved, adopted by another, and then unalterable."""

from collections.abc import Callable
from copy import copy
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max

from projects import audit
from projects.errors import NotAllowed, RuleViolation
from projects.models import User
from projects.roles import Duty
from scheduling.models import AssessmentScheme
from scheduling.score_indicators import Kind
from scheduling.score_proof import MOST_ITEMS, prove
from scheduling.scoring import Item, Scheme

_State = AssessmentScheme.State
_SAID = ["name", "source", "note"]
_SHOWN_FAULTS = 5


@transaction.atomic
def draft(*, year: int, kind: Kind, scheme: Scheme, by: User, at: datetime) -> AssessmentScheme:
    """起草 a scheme of the year for these subjects. One draft of a kind at a time."""
    refuse_other_than_assessor(by)
    of_kind = AssessmentScheme.objects.filter(year=year, kind=kind)
    if waiting := of_kind.filter(state=_State.DRAFT).first():
        raise RuleViolation(f"{waiting}正在起草，请接着修改，或先作废它。")
    last = of_kind.aggregate(Max("edition"))["edition__max"] or 0
    made = AssessmentScheme(
        year=year,
        kind=kind,
        edition=last + 1,
        name=scheme.name,
        source=scheme.source,
        note=scheme.note,
        drafted_by=by,
        drafted_at=at,
    )
    made.write(scheme)
    made.save(force_insert=True)
    changes = audit.in_words(None, made, [*_SAID, "kind"]) | {"考核项": f"{len(scheme.items)} 项"}
    audit.record("assessment_scheme.drafted", made, by=by, at=at, changes=changes)
    return made


@transaction.atomic
def amend(
    *,
    scheme: AssessmentScheme,
    name: str,
    source: str,
    note: str,
    full: Decimal | None,
    swing: Decimal,
    most: Decimal | None,
    by: User,
    at: datetime,
) -> None:
    """What it is called and rests on, what the weights come to (None: added without end), and what is the most."""
    found = _in_work(scheme, by)
    before = copy(found)
    found.name, found.source, found.note = name, source, note
    found.write(replace(found.scheme, full=full, swing=swing, most=most))
    found.save(update_fields=[*_SAID, "content"])
    changes = audit.in_words(before, found, _SAID)
    audit.record("assessment_scheme.amended", found, by=by, at=at, changes=changes)


def put_item(*, scheme: AssessmentScheme, item: Item, place: int | None, by: User, at: datetime) -> None:
    """This item at this place instead of the one there. None: at the end."""

    def put(items: list[Item]) -> str:
        if place is None:
            if len(items) >= MOST_ITEMS:
                raise RuleViolation(f"一个方案最多 {MOST_ITEMS} 项，请先合并或移除。")
            items.append(item)
        else:
            items[place] = item
        return f"第 {len(items) if place is None else place + 1} 项：{item.name}"

    _change(scheme, put, by=by, at=at)


def remove_item(*, scheme: AssessmentScheme, place: int, by: User, at: datetime) -> None:
    """The items behind it move up by one."""
    _change(scheme, lambda items: f"移除第 {place + 1} 项：{items.pop(place).name}", by=by, at=at)


@transaction.atomic
def adopt(*, scheme: AssessmentScheme, by: User, at: datetime) -> None:
    """启用: proved, by another hand than drafted it; nobody alters it any more."""
    if not by.duties.include(Duty.APPROVE_ASSESSMENT):
        raise NotAllowed("考核方案由签发领导启用。")
    found = _locked(scheme)
    if found.drafted_by_id == by.pk:
        raise RuleViolation("起草人不能启用自己起草的考核方案，请由其他领导启用。")
    if faults := prove(found.scheme, kind=Kind(found.kind)):
        more = f"；另有 {len(faults) - _SHOWN_FAULTS} 处" if len(faults) > _SHOWN_FAULTS else ""
        raise RuleViolation(f"方案还不能启用：{'；'.join(faults[:_SHOWN_FAULTS])}{more}。")
    found.state, found.adopted_by, found.adopted_at = _State.ADOPTED, by, at
    found.save(update_fields=["state", "adopted_by", "adopted_at"])
    audit.record("assessment_scheme.adopted", found, by=by, at=at, changes=audit.in_words(None, found, _SAID))


@transaction.atomic
def discard(*, scheme: AssessmentScheme, by: User, at: datetime) -> None:
    """作废 a draft: nobody was scored by it, so only its trace stays."""
    found = _in_work(scheme, by)
    audit.record("assessment_scheme.discarded", found, by=by, at=at, changes={"考核项": len(found.scheme.items)})
    found.delete()


def refuse_other_than_assessor(by: User) -> None:
    if not by.duties.include(Duty.ASSESS):
        raise NotAllowed("考核由区重点办组织。")


def _locked(scheme: AssessmentScheme) -> AssessmentScheme:
    found = AssessmentScheme.objects.select_for_update().filter(pk=scheme.pk).first()
    if found is None:
        raise RuleViolation(f"{scheme}已作废，请重新起草。")
    if found.state != _State.DRAFT:
        raise RuleViolation(f"{found}已启用，不能再改；需要调整请起草新版。")
    return found


def _in_work(scheme: AssessmentScheme, by: User) -> AssessmentScheme:
    refuse_other_than_assessor(by)
    return _locked(scheme)


@transaction.atomic
def _change(scheme: AssessmentScheme, change: Callable[[list[Item]], str], *, by: User, at: datetime) -> None:
    found = _in_work(scheme, by)
    items = list(found.scheme.items)
    try:
        said = change(items)
    except IndexError as missing:
        raise RuleViolation("这一项可能已被移除，请刷新页面。") from missing
    found.write(replace(found.scheme, items=tuple(items)))
    found.save(update_fields=["content"])
    audit.record("assessment_scheme.amended", found, by=by, at=at, changes={"考核项": said})
