"""资金到位和支付: what came in and was paid out in a month, by source, as accepted. A correction is a new version."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from projects import audit, recorded
from projects.models import FundReceipt, FundSource, KeyProject, User

from .one_project import facts_of


class Moved(NamedTuple):
    """万元."""

    received: Decimal
    paid: Decimal


def record_month(*, project: KeyProject, month: date, moved: Mapping[str, Moved], by: User) -> None:
    """The whole of a month (its first day), by source; a source left out had nothing."""
    with facts_of(project, moves_plan=False) as at:
        known = {row.kind: row for row in FundReceipt.objects.current().filter(project=project, month=month)}
        nothing = Moved(Decimal(0), Decimal(0))
        receipts = []
        for kind in sorted({*known, *moved}):
            received, paid = moved.get(kind, nothing)
            receipts.append(
                FundReceipt(project=project, kind=kind, month=month, received_amount=received, paid_amount=paid)
            )
        changes = {
            f"{month:%Y-%m} {FundSource.Kind(row.kind).label} · {label}": pair
            for row in receipts
            for label, pair in audit.in_words(known.get(row.kind), row, ["received_amount", "paid_amount"]).items()
        }
        if changes:
            recorded.record(receipts, by=by, at=at)
            audit.record("key_project.funds_received", project, by=by, at=at, changes=changes)
