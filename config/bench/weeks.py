"""The week under load: many leads at once, a whole province closed, and its dispatch sheets."""

import http.client
import re
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from statistics import quantiles
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Mod
from django.urls import reverse

from config.bench.pages import sign_in
from config.bench.timing import Timing, timed
from projects.models import KeyProject, Unit, User
from projects.periods import Kind, closed_by
from reports import papers
from reports.actions import dispatch_sheets, documents
from reports.actions.dispatch_sheets import subject_of
from reports.models import Document
from scheduling.actions import closings, periods
from scheduling.models import PeriodClosing, ReportPeriod

CLIENTS = 16
_FIRST_CODE = 500  # projects nobody else in the bench reports for
_HIDDEN = re.compile(r'<input[^>]*name="(client_id|seen|base|csrfmiddlewaretoken)"[^>]*value="([^"]*)"')
_RECEIPT = "/weekly-report/receipt/"


@dataclass(frozen=True)
class Load:
    """What the clients saw. Milliseconds are of the submitting request; rates count opening the form as well."""

    requests: int
    errors: int
    seconds: float
    median: float
    p95: float

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


class Lead:
    """One person with a browser: opens the form of an own project, fills it in, submits it."""

    def __init__(self, port: int, user: User, codes: Sequence[str]) -> None:
        self.port, self.codes, self.cookie = port, codes, sign_in(user)
        self.taken: list[float] = []
        self.errors = 0

    def report_all(self) -> None:
        for code in self.codes:
            address = reverse("weekly_report", args=[code])
            status, page, cookies = self._ask("GET", address)
            began = time.perf_counter()
            status, where, _ = self._ask("POST", address, self._filled(page), cookies)
            self.taken.append((time.perf_counter() - began) * 1_000)
            self.errors += status != http.HTTPStatus.FOUND or not where.startswith(_RECEIPT)

    def _filled(self, page: str) -> dict[str, str]:
        said = {
            "period_amount": "128.5",
            "physical_progress": "主体结构施工至五层",
            "done_text": "完成五层顶板混凝土浇筑",
            "next_text": "六层墙柱施工",
        }
        return said | {name: unescape(value) for name, value in _HIDDEN.findall(page)}

    def _ask(
        self, method: str, address: str, said: dict[str, str] | None = None, cookies: str = ""
    ) -> tuple[int, str, str]:
        """Status; the page, or where it leads; the cookies set."""
        caller = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": "; ".join(filter(None, [self.cookie, cookies]))}
        if said is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": settings.CSRF_TRUSTED_ORIGINS[0]}
        caller.request(method, address, body=urlencode(said) if said is not None else None, headers=headers)
        answer = caller.getresponse()
        body = answer.read().decode()
        caller.close()
        set_now = (answer.getheader("Set-Cookie") or "").split(";")[0]
        return answer.status, answer.getheader("Location") or body, set_now


def submit_at_once(port: int, *, reports: int, at: datetime) -> Load:
    """``CLIENTS`` leads submit through the web server, each for own projects, one after the other."""
    periods.keep_calendar(at=at)
    found = KeyProject.objects.select_related("responsible_person").order_by("pk")[_FIRST_CODE : _FIRST_CODE + reports]
    shares: dict[int, list[KeyProject]] = {}
    for project in found:
        shares.setdefault(project.responsible_person_id or 0, []).append(project)
    people = [
        Lead(port, mine[0].responsible_person, [project.code for project in mine])  # type: ignore[arg-type]
        for mine in shares.values()
    ]
    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(Lead.report_all, people))
    seconds = time.perf_counter() - began
    taken = [each for lead in people for each in lead.taken]
    cuts = quantiles(taken, n=20)
    return Load(len(taken), sum(lead.errors for lead in people), seconds, cuts[9], cuts[18])


def spread_over(units: int) -> list[Unit]:
    """As many lead units as this, each with its share of the projects."""
    government = Unit.objects.get(parent=None)
    kept = list(Unit.objects.filter(parent=government).order_by("pk")[:units])
    more = Unit.objects.bulk_create(
        Unit(name=f"增设单位{n}", kind="DEPARTMENT", parent=government, path=f"000001/9{n:05}/", sort_key=f"zz{n:05}")
        for n in range(units - len(kept))
    )
    every = [*kept, *more]
    for place, unit in enumerate(every):
        KeyProject.objects.alias(place=Mod(F("pk"), units)).filter(place=place).update(lead_unit=unit)
    return every


@dataclass(frozen=True)
class Closed:
    closing: PeriodClosing
    seconds: float
    cpu_seconds: float


def close_week(*, at: datetime) -> Closed:
    """Lock, freeze and enter the last week that is over."""
    span = closed_by(at.date(), kind=Kind.WEEK)
    period = periods.open_period(kind=Kind.WEEK, day=span.ends_on, by=None, at=at)
    ReportPeriod.objects.filter(pk=period.pk).update(review_until=period.due_at)
    began, began_cpu = time.perf_counter(), time.process_time()
    closing = closings.close(period=period, by=None)
    closings.freeze(closing, progress=lambda _done, _total: None)
    closing = closings.finish(closing, by=None, at=at)
    return Closed(closing, time.perf_counter() - began, time.process_time() - began_cpu)


def dispatch(closing: PeriodClosing, units: Sequence[Unit], *, rendered: int, at: datetime) -> tuple[Timing, Timing]:
    """Every unit's sheet composed and frozen; the first few printed as PDF and written as Excel."""
    period = closing.period

    def compose(number: int) -> None:
        dispatch_sheets.freeze(subject_of(period, units[number].pk), at=at)

    composed = timed(compose, runs=len(units), warm_ups=0)
    made = Document.objects.filter(period=period).order_by("pk")[:rendered]

    def render(number: int) -> None:
        for form in papers.forms_of(made[number]):
            documents.render(document=made[number], format=form, at=at)

    return composed, timed(render, runs=rendered, warm_ups=0)
