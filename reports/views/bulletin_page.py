"""文稿: where it stands, what is to be done now, its words with their figures, and the page they make."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.gate import READERS, SignedInRequest, requires
from reports import linting, papers
from reports.bulletin import Registered
from reports.bulletin_figures import Figure, code_of, figures, tokens
from reports.models import Draft, DraftMove, DraftText
from reports.official import OfficialPaper
from reports.registered import findings_of, registered
from reports.rendering.bulletin_paper import paper_of
from reports.views.bulletin_access import draft_or_404, may_write, text_of
from reports.views.bulletin_changes import unlike
from reports.views.bulletin_forms import TextForm, read_with
from reports.views.bulletin_proofs import proof_of
from reports.views.bulletin_words import (
    by_whom,
    may_draft_again,
    may_void,
    since,
    steps_of,
    turn_of,
    verbs_of,
    why_back,
)
from reports.views.official_page import marked, page_of

TEMPLATE = "reports/bulletin.html"


@requires(*READERS)
def bulletin(request: SignedInRequest, pk: int) -> HttpResponse:
    draft = draft_or_404(request, pk)
    return shown(request, draft, TextForm.of(text_of(draft)) if may_write(draft, request.user) else None)


def shown(
    request: SignedInRequest, draft: Draft, form: TextForm | None, *, theirs: DraftText | None = None
) -> HttpResponse:
    """The whole page. ``form`` None: nothing is to be typed; ``theirs``: what somebody else wrote meanwhile."""
    moves = list(draft.moves.select_related("by", "principal", "text"))
    at = timezone.now()
    given = {
        "title": str(draft),
        "trail": [{"label": _("月通报"), "url": reverse("bulletin_list")}],
        "draft": draft,
        "kind": draft.get_kind_display(),
        "is_void": draft.state == Draft.State.VOID,
        "corrects": draft.corrects,
        "document": draft.document,
        "steps": steps_of(draft, moves),
        "turn": turn_of(draft),
        "since": since(draft, moves),
        "why_back": why_back(draft, moves),
        "verbs": [
            _verb(each.name, str(each.label), each.note, draft) for each in verbs_of(draft, by=request.user, at=at)
        ],
        "may_draft_again": may_draft_again(draft, by=request.user),
        "may_void": may_void(draft, by=request.user),
        "proof": proof_of(draft),
        "form": form,
        "based_on": theirs.sequence if theirs else form and form["based_on"].value(),
        "theirs": theirs,
        "theirs_rows": unlike(theirs, form) if theirs and form else [],
        "texts": [_version(each, draft) for each in draft.texts.select_related("recorded_by")],
        "moves": [_move(each) for each in reversed(moves)],
    }
    return render(request, TEMPLATE, given | read(request, draft, form))


def read(request: SignedInRequest, draft: Draft, form: TextForm | None) -> dict[str, Any]:
    """The paper as it reads now, what is wrong with it, and its sections with the figures they use."""
    number = draft.document.number if draft.document else ""
    paper = registered(draft, text_of(draft), on=timezone.localdate(), number=number)
    paper = read_with(paper, form) if form else paper
    named = figures(paper.bulletin) if paper.bulletin else {}
    annex = request.GET.get("annex", "")
    said = paper_of(marked(paper, named), check_url="", check_code="")
    return {
        "findings": _findings((*linting.lint(paper), *_of_pages(draft, form), *_of_people(said))),
        "is_proved": bool(text_of(draft).proof_id),
        "page": page_of(
            said,
            links=FigureLinks(draft.pk),
            annex=int(annex) if annex.isdecimal() else None,
        ),
        "annex_url": "?annex=",
        "rows": _rows(form, paper, named, draft) if form else [],
        "has_figures": bool(named),
    }


@dataclass(frozen=True)
class FigureLinks:
    """From the figures of a paper to what is behind them."""

    draft: int

    def figure(self, name: str) -> str:
        """By its short address: a paper has hundreds of them."""
        return reverse("figure_by_code", args=[self.draft, code_of(name)])

    def group(self, name: str) -> str:
        return f"{reverse('bulletin_figures', args=[self.draft])}?{urlencode({'q': name})}"


def _rows(form: TextForm, paper: Registered, named: Mapping[str, Figure], draft: Draft) -> list[dict[str, Any]]:
    links = FigureLinks(draft.pk)
    return [
        row
        | {
            "figures": [
                {"name": name, "printed": named[name].printed, "url": links.figure(name)}
                for name in dict.fromkeys(tokens(row["words"]))
                if name in named
            ]
        }
        for row in form.rows
    ]


def _of_pages(draft: Draft, form: TextForm | None) -> Sequence[linting.Finding]:
    """What is wrong with the pages of the words that are kept; what is being typed has none yet."""
    return () if form and form.is_bound else findings_of(text_of(draft))


def _of_people(paper: OfficialPaper) -> Sequence[linting.Finding]:
    """Who would be named in its public version."""
    named = papers.people_in_public(paper)
    told = _("文字或表中写有个人姓名：%s。拟公开的，请改用职务；确可公开的，印发时须勾选。") % "、".join(named)
    return (linting.Finding("personal", _("公开版"), told, is_error=False),) if named else ()


def _findings(found: Sequence[linting.Finding]) -> dict[str, list[dict[str, str]]]:
    told = [(each.is_error, {"where": each.where, "what": each.what}) for each in found]
    return {
        "errors": [each for is_error, each in told if is_error],
        "warnings": [each for is_error, each in told if not is_error],
    }


def _verb(name: str, label: str, note: str, draft: Draft) -> dict[str, str]:
    return {"name": name, "label": label, "note": note, "url": reverse(name, args=[draft.pk])}


def _version(text: DraftText, draft: Draft) -> dict[str, Any]:
    return {
        "number": text.sequence,
        "url": reverse("bulletin_text", args=[draft.pk, text.sequence]),
        "who": text.recorded_by or _("系统"),
        "at": text.recorded_at,
        "is_current": text.pk == draft.text_id,
    }


def _move(move: DraftMove) -> dict[str, Any]:
    return {
        "when": timezone.localtime(move.at),
        "title": move.get_kind_display(),
        "text": move.note,
        "who": _("%(who)s　%(time)s　第 %(number)d 稿")
        % {"who": by_whom(move), "time": f"{timezone.localtime(move.at):%H:%M}", "number": move.text.sequence},
        "tone": "strong" if move.kind in {DraftMove.Kind.RETURNED, DraftMove.Kind.REOPENED} else "done",
    }
