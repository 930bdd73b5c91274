"""审批事项: which permits a project needs, with their agencies and limits, from a template or one by one."""

from collections.abc import Iterable
from dataclasses import asdict

from projects import audit, changed, permits, recorded
from projects.blueprint import PermitNeed
from projects.errors import RuleViolation
from projects.models import KeyProject, Permit, PermitState, User
from projects.recorded import amended, day_of

from .one_project import facts_of
from .permit_step import known_step, refuse_stranger

_ITEM = [
    *("phase", "name", "agency", "is_required_for_start", "legal_days", "promised_days", "counts_working_days"),
    *("condition", "valid_months", "max_extensions"),
]


def add_permit(*, permit: Permit, by: User) -> Permit:
    """An item the template did not have."""
    with facts_of(permit.project) as at:
        refuse_stranger(permit, by)
        _refuse_namesake(permit)
        permit.save(force_insert=True)
        audit.record("permit.added", permit, by=by, at=at, changes=audit.in_words(None, permit, _ITEM))
    return permit


def take_permits(*, project: KeyProject, items: Iterable[PermitNeed], by: User) -> list[Permit]:
    """Add the items of a template; one of a name that is there is left alone, with all its state. Returns the new.

    Whoever may take the template may take its permits: the caller's verb says who.
    """
    with facts_of(project) as at:
        present = set(project.permits.values_list("name", flat=True))
        wanted = {item.name: item for item in items if item.name not in present}
        added = Permit.objects.bulk_create(Permit(project=project, **asdict(item)) for item in wanted.values())
        if added:
            changes = {"审批事项": [None, [permit.name for permit in added]]}
            audit.record("key_project.permits_taken", project, by=by, at=at, changes=changes)
    return added


def amend_permit(*, permit: Permit, by: User) -> None:
    """What the item is and its limits. A limit that runs is reckoned anew."""
    with facts_of(permit.project) as at:
        refuse_stranger(permit, by)
        stored = Permit.objects.get(pk=permit.pk)
        if stored.name != permit.name:
            _refuse_namesake(permit)
        changes = audit.in_words(stored, permit, _ITEM)
        if not changes:
            return
        permit.save(update_fields=_ITEM)
        step = known_step(permit, by=by, at=at)
        before, after = step.known.due_on, step.due_on(step.known)
        if before != after:
            recorded.record([amended(step.known, due_on=after)], by=by, at=at)
            changes["应办结日期"] = [before, after]
        audit.record("permit.amended", permit, by=by, at=at, changes=changes)


def reckon_again(*, by: User | None) -> int:
    """The due days of all limits that run, after the holidays changed. Returns how many moved, for its trace.

    All projects with permits are held, so that no step taken meanwhile is overwritten or reckoned by the old calendar.
    """
    projects = KeyProject.objects.filter(pk__in=Permit.objects.order_by().values("project"))
    with recorded.writing(holding=projects) as at:
        running = Permit.objects.filter(states__in=PermitState.objects.current().running())
        due_days = permits.due_days(permits.rows_of(running, known_at=None), on=day_of(at))
        moved = [(row, due) for row, due in due_days if row.state and row.state.due_on != due]
        if moved:
            recorded.record([amended(row.state, due_on=due) for row, due in moved if row.state], by=by, at=at)
            changed.announce({row.permit.project_id for row, _due in moved}, at=at)
    return len(moved)


def _refuse_namesake(permit: Permit) -> None:
    if permit.project.permits.exclude(pk=permit.pk).filter(name=permit.name).exists():
        raise RuleViolation(f"该项目已有审批事项“{permit.name}”，请换一个名称。")
