"""编号: without gaps or duplicates, within the transaction that uses the number."""

from django.db import transaction

from projects.models import NumberCounter


def next_number(*, kind: str, year: int) -> int:
    """The next number of this kind in this year, from 1. Whoever else wants one waits until this one is used.

    Called within a transaction: undone, the number is given again.
    """
    assert transaction.get_connection().in_atomic_block  # noqa: S101 - a number outside of one would leave gaps
    NumberCounter.objects.get_or_create(kind=kind, year=year)
    counter = NumberCounter.objects.select_for_update().get(kind=kind, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last
