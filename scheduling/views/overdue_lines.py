"""One project of the overdue list, ready for the page and for paper."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from projects.figures import UNDEFINED, compact_date
from projects.models import KeyProject
from scheduling.lateness import Told
from scheduling.overdue_words import (
    against_original,
    gap_words,
    item_name,
    kind_word,
    not_yet,
    replan_words,
    split_words,
    stage_word,
)

_SAID = 40  # letters of what was told in many words; Excel has them all


def line(project: KeyProject, items: Sequence[Told], *, on: date) -> dict[str, Any]:
    """The worst item first. What was told of several items is said of the first of them."""
    person = str(project.responsible_person or UNDEFINED)
    shown = list(_items(items, on=on, answering=person))
    return {
        "name": project.name,
        "url": reverse("project_detail", args=[project.code]),
        "unit": str(project.lead_unit),
        "person": person,
        "leader": str(project.linked_leader or UNDEFINED),
        "span": len(items),
        "why": _why(items),
        "worst": shown[0],
        "items": shown,
    }


def _why(items: Sequence[Told]) -> str:
    """What the row opens to: how many are late, how many since last week, and why the worst is or when it will be."""
    new = sum(each.is_new is True for each in items)
    parts = [
        _("共 %d 项逾期") % len(items) if len(items) > 1 else "",
        _("新增 %d 项") % new if new else "",
        against_original(items[0].late),
        shortened(items[0].cause) or shortened(items[0].promise),
    ]
    return "，".join(part for part in parts if part) or _("详细情况")


def _items(items: Sequence[Told], *, on: date, answering: str) -> Iterator[dict[str, Any]]:
    said: set[str] = set()
    for each in items:
        yield _item(each, on=on, answering=answering, said=said)
        said |= {each.cause, each.promise}


def _item(told: Told, *, on: date, answering: str, said: set[str]) -> dict[str, Any]:
    item, name = told.late.item, item_name(told.late.item)
    cause, promise = ("" if words in said else shortened(words) for words in (told.cause, told.promise))
    split, gap = split_words(told.split), gap_words(told.gap) if told.gap else ""
    more = [
        against_original(told.late),
        replan_words(told),
        _("其中%s") % split if told.split and told.split.own < told.split.total else "",
        _("承诺：%s") % promise if promise else "",
        _("原因：%s") % cause if cause else "",
    ]
    return {
        "kind": kind_word(item.kind),
        "stage": stage_word(item),
        "name": gap or (f"{name}（{item.person}）" if item.person and item.person != answering else name),
        "original": compact_date(item.original_on),
        "approved": compact_date(item.approved_on),
        "forecast": compact_date(item.forecast_on),
        "days": f"{told.late.days:,}",
        "original_days": f"{told.late.original_days:,}" if told.late.original_days else UNDEFINED,
        "replans": UNDEFINED if told.replans is None else f"{told.replans}",
        "split": split,
        "cause": cause,
        "promise": promise,
        "is_new": told.is_new is True,
        "not_yet": not_yet(told, on=on),
        "more": "；".join(part for part in more if part),
    }


def shortened(words: str) -> str:
    """On one line, as far as there is room for it."""
    flat = " ".join(words.split())
    return flat if len(flat) <= _SAID else f"{flat[:_SAID]}…"
