"""三员分立: the three administrators keep accounts, roles and the log, and see no business at all.

The addresses are read from the product itself, so a page built tomorrow is asked too.
"""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.factories import KeyProjectFactory

pytestmark = pytest.mark.django_db

# Without any business on them: the own page, the door, the description of the API.
PUBLIC = {"my_page", "login", "logout", "password_change", "service_worker", "api_schema", "api_docs"}
PUBLIC |= {"verify", "verify_paper", "bulletin_public"}
DIRECTORY = {"unit_list", "unit_list_export", "user_list_export", "unit", "user_list", "user"}
OWN = {
    "sys_admin": DIRECTORY
    | {"unit_add", "unit_edit", "unit_move", "unit_close", "unit_reopen", "user_open", "user_edit"}
    | {"user_reset_password", "user_close", "user_reopen", "user_unlock", "address_unlock"},
    "sec_admin": DIRECTORY | {"post_appoint", "post_end"},
    "audit_admin": {"audit_log", "audit_export", "audit_verify", "audit_event"},
}
BUSINESS = [
    "我的",
    "周调度",
    "月通报",
    "季观摩",
    "逾期清单",
    "近期必办",
    "审批手续",
    "问题协调",
    "变更申请",
    "结果运用",
    "通知",
    "挂图作战",
    "项目库",
    "年度计划",
]
SAMPLES = {"code": "ZD-1", "day": "2026-10-01", "year": 2026, "month": 10, "number": 1, "row": 1}
SAMPLES |= {"pk": 999_999_999}  # of nothing, so that no answer changes what the next one finds
SAMPLES |= {"form": "pdf"}
SAMPLES |= {"name": "全区·投资完成率"}
SAMPLES |= {"index": "start_rate"}


def named_patterns(patterns: list) -> Iterator[tuple[str, list[str]]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from named_patterns(pattern.url_patterns)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield pattern.name, list(pattern.pattern.converters)


ADDRESSES = dict(named_patterns(get_resolver().url_patterns))


def answer(browser, name):
    url = reverse(name, kwargs={argument: SAMPLES[argument] for argument in ADDRESSES[name]})
    response = browser.get(url)
    b"".join(response)  # a file is closed when it has been read
    return browser.post(url) if response.status_code == 405 else response


@pytest.mark.parametrize("who", OWN)
def test_an_administrator_opens_only_the_own_pages(enter_as, who):
    browser = enter_as(who)
    assert {name for name in ADDRESSES.keys() - PUBLIC if answer(browser, name).status_code != 403} == OWN[who]


@pytest.mark.parametrize("who", OWN)
def test_the_own_page_of_an_administrator_names_no_project(request, enter, who):
    project = KeyProjectFactory(name="滨河大道快速化改造")
    page = enter(request.getfixturevalue(who)).get(reverse("my_page")).content.decode()
    assert project.name not in page


@pytest.mark.parametrize(
    ("who", "entries"),
    [
        ("lead", ["我的", "周报填报", *BUSINESS[1:], "设置"]),
        (
            "office",
            [
                "我的",
                "驾驶舱",
                "两分钟",
                "审核台",
                *BUSINESS[1:6],
                "预警核查",
                *BUSINESS[6:],
                "台账导入",
                "单位和人员",
                "设置",
            ],
        ),
        ("sys_admin", ["我的", "单位和人员"]),
        ("sec_admin", ["我的", "单位和人员"]),
        ("audit_admin", ["我的", "审计日志"]),
    ],
)
def test_the_menu_offers_what_the_person_may_open(request, enter, who, entries):
    browser = enter(request.getfixturevalue(who))
    navigation = browser.get(reverse("my_page")).context["navigation"]
    assert [str(entry["label"]) for entry in navigation] == entries
    assert all(browser.get(entry["url"]).status_code == 200 for entry in navigation)


def test_the_menu_marks_where_one_is(enter, office):
    navigation = enter(office).get(reverse("user_list")).context["navigation"]
    assert [str(entry["label"]) for entry in navigation if entry["current"]] == ["单位和人员"]
