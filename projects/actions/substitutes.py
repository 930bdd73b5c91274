"""代办授权: for some days another person decides what waits for one; the trail names both."""

from datetime import date, datetime

from django.db import transaction

from projects import audit
from projects.errors import NotAllowed, RuleViolation
from projects.models import Substitute, User, duties_of
from projects.recorded import day_of
from projects.roles import Duty

_READS = (Duty.READ_DISTRICT, Duty.READ_UNIT, Duty.READ_OWN)
_SAID = ["substitute", "starts_on", "ends_on"]


@transaction.atomic
def appoint(*, substitute: User, starts_on: date, ends_on: date, by: User, at: datetime) -> Substitute:
    """One's own substitute, from one day to another. A colleague who reads projects, not an administrator."""
    if substitute.pk == by.pk:
        raise RuleViolation("不能授权本人代办，请选择其他人。")
    if ends_on < starts_on or ends_on < day_of(at):
        raise RuleViolation("结束日期不能早于开始日期，也不能早于今天。")
    duties = duties_of(substitute, on=max(starts_on, day_of(at)))
    if not any(map(duties.include, _READS)):
        raise RuleViolation(f"{substitute.full_name}已停用或没有业务角色，不能代办，请选择其他人。")
    _refuse_overlap(by, starts_on, ends_on)
    given = Substitute.objects.create(
        principal=by, substitute=substitute, starts_on=starts_on, ends_on=ends_on, appointed_at=at
    )
    audit.record("substitute.appointed", given, by=by, at=at, changes=audit.in_words(None, given, _SAID))
    return given


@transaction.atomic
def take_back(*, substitute: Substitute, by: User, at: datetime) -> None:
    """收回: from this moment the substitute decides nothing more; what was decided stands."""
    substitute = Substitute.objects.select_for_update().get(pk=substitute.pk)
    if substitute.principal_id != by.pk:
        raise NotAllowed("代办授权只能由授权人本人收回。")
    if substitute.ended_at:
        raise RuleViolation("该授权已收回，无须再收回。")
    substitute.ended_at = at
    substitute.save(update_fields=["ended_at"])
    audit.record("substitute.taken_back", substitute, by=by, at=at)


def _refuse_overlap(principal: User, starts_on: date, ends_on: date) -> None:
    """One substitute at a time: of two, nobody would know who was to answer."""
    list(User.objects.select_for_update().filter(pk=principal.pk))  # two at once wait for one another
    given = Substitute.objects.filter(principal=principal, ended_at__isnull=True).select_related("substitute")
    known = given.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).first()
    if known:
        span = f"{known.starts_on.isoformat()} 至 {known.ends_on.isoformat()}"
        raise RuleViolation(f"{span} 已授权{known.substitute.full_name}代办，请先收回。")
