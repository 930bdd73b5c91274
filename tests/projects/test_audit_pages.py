"""审计日志 in the browser: for the audit administrator alone."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from projects import audit
from projects.actions import audits, units
from projects.models import AuditEvent, Unit
from projects.tasks import verify_audit_chain

pytestmark = pytest.mark.django_db

CAST = ["lead", "dispatcher", "office", "signer", "leader", "outsider", "sys_admin", "sec_admin", "audit_admin"]
AT = datetime(2026, 3, 2, 1, tzinfo=UTC)  # 09:00 in Beijing


@pytest.fixture
def history(sys_admin):
    """Forty units registered, a day apart."""
    for n in range(40):
        units.add_unit(name=f"第{n}站", kind=Unit.Kind.DEPARTMENT, by=sys_admin, at=AT + timedelta(days=n))


@pytest.fixture(params=CAST)
def who(request):
    return request.param


@pytest.fixture
def browser(request, enter, who):
    return enter(request.getfixturevalue(who))


@pytest.mark.parametrize("name", ["audit_log", "audit_event", "audit_export"])
def test_the_audit_administrator_alone_reads_it(browser, who, history, name):
    url = reverse(name, args=[AuditEvent.objects.first().pk] if name == "audit_event" else [])
    response = browser.get(url)
    b"".join(response)
    assert response.status_code == (200 if who == "audit_admin" else 403)


def test_and_alone_has_it_verified(browser, who):
    assert browser.post(reverse("audit_verify")).status_code == (302 if who == "audit_admin" else 403)


def test_nobody_without_signing_in(client, db):
    assert client.get(reverse("audit_log")).url.startswith(reverse("login"))


@pytest.mark.parametrize("slip", [{"first": "0001-01-01"}, {"last": "9999-12-31"}])
def test_a_day_beyond_the_calendar_finds_nothing(enter, audit_admin, history, slip):
    page = enter(audit_admin).get(reverse("audit_log"), slip)
    assert (page.status_code, page.context["rows"]) == (200, [])


def test_an_entry_that_does_not_exist_is_not_found(enter, audit_admin):
    assert enter(audit_admin).get(reverse("audit_event", args=[999999])).status_code == 404


@pytest.mark.core
def test_the_log_takes_the_same_queries_however_long(enter, audit_admin, history, django_assert_num_queries):
    browser = enter(audit_admin)
    browser.get(reverse("audit_log"))
    with django_assert_num_queries(8):  # session, user, posts, count, entries; head, last check, unsealed
        page = browser.get(reverse("audit_log"))
    assert len(page.content) < 40_000


@pytest.mark.core
@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        pytest.param({"subject": "第7站"}, 1, id="by-subject"),
        pytest.param({"by": "吴系统"}, 40, id="by-person"),
        pytest.param({"by": "郑安全"}, 0, id="by-nobody"),
        pytest.param({"action": "unit.closed"}, 0, id="by-action"),
        pytest.param({"first": "2026-03-02", "last": "2026-03-02"}, 1, id="on-one-day"),
        pytest.param({"first": "2026-03-05", "last": "2026-03-09"}, 5, id="from-to"),
        pytest.param({"last": "2026-03-01"}, 0, id="before-all"),
        pytest.param({"first": "不是日期"}, 0, id="nonsense"),
    ],
)
def test_entries_are_found(enter, audit_admin, history, wanted, found):
    assert enter(audit_admin).get(reverse("audit_log"), wanted).context["page"].paginator.count == found


@pytest.mark.core
def test_an_entry_tells_each_field_from_and_to(enter, audit_admin, history, sys_admin):
    units.correct_unit(
        unit=Unit.objects.get(name="第3站"), name="第三站", short_name="三站", kind="DEPARTMENT", by=sys_admin, at=AT
    )
    event = AuditEvent.objects.latest("pk")
    page = enter(audit_admin).get(reverse("audit_event", args=[event.pk]))
    assert [tuple(line) for line in page.context["lines"]] == [("单位名称", "第3站", "第三站"), ("简称", "—", "三站")]


def test_the_page_says_how_far_the_chain_is_sealed_and_when_it_was_checked(enter, audit_admin, history):
    browser = enter(audit_admin)

    def said():
        return {fact["label"]: fact["value"] for fact in browser.get(reverse("audit_log")).context["facts"]}

    assert said() == {"已封存": "尚无", "未封存": "40 条", "最近校验": "尚未校验"}
    audit.seal()
    audits.verify_chain(by=audit_admin, at=AT)
    assert said() == {"已封存": "至第 40 条", "未封存": "1 条", "最近校验": "2026-03-02 09:00，完整"}


def test_the_check_somebody_asked_for_is_in_their_name(audit_admin):
    verify_audit_chain(audit_admin.pk)
    event = AuditEvent.objects.get()
    assert (event.action, event.by) == ("audit.verified", audit_admin)


@pytest.mark.core
def test_the_export_is_in_order_and_itself_recorded(enter, audit_admin, history):
    response = enter(audit_admin).get(reverse("audit_export"), {"subject": "第1"})
    sheet = load_workbook(BytesIO(b"".join(response))).worksheets[0]
    rows = list(sheet.iter_rows(min_row=4, values_only=True))
    assert [row[5] for row in rows] == ["第1站", *(f"第{n}站" for n in range(10, 20))]
    assert rows[0][3] == "登记单位"
    assert "单位名称：— → 第1站" in rows[0][6]
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.by, event.changes["filters"]) == ("list.exported", audit_admin, {"对象": "第1"})
