"""As of which day, as known at which moment: how the edges read the question and say it back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import is_naive, localtime, make_aware  # noqa: TID251 - localtime is given the moment
from django.utils.translation import gettext as _

from projects.errors import RuleViolation
from projects.figures import chinese_date

_EARLIEST, _LATEST = date(1900, 1, 1), date(2200, 1, 1)
_MONTHS_OFFERED = 6


@dataclass(frozen=True)
class AsOf:
    """``known_at`` None is what is known now."""

    on: date
    known_at: datetime | None = None

    def in_words(self) -> str:
        known = _("按目前所知") if self.known_at is None else _("按%s所知") % _moment_in_words(self.known_at)
        return _("截至%(day)s，%(known)s") % {"day": chinese_date(self.on), "known": known}

    def as_printed(self, *, at: datetime) -> "AsOf":
        """For paper and files, which outlive the day: what is known now is what was known at that moment."""
        return replace(self, known_at=self.known_at or at)

    def address(self) -> str:
        """As the edges read it (``asked``)."""
        return urlencode(self.parameters())

    def parameters(self) -> dict[str, str]:
        known = {"known_at": _written(self.known_at)} if self.known_at else {}
        return {"on": self.on.isoformat(), **known}

    def moments(self, *, today: date) -> list[dict[str, object]]:
        """Moments of knowledge to choose from: now, the end of the day itself, the ends of the last months."""
        offered = [end_of(self.on)] if self.on < today else []
        offered += [end_of(day) for day in _ends_of_months(before=today)]
        if self.known_at:
            offered.append(self.known_at)
        latest_first = sorted(set(offered), reverse=True)
        return [
            {"value": "", "label": _("目前"), "selected": self.known_at is None},
            *(
                {"value": _written(each), "label": _moment_in_words(each), "selected": each == self.known_at}
                for each in latest_first
            ),
        ]


def asked(address: Mapping[str, str], *, today: date) -> AsOf:
    """``?on=`` and ``?known_at=``; without them today, as known now. Raises ``RuleViolation``."""
    on, known_at = address.get("on", "").strip(), address.get("known_at", "").strip()
    return AsOf(day_of(on) if on else today, moment_of(known_at) if known_at else None)


def day_of(text: str) -> date:
    """Raises ``RuleViolation`` for what is no day."""
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or not _EARLIEST <= day <= _LATEST:
        raise RuleViolation(_("“%s”不是有效的日期，请写成 2026-03-05 的形式。") % text[:40])
    return day


def moment_of(text: str) -> datetime:
    """ISO. Without a zone it is Beijing time; a day alone means the end of it. Raises ``RuleViolation``."""
    if len(text) <= len("2026-03-05"):
        return end_of(day_of(text))
    try:
        moment = parse_datetime(text.replace(" ", "+") if "T" in text else text)  # "+" arrives from an address as " "
    except ValueError:
        moment = None
    if moment is None or not _EARLIEST <= moment.date() <= _LATEST:
        raise RuleViolation(_("“%s”不是有效的时刻，请写成 2026-03-05T18:00 的形式。") % text[:40])
    return make_aware(moment) if is_naive(moment) else moment


def end_of(day: date) -> datetime:
    """The last moment of the day, so that all that became known on it is known."""
    return make_aware(datetime.combine(day, time.max))


def _ends_of_months(*, before: date) -> list[date]:
    days = [before]
    for _turn in range(_MONTHS_OFFERED):
        days.append(days[-1].replace(day=1) - timedelta(days=1))
    return days[1:]


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _moment_in_words(moment: datetime) -> str:
    local = localtime(moment)
    day = chinese_date(local.date())
    return _("%s当日终了") % day if local.time() == time.max else f"{day} {local:%H:%M}"
