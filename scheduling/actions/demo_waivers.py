"""载入演示数据: a few lights that were waived for a good reason, and one that waits for a word."""

from datetime import datetime, timedelta

from projects.actions.demo import Loaded
from projects.actions.demo_rows import first, insert
from projects.models import User
from projects.roles import Role
from scheduling.models import Dimension, LightWaiver, PeriodStanding

_State = LightWaiver.State
_REASONS = (
    ("用地范围内发现文物，依法停工勘探", "区文旅函〔{year}〕12号"),
    ("高压线路迁改方案经批准调整，送电前不能施工", "区供电函〔{year}〕31号"),
    ("连续强降雨，按防汛指令停止土方作业", "区防指〔{year}〕7号"),
)
_ASKED_BEFORE, _LASTS = timedelta(days=12), timedelta(days=75)


def load(loaded: Loaded, *, until: datetime) -> None:
    """Of the projects behind with their investment at the last closing; the last one is still to be decided."""
    signer, asked_at = first(loaded.district, loaded.saved, Role.SIGNER), until - _ASKED_BEFORE
    behind = PeriodStanding.objects.filter(investment_light="RED", project__responsible_person__isnull=False)
    latest = behind.order_by("-period__ends_on", "project").select_related("project__responsible_person")
    for place, (standing, said) in enumerate(zip(latest, _REASONS, strict=False)):
        is_decided = place < len(_REASONS) - 1
        insert(_versions(standing, said, signer=signer, asked_at=asked_at, is_decided=is_decided))


def _versions(
    standing: PeriodStanding, said: tuple[str, str], *, signer: User, asked_at: datetime, is_decided: bool
) -> list[LightWaiver]:
    granted_at, lead = asked_at + timedelta(days=2), standing.project.responsible_person
    reason, number = said
    facts = {
        "project": standing.project,
        "dimension": Dimension.INVESTMENT,
        "starts_on": asked_at.date(),
        "ends_on": (asked_at + _LASTS).date(),
        "reason": reason,
        "document_number": number.format(year=asked_at.year),
        "asked_by": lead,
    }
    asked = LightWaiver(**facts, recorded_by=lead, recorded_at=asked_at)
    if not is_decided:
        return [asked]
    asked.superseded_at = granted_at
    decided = {"state": _State.GRANTED, "decided_by": signer, "decision_note": "情况属实，同意。"}
    return [asked, LightWaiver(**facts, **decided, recorded_by=signer, recorded_at=granted_at)]
