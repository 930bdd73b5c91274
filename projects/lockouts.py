"""登录锁定: when axes refuses to hear another password, and until when.

An account is locked only from the address that failed on it: locking the account alone would let
anyone keep the head of the office out. An address is locked for every account once it has failed on
many of them, which is how somebody with a list of names and one common password behaves. A whole
office may share one address, so it takes ten accounts with an unmended failure; whoever mistypes and
then gets in is struck off the count.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Count, Max, Q, Sum
from django.http import HttpRequest

ACCOUNTS_PER_ADDRESS = 10


@dataclass(frozen=True)
class Lockout:
    """One account that one address may not try again before ``until``."""

    address: str
    until: datetime


def lockout_parameters(request: HttpRequest, credentials: Mapping[str, str] | None) -> list[str | list[str]]:
    """What axes adds failures up over (``AXES_LOCKOUT_PARAMETERS``)."""
    pair = ["username", "ip_address"]
    tried = AccessAttempt.objects.filter(
        ip_address=request.axes_ip_address,  # type: ignore[attr-defined]
        attempt_time__gte=request.axes_attempt_time - duration(),  # type: ignore[attr-defined]
    )
    many = tried.values("username").distinct().count() >= ACCOUNTS_PER_ADDRESS
    return [pair, "ip_address"] if many else [pair]


def duration() -> timedelta:
    return get_cool_off() or timedelta(0)


def lockouts_of(username: str, *, at: datetime) -> list[Lockout]:
    """From where this account is locked at this moment."""
    recent = AccessAttempt.objects.filter(username=username, attempt_time__gt=at - duration())
    addresses = recent.values("ip_address").annotate(failures=Sum("failures_since_start"), last=Max("attempt_time"))
    return [
        Lockout(row["ip_address"] or "", row["last"] + duration())
        for row in addresses.filter(failures__gte=settings.AXES_FAILURE_LIMIT).order_by("ip_address")
    ]


def locked_until(username: str, *, address: str, at: datetime) -> datetime:
    """When this address may try this account again, if it fails no more; at the latest one whole lock from now."""
    tried = AccessAttempt.objects.filter(Q(ip_address=address), attempt_time__gt=at - duration())
    last = tried.filter(username=username).aggregate(last=Max("attempt_time"))["last"]
    last = last or tried.aggregate(last=Max("attempt_time"))["last"]
    return (last or at) + duration()


def locked_addresses(*, at: datetime) -> list[Lockout]:
    """The addresses that may try no account at all at this moment."""
    recent = AccessAttempt.objects.filter(attempt_time__gt=at - duration())
    tried = recent.values("ip_address").annotate(accounts=Count("username", distinct=True), last=Max("attempt_time"))
    many = tried.filter(accounts__gte=ACCOUNTS_PER_ADDRESS).order_by("ip_address")
    return [Lockout(row["ip_address"] or "", row["last"] + duration()) for row in many]


def locked_accounts(*, at: datetime) -> set[str]:
    """The accounts that some address may not try again at this moment."""
    recent = AccessAttempt.objects.filter(attempt_time__gt=at - duration())
    failures = recent.values("username", "ip_address").annotate(failures=Sum("failures_since_start"))
    return set(failures.filter(failures__gte=settings.AXES_FAILURE_LIMIT).values_list("username", flat=True))
