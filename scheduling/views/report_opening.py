"""What one form opens with: the project, the period, what is known, what was said, and what was typed so far."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.http import Http404, QueryDict
from django.utils.functional import cached_property

from projects.models import KeyProject
from scheduling import prefill, reports_due
from scheduling.field_merge import as_sent, merged
from scheduling.models import ProgressDraft, ProgressVersion, ReportPeriod
from scheduling.report_basis import Basis, basis_of
from scheduling.reports_due import Due, State
from scheduling.views.report_form import ReportForm


@dataclass(frozen=True)
class Opening:
    project: KeyProject
    period: ReportPeriod
    choices: list[Due]
    basis: Basis
    draft: ProgressDraft | None

    @classmethod
    def of(cls, project: KeyProject, *, asked: str, at: datetime) -> Self:
        """The period asked for; else the first one that waits for the lead; else the latest."""
        choices = reports_due.periods_of(project, at=at)
        wanted = [due for due in choices if str(due.period.pk) == asked] if asked else _first_choice(choices, at)
        if not wanted:
            raise Http404
        period = wanted[0].period
        draft = ProgressDraft.objects.filter(project=project, period=period).select_related("saved_by").first()
        return cls(project, period, choices, basis_of(project, period, known_at=at), draft)

    @cached_property
    def version(self) -> ProgressVersion | None:
        """What was said last of this period."""
        return next(due.version for due in self.choices if due.period.pk == self.period.pk)

    @property
    def seen(self) -> str:
        return str(self.version.pk) if self.version else ""

    @property
    def is_correction(self) -> bool:
        """What was accepted is being corrected, or such a correction was sent back."""
        said = self.version
        return bool(said and (said.state == State.ACCEPTED or said.correction_reason))

    @cached_property
    def written(self) -> dict[str, str]:
        """The fields as the server has them: what was typed over what was said over what can be proposed."""
        if self.version:
            known = prefill.from_version(self.version)
        else:
            known = prefill.from_last(self.basis, prefill.daily_lines(self.project, self.period))
        typed = self.draft.fields if self.draft else {}
        known |= {name: each["text"] for name, each in typed.items()}
        return {name: known.get(name, "") for name in self.blank.fields}

    @cached_property
    def blank(self) -> ReportForm:
        return ReportForm(basis=self.basis)

    def form(self) -> ReportForm:
        return ReportForm(basis=self.basis, initial=self.written)


@dataclass(frozen=True)
class Sent:
    """A form that came back, merged field by field with what the server has by now."""

    fields: dict[str, str]
    conflicts: list[str]
    is_stale: bool
    """Somebody reported this period since the form was opened."""

    @classmethod
    def of(cls, posted: QueryDict, opening: Opening) -> Self:
        mine = {name: as_sent(posted.get(name, "")) for name in opening.written}
        base = _base(posted, opening)
        for name in mine:
            if posted.get(f"choose-{name}") == "theirs":
                mine[name] = base.get(name, "")
        fields, conflicts = merged(base=base, mine=mine, theirs=opening.written)
        return cls(fields, conflicts, is_stale=posted.get("seen", opening.seen) != opening.seen)


def _base(posted: QueryDict, opening: Opening) -> Mapping[str, str]:
    """What the fields said when the form was opened; without it, what they say now."""
    try:
        base: Any = json.loads(posted.get("base", ""))
    except ValueError:
        return opening.written
    texts = isinstance(base, dict) and all(isinstance(text, str) for text in base.values())
    return base if texts else opening.written


def _first_choice(choices: list[Due], at: datetime) -> list[Due]:
    taking = [due for due in choices if due.period.takes_reports(at=at)]
    return [due for due in reversed(taking) if due.waits_for_the_lead] or taking or choices
