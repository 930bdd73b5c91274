"""How every verb about one permit begins and ends: what is known of it now, the next version, the trace."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files import File

from projects import audit, permits, recorded
from projects.actions import stored_files
from projects.errors import NotAllowed, RuleViolation
from projects.models import Permit, PermitPause, PermitState, StoredFile, User
from projects.recorded import amended, day_of
from projects.roles import Duty

from .one_project import facts_of

Status = PermitState.Status

_STATE = [
    *("status", "planned_on", "accepted_on", "due_on", "finished_on", "document_number", "expires_on", "extensions"),
    *("handler", "note", "attachment"),
]


@dataclass
class Step:
    """One verb at work. ``say`` is what it comes to."""

    permit: Permit
    known: PermitState
    pauses: list[PermitPause]
    by: User
    at: datetime

    @property
    def today(self) -> date:
        return day_of(self.at)

    @property
    def status(self) -> Status:
        return Status(self.known.status)

    @property
    def open_pause(self) -> PermitPause | None:
        return next((pause for pause in self.pauses if pause.resumed_on is None), None)

    @property
    def pauses_of_this(self) -> list[PermitPause]:
        """Those since it was accepted; an earlier application that was refused has its own."""
        since = self.known.accepted_on
        return [pause for pause in self.pauses if since and pause.paused_on >= since]

    @property
    def last_day(self) -> date | None:
        """The day before which this application cannot be decided."""
        days = [self.known.accepted_on, *(pause.resumed_on or pause.paused_on for pause in self.pauses_of_this)]
        return max((day for day in days if day), default=None)

    @property
    def started_on(self) -> date | None:
        return self.permit.project.dates.current().values_list("started_on", flat=True).first()

    def refuse_unless(self, *allowed: Status, hint: str) -> None:
        if self.status not in allowed:
            raise RuleViolation(f"“{self.permit}”现在是“{self.status.label}”，{hint}")

    def refuse_acceptance(self, accepted_on: date) -> None:
        """Pauses of an earlier application lie before this one; by the day of acceptance they are told apart."""
        for pause in self.pauses:
            if pause not in self.pauses_of_this:
                refuse_before(accepted_on, "受理日期", pause.resumed_on, "上一次申请的恢复或不予许可日期")

    def due_on(self, state: PermitState) -> date | None:
        row = permits.Row(self.permit, state, tuple(self.pauses))
        return next(due for _row, due in permits.due_days([row], on=self.today))

    def say(self, verb: str, *, why: str = "", **facts: Any) -> None:
        """Record the next version, its due day reckoned anew, and leave the trace."""
        following = amended(self.known, **facts)
        following.due_on = self.due_on(following)
        recorded.record([following], by=self.by, at=self.at)
        changes = audit.in_words(self.known, following, _STATE) | ({"原因": [None, why]} if why else {})
        audit.record(f"permit.{verb}", self.permit, by=self.by, at=self.at, changes=changes)

    def keep_pause(self, pause: PermitPause) -> None:
        recorded.record([pause], by=self.by, at=self.at)
        self.pauses = [*(each for each in self.pauses if each.paused_on != pause.paused_on), pause]

    def close_pause(self, day: date, *, what: str) -> None:
        pause = self.open_pause
        if pause is None:
            raise RuleViolation("没有查到这次中止的记录，请先撤销上一步。")
        if day <= pause.paused_on:
            raise RuleViolation(f"{what}（{day}）须晚于中止日期（{pause.paused_on}）。")
        self.keep_pause(amended(pause, resumed_on=day))

    def withdraw_pause(self) -> None:
        """Nothing takes its place: from this moment there is known to have been no such pause."""
        if pause := self.open_pause:
            PermitPause.objects.filter(pk=pause.pk).update(superseded_at=self.at)
            self.pauses.remove(pause)

    def kept(self, document: File | None) -> StoredFile | None:
        if document is None:
            return None
        return stored_files.keep_document(content=document, name=document.name or "", by=self.by, at=self.at)


@contextmanager
def step_of(permit: Permit, by: User) -> Iterator[Step]:
    """By whoever answers for the project, or the office. Raises ``NotAllowed`` for anybody else."""
    with facts_of(permit.project) as at:
        refuse_stranger(permit, by)
        yield known_step(permit, by=by, at=at)


def known_step(permit: Permit, *, by: User, at: datetime) -> Step:
    state = PermitState.objects.current().filter(permit=permit).first() or PermitState(permit=permit)
    pauses = list(PermitPause.objects.current().filter(permit=permit).order_by("paused_on"))
    return Step(permit, state, pauses, by, at)


def refuse_stranger(permit: Permit, by: User) -> None:
    if not (by.duties.include(Duty.EDIT_REGISTER) or permit.project.is_answered_for_by(by)):
        raise NotAllowed("审批手续由项目责任人、联络人或区重点办登记。")


def refuse_before(day: date, what: str, earliest: date | None, than: str) -> None:
    if earliest and day < earliest:
        raise RuleViolation(f"{what}（{day}）不能早于{than}（{earliest}）。")
