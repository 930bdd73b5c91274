"""议定事项: given out, received, carried out, and closed by the side that gave it (domain §1.5).

The owner asks for the closing, with evidence; the issuing side closes or sends back. Time alone closes nothing.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from projects import audit
from projects.actions.numbering import next_number
from projects.errors import NotAllowed, RuleViolation
from projects.models import KeyProject, Unit, User, duties_of
from projects.recorded import day_of
from projects.roles import Duty
from scheduling.decision_flow import Verb
from scheduling.models import AgendaItem, Decision, DecisionMove, Meeting, Notice, Problem

from . import notices
from .attachments import with_evidence
from .decision_moves import announce, locked, make, refuse_past, write_down
from .words import refuse_silence

Kind = DecisionMove.Kind
_ASSIGNED = ["text", "requirement", "project", "owner_unit", "owner_person", "due_on"]


@dataclass(frozen=True)
class Matter:
    """What is to be done, by whom, by when; the names are those of ``Decision``."""

    text: str
    owner_unit: Unit
    due_on: date
    owner_person: User | None = None
    requirement: str = ""
    project: KeyProject | None = None
    problem: Problem | None = None


@transaction.atomic
def decide(
    *, meeting: Meeting, matter: Matter, agenda_item: AgendaItem | None = None, by: User, at: datetime
) -> Decision:
    """议定: at a meeting, before its minutes are issued, by the side that called it."""
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if not Meeting.objects.run_by(by).filter(pk=meeting.pk).exists():
        raise NotAllowed(f"“{meeting}”的议定事项由会议召集单位登记。")
    if meeting.state in {Meeting.State.ISSUED, Meeting.State.CANCELLED}:
        raise RuleViolation(
            f"“{meeting}”{meeting.get_state_display()}，不能再登记议定事项；确需交办的，请按“领导批示”交办。"
        )
    new = Decision(source=Decision.Source.MEETING, meeting=meeting, agenda_item=agenda_item, issuing_unit=meeting.unit)
    return _assign(new, matter, by=by, at=at)


@transaction.atomic
def instruct(*, matter: Matter, issuing_unit: Unit | None, by: User, at: datetime) -> Decision:
    """领导批示: given out without a meeting. ``issuing_unit`` None: the district."""
    new = Decision(source=Decision.Source.INSTRUCTION, issuing_unit=issuing_unit)
    return _assign(new, matter, by=by, at=at)


def _assign(new: Decision, matter: Matter, *, by: User, at: datetime) -> Decision:
    refuse_past(matter.due_on, at=at)
    _refuse_idle_owner(matter.owner_person, at=at)
    for name, value in vars(matter).items():
        setattr(new, name, value)
    year = day_of(at).year
    new.number = f"议〔{year}〕{next_number(kind='decision', year=year)}号"
    new.original_due_on, new.assigned_by, new.assigned_at = matter.due_on, by, at
    new.save()
    if not Decision.objects.given_by(by).filter(pk=new.pk).exists():
        raise NotAllowed("以全区名义交办由区重点办办理；牵头单位审核人只能以本单位名义交办。")
    write_down(new, Kind.ASSIGNED, by=by, at=at)
    announce(new, at=at)
    audit.record("decision.assigned", new, by=by, at=at, changes=audit.in_words(None, new, _ASSIGNED))
    notice = Notice(kind=Notice.Kind.ASSIGNMENT, title=f"{new}请签收，{new.due_on.isoformat()} 前办结")
    _tell_owner(new, notice, by=by, at=at)
    return new


def _tell_owner(decision: Decision, notice: Notice, *, by: User, at: datetime) -> None:
    """The person who carries it out, or the unit where nobody is named."""
    notice.decision, notice.unit, notice.user = decision, decision.owner_unit, decision.owner_person
    notice.body = "\n".join(filter(None, [notice.body, decision.text, decision.requirement]))
    notices.issue(notice=notice, by=by, at=at)


@transaction.atomic
def receive(*, decision: Decision, by: User, at: datetime) -> None:
    """签收: the owner takes it in hand."""
    make(decision, Verb.RECEIVE, Kind.RECEIVED, "decision.received", text="", by=by, at=at)


@transaction.atomic
def note_progress(*, decision: Decision, text: str, by: User, at: datetime) -> None:
    text = refuse_silence(text, "请写明办理进展。")
    make(decision, Verb.NOTE, Kind.NOTED, "decision.progress_noted", text=text, by=by, at=at)


@transaction.atomic
def chase(*, decision: Decision, text: str = "", by: User, at: datetime) -> None:
    """催办: the issuing side reminds the owner, once a day at most."""
    decision = make(decision, Verb.CHASE, Kind.CHASED, "decision.chased", text=text.strip(), by=by, at=at)
    notice = Notice(kind=Notice.Kind.URGE, title=f"催办：{decision}应于 {decision.due_on.isoformat()} 前办结")
    notice.body, notice.chased_on = text.strip(), day_of(at)
    if decision.notices.filter(kind=notice.kind, chased_on=notice.chased_on).exists():
        raise RuleViolation(f"{decision}今天已催办，每天只催办一次；仍不办理的，可以签发督办单。")
    _tell_owner(decision, notice, by=by, at=at)


@transaction.atomic
def ask_to_close(*, decision: Decision, evidence: str, by: User, at: datetime) -> None:
    """申请销号: the owner says what was done and by what it is shown; what is attached is named with it."""
    evidence = with_evidence(refuse_silence(evidence, "申请销号须写明办结情况和佐证。"), decision)
    action = "decision.closing_asked_for"
    make(decision, Verb.ASK_TO_CLOSE, Kind.CLOSE_ASKED, action, text=evidence, by=by, at=at, close_asked_by=by)


@transaction.atomic
def close_out(*, decision: Decision, opinion: str, by: User, at: datetime) -> None:
    """销号: the issuing side found it carried out. Never the one who carries it out, nor who asked for it."""
    opinion = refuse_silence(opinion, "销号须写明核实意见，如“经核实，已落实”。")
    if by.pk in {locked(decision).owner_person_id, locked(decision).close_asked_by_id}:
        raise NotAllowed(f"{decision.number}由您承办或由您申请销号，须由交办单位其他人核实销号。")
    closed = {"closed_by": by, "closed_at": at}
    make(decision, Verb.CLOSE_OUT, Kind.CLOSED, "decision.closed_out", text=opinion, by=by, at=at, **closed)


@transaction.atomic
def send_back(*, decision: Decision, reason: str, by: User, at: datetime) -> None:
    """退回重办: not carried out, and why."""
    reason = refuse_silence(reason, "退回重办须写明原因，责任单位才知道要补办什么。")
    action = "decision.sent_back"
    make(decision, Verb.SEND_BACK, Kind.SENT_BACK, action, text=reason, by=by, at=at, close_asked_by=None)


@transaction.atomic
def withdraw(*, decision: Decision, reason: str, by: User, at: datetime) -> None:
    """撤销: the issuing side wants it no more."""
    reason = refuse_silence(reason, "撤销须写明原因。")
    action = "decision.withdrawn"
    make(decision, Verb.WITHDRAW, Kind.WITHDRAWN, action, text=reason, by=by, at=at, close_asked_by=None)


@transaction.atomic
def reopen(*, decision: Decision, reason: str, due_on: date, by: User, at: datetime) -> None:
    """重新交办: with a new due date, in hand at once; its history stays."""
    reason = refuse_silence(reason, "重新交办须写明原因。")
    refuse_past(due_on, at=at)
    if due_on < decision.original_due_on:
        raise RuleViolation(f"新的期限不能早于原定期限 {decision.original_due_on.isoformat()}。")
    anew = {"due_on": due_on, "close_asked_by": None, "closed_by": None, "closed_at": None}
    make(decision, Verb.REOPEN, Kind.REOPENED, "decision.reopened", text=reason, by=by, at=at, **anew)


def _refuse_idle_owner(person: User | None, *, at: datetime) -> None:
    if person and not duties_of(person, on=day_of(at)).include(Duty.CARRY_OUT):
        raise RuleViolation(f"{person}没有办理交办事项的职责，请选择责任单位的项目负责人或审核人，或只填责任单位。")
