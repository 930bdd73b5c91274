"""两期对比: two months beside each other: figures, who came into the plan and left it, and who moved on the boards."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.figures import UNDEFINED, signed
from projects.gate import SignedInRequest, requires
from projects.lists import page_of
from projects.models import User
from projects.roles import Duty
from reports import papers
from reports.bulletin import Bulletin, Moved
from reports.bulletin_figures import DISTRICT, Figure, figures
from reports.models import Document

_AMOUNTS = ("万元", "亿元")


class PairForm(forms.Form):
    """``tables``: 全区 and what the figures are grouped by."""

    a = forms.ChoiceField(label=gettext_lazy("前一期"))
    b = forms.ChoiceField(label=gettext_lazy("后一期"))
    of = forms.ChoiceField(label=gettext_lazy("数据"), required=False)

    def __init__(self, *args: Any, issues: Sequence[tuple[int, str]], tables: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("a", "b"):
            self.fields[name].choices = issues  # type: ignore[attr-defined]
        self.fields["of"].choices = [(each, each) for each in tables]  # type: ignore[attr-defined]


@requires(Duty.READ_DISTRICT)
def bulletin_difference(request: SignedInRequest) -> HttpResponse:
    """Of the two that are named, or of the last one and the one before it."""
    issues = _issues(request.user)
    then, now = _pair(request, issues)
    given: dict[str, Any] = {
        "title": _("两期对比"),
        "trail": [{"label": _("月通报"), "url": reverse("bulletin_list")}],
    }
    if then and now:
        given |= _compared(request, issues, then, now)
    return render(request, "reports/bulletin_difference.html", given)


def _issues(user: User) -> Any:
    found = Document.objects.visible_to(user).filter(kind=Document.Kind.MONTHLY_BULLETIN, draft__state="ISSUED")
    return found.order_by("-known_at")


def _pair(request: SignedInRequest, issues: Any) -> tuple[Document | None, Document | None]:
    """``b`` alone is compared with the issue before it."""
    now = _asked(request, issues, "b") or issues.first()
    if now is None:
        return None, None
    return _asked(request, issues, "a") or issues.filter(known_at__lt=now.known_at).first(), now


def _asked(request: SignedInRequest, issues: Any, name: str) -> Document | None:
    pk = request.GET.get(name, "")
    found: Document | None = issues.filter(pk=pk).first() if pk.isdecimal() and len(pk) < 19 else None
    return found


def _compared(request: SignedInRequest, issues: Any, then: Document, now: Document) -> dict[str, Any]:
    old, new = (papers.snapshot_of(each).bulletin for each in (then, now))
    before, after = figures(old), figures(new)
    tables = [DISTRICT, *(table.name for table in new.tables)]
    of = request.GET.get("of", DISTRICT)
    of = of if of in tables else DISTRICT
    page = page_of(list(_rows(before, after, of)), request)
    return {
        "form": PairForm({"a": then.pk, "b": now.pk, "of": of}, issues=_named(issues), tables=tables),
        "as_of": _("%(a)s 与 %(b)s") % {"a": _month(old), "b": _month(new)},
        "then": {"month": _month(old), "url": reverse("bulletin_issued", args=[then.pk])},
        "now": {"month": _month(new), "url": reverse("bulletin_issued", args=[now.pk])},
        "page": page,
        "rows": [_linked(each, then, now) for each in page],
        "is_next": new.before_on == old.on,
        "entered": [_moved(each) for each in new.entered],
        "left": [_moved(each) for each in new.left],
        "boards": list(_boards(old, new)),
    }


def _named(issues: Any) -> list[tuple[int, str]]:
    """By the number, which is shorter than the title."""
    return [
        (pk, f"{day:%Y-%m}　{number}" if day else number)
        for pk, number, day in issues.values_list("pk", "number", "period__ends_on")
    ]


def _month(bulletin: Bulletin) -> str:
    return _("%(year)d年%(month)d月") % {"year": bulletin.year, "month": bulletin.month}


def _rows(before: Mapping[str, Figure], after: Mapping[str, Figure], of: str) -> Iterator[dict[str, Any]]:
    """Figures of the table that stand in one of the two; what is the same both times is not a difference."""
    for name in [*after, *(name for name in before if name not in after)]:
        if not name.startswith((f"{of}·", f"{of}：")):
            continue
        old, new = before.get(name), after.get(name)
        if old is None or new is None or old.printed != new.printed:
            yield {
                "name": name,
                "old": old.printed if old else UNDEFINED,
                "new": new.printed if new else UNDEFINED,
                "change": _change(old, new),
            }


def _change(old: Figure | None, new: Figure | None) -> str:
    if old is None or new is None or old.value is None or new.value is None:
        return UNDEFINED
    changed = Decimal(new.value) - Decimal(old.value)
    if new.printed.endswith(_AMOUNTS):
        return _("%s 万元") % signed(changed, 0)
    return signed(changed, 0) if isinstance(new.value, int) else _("%s 个百分点") % signed(changed)


def _linked(row: dict[str, Any], then: Document, now: Document) -> dict[str, Any]:
    """Each figure opens what is behind it."""
    urls = {"old": then.draft.pk, "new": now.draft.pk}
    return row | {
        f"{side}_url": reverse("bulletin_figure", args=[pk, row["name"]])
        for side, pk in urls.items()
        if row[side] != UNDEFINED
    }


def _moved(moved: Moved) -> dict[str, str]:
    project = moved.project
    return {"name": project.name, "unit": project.unit, "url": reverse("project_detail", args=[project.code])}


def _boards(old: Bulletin, new: Bulletin) -> Iterator[dict[str, Any]]:
    """By pool, who stands on a board in one of the two months, with the rank in each."""
    earlier = {board.pool: board for board in old.boards}
    for board in new.boards:
        was, now = _ranks(earlier.get(board.pool)), _ranks(board)
        rows = [
            {"name": name, "old": was.get(name, UNDEFINED), "new": now.get(name, UNDEFINED)}
            for name in [*now, *(name for name in was if name not in now)]
            if was.get(name) != now.get(name)
        ]
        if rows:
            yield {"pool": board.pool, "rows": rows}


def _ranks(board: Any) -> dict[str, str]:
    if board is None:
        return {}
    placed = [(each, _("红榜")) for each in board.honoured] + [(each, _("黑榜")) for each in board.lagging]
    return {each.name: _("%(board)s　第 %(rank)d 名") % {"board": name, "rank": each.rank} for each, name in placed}
