"""A page as its reader meets it: over HTTP from gunicorn, signed in; beside it the bare SQL of the same rows."""

import http.client
import re
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.bench.timing import Timing, timed
from projects.models import User

# Who is asking is found out by three queries on every page; the rest fetch what the page is about.
_ABOUT_THE_READER = re.compile(r'FROM "(django_session|projects_user|projects_post)"')


@dataclass(frozen=True)
class PageResult:
    name: str
    address: str
    request: Timing
    sql: Timing
    cpu: float  # milliseconds Python works for one request, taken in this process
    queries: int
    kilobytes: float

    @property
    def ratio(self) -> float:
        return self.request.median / self.sql.median


def sign_in(user: User) -> str:
    """A session as the login page would make it; returns the cookie."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


class Reader:
    """One browser, on a connection that stays open."""

    def __init__(self, port: int, cookie: str) -> None:
        self.port, self.cookie = port, cookie

    def measure(self, name: str, address: str, *, runs: int) -> PageResult:
        body, browser = self._get(address), self._browser(address)
        queries = _queries(browser, address)
        about = [query for query in queries if not _ABOUT_THE_READER.search(query)]
        return PageResult(
            name,
            address,
            timed(lambda _: self._get(address), runs=runs),
            timed(lambda _: _fetch(about), runs=runs),
            timed(lambda _: browser.get(address), runs=runs).cpu,
            len(queries),
            len(body) / 1_000,
        )

    def _get(self, address: str) -> bytes:
        """A connection of its own: gunicorn closes idle ones, and opening one on loopback is next to nothing."""
        caller = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        caller.request("GET", address, headers={"Cookie": self.cookie})
        answer = caller.getresponse()
        body = answer.read()
        caller.close()
        if answer.status != http.HTTPStatus.OK:
            raise RuntimeError(f"{address} answered {answer.status}, not a page to take the time of")
        return body

    def _browser(self, address: str) -> Client:
        """The same reader without HTTP between; the session's note of the first visit is behind it."""
        browser = Client(SERVER_NAME="127.0.0.1", headers={"cookie": self.cookie})
        browser.get(address)
        return browser


def _queries(browser: Client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as caught:
        browser.get(address)
    return [query["sql"] for query in caught.captured_queries]


def _fetch(queries: list[str]) -> None:
    with connection.cursor() as cursor:
        for query in queries:
            cursor.execute(query)
            cursor.fetchall()
