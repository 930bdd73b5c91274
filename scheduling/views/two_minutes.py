"""两分钟: what changed, and what needs me, on one sheet of paper."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.figures import chinese_date, compact_date, days_late
from projects.gate import SignedInRequest, requires
from projects.models import KeyProject
from projects.roles import Duty
from scheduling.models import Standing
from scheduling.overdue import ProjectLate, shown_projects
from scheduling.overdue_words import item_name, kind_word
from scheduling.questions import Question, questions
from scheduling.two_minutes import Changed, Done, Lit, changed, lit

Row = TypeVar("Row")
_ASKED, _RED, _LATE, _DONE, _MINE = 6, 4, 5, 5, 6  # lines of each part that together fit on a sheet
_NAMED = 20  # letters of what is late or done
_FULL = "?full=1"


@dataclass(frozen=True)
class Part:
    """A part of the sheet: as many lines as there is room for, and how many more there are behind the address.

    ``is_full``: all of them, however many sheets it takes.
    """

    title: str
    url: str
    nothing: str
    is_full: bool
    lines: list[dict[str, Any]] = field(default_factory=list)
    more: int = 0

    @property
    def count(self) -> int:
        return len(self.lines) + self.more

    def of(self, rows: Sequence[Row], line: Callable[[Row], dict[str, Any]], *, room: int) -> "Part":
        shown = rows[: None if self.is_full else room]
        return replace(self, lines=[line(each) for each in shown], more=len(rows) - len(shown))


@requires(Duty.READ_DISTRICT)
def two_minutes(request: SignedInRequest) -> HttpResponse:
    on, user, is_full = timezone.localdate(), request.user, "full" in request.GET
    projects = KeyProject.objects.visible_to(user).counted()
    found, asked = changed(projects, on=on), questions(user, on=on)
    mine = lit(Standing.objects.filter(project__in=projects.filter(linked_leader=user)), on=on)
    shown = {
        "title": _("两分钟"),
        "as_of": _compared(found, on=chinese_date(on)),
        "headline": _headline(found, asked),
        "asked": _asked(asked, is_full=is_full),
        "changes": [_red(found, is_full=is_full), *_late_and_done(found, is_full=is_full)],
        "mine": _mine(mine, is_full=is_full) if mine else None,
    }
    return render(request, "scheduling/two_minutes.html", shown)


def _compared(found: Changed, *, on: str) -> str:
    if found.then is None:
        return _("截至%s；还没有上周的数据，无可比数据") % on
    words = _("截至%(on)s，与上周末（%(then)s）相比") % {"on": on, "then": chinese_date(found.then.ends_on)}
    unrecorded = len(found.then.unrecorded)
    return words + (_("；另有 %d 个项目没有上周数据，未作比较") % unrecorded if unrecorded else "")


def _headline(found: Changed, asked: Sequence[Question]) -> str:
    said = {"asked": len(asked), "red": len(found.red), "late": found.late}
    words = _("请您定 %(asked)d 件事；红灯项目 %(red)d 个，有逾期的项目 %(late)d 个") % said
    if found.then is None:
        return words + "。"
    said = {"red": len(found.newly_red), "late": len(found.newly_late), "done": len(found.done)}
    return _("%(words)s；本周新亮红灯 %(red)d 个，新增逾期 %(late)d 项，新完成 %(done)d 项。") % (
        said | {"words": words}
    )


def _asked(asked: Sequence[Question], *, is_full: bool) -> Part:
    part = Part(_("请您定的事"), _FULL, _("没有等您定的事。"), is_full)
    return part.of(asked, lambda each: {"text": each.text, "url": each.url}, room=_ASKED)


def _red(found: Changed, *, is_full: bool) -> Part:
    """Without a week to compare with, all that are red."""
    if found.then is None:
        return Part(_("红灯项目"), _FULL, _("没有红灯项目。"), is_full).of(found.red, _lit, room=_RED)
    return Part(_("新亮红灯"), _FULL, _("没有新亮红灯的项目。"), is_full).of(found.newly_red, _lit, room=_RED)


def _late_and_done(found: Changed, *, is_full: bool) -> list[Part]:
    if found.then is None:
        return []
    late = Part(_("新增逾期"), reverse("overdue_changes"), _("没有新增逾期的事项。"), is_full)
    done = Part(_("新完成"), _FULL, _("上周以来没有登记完成的事项。"), is_full)
    named = shown_projects({each.project_id for each in found.newly_late})
    return [
        late.of(found.newly_late, lambda each: _late(named[each.project_id], each), room=_LATE),
        done.of(found.done, _done, room=_DONE),
    ]


def _mine(mine: Sequence[Lit], *, is_full: bool) -> Part:
    return Part(_("我包联的项目"), _FULL, "", is_full).of(mine, _lit, room=_MINE)


def _lit(each: Lit) -> dict[str, Any]:
    return _of(each.project) | {
        "light": each.light.lower(),
        "word": each.light.word,
        "note": each.why().partition("；")[0],
    }


def _late(project: KeyProject, each: ProjectLate) -> dict[str, Any]:
    item = each.late.item
    said = {"kind": kind_word(item.kind), "name": _cut(item_name(item)), "late": days_late(each.late.days)}
    return _of(project) | {"note": _("%(kind)s：%(name)s，%(late)s") % said}


def _done(each: Done) -> dict[str, Any]:
    day = _("，%s") % compact_date(each.on) if each.on else ""
    return _of(each.project) | {"note": f"{_cut(each.name)}{day}"}


def _of(project: KeyProject) -> dict[str, Any]:
    return {"text": project.name, "url": reverse("project_detail", args=[project.code])}


def _cut(name: str) -> str:
    bare = name.rstrip("。")
    return bare if len(bare) <= _NAMED else f"{bare[:_NAMED]}…"
