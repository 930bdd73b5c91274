"""The invented district's units, and the people in their posts."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from pypinyin import lazy_pinyin

from projects.demo import words
from projects.demo.kinds import KINDS

GOVERNMENT = "示范区人民政府"


@dataclass(frozen=True)
class UnitSpec:
    name: str
    short_name: str
    kind: str
    parent: str | None


@dataclass(frozen=True)
class PersonSpec:
    """A person with one post. ``shows`` marks an account whose password is told when the demo is loaded."""

    username: str
    full_name: str
    role: str
    unit: str
    title: str
    office_phone: str
    shows: bool = False


# One of each role at least; a second lead, reviewer and officer, so that scopes can be compared.
_SHOWN = {
    "LEADER": ("quzhang",),
    "OFFICE": ("zhongdianban", "zhongdianban2"),
    "SIGNER": ("qianfa",),
    "REVIEWER": ("shenhe", "shenhe2"),
    "PROJECT_LEAD": ("fuzeren", "fuzeren2"),
    "JUDGE": ("pingwei",),
    "SYS_ADMIN": ("xitong",),
    "SEC_ADMIN": ("anquan",),
    "AUDIT_ADMIN": ("shenji",),
}
_LEADERS = ("区委副书记、区长", "区委常委、常务副区长", "副区长", "副区长", "副区长", "副区长", "副区长、公安分局局长")
_JUDGES = ("区人大代表", "区政协委员", "区发展研究中心主任", "高级工程师", "注册造价工程师")


def units(dice: Random) -> tuple[UnitSpec, ...]:
    return (
        UnitSpec(GOVERNMENT, "区政府", "GOVERNMENT", None),
        *(UnitSpec(name, short, "DEPARTMENT", GOVERNMENT) for name, short in words.DEPARTMENTS.items()),
        *(UnitSpec(name, name, "TOWN", GOVERNMENT) for name in words.TOWNS),
        *(UnitSpec(name, name, "PARK", GOVERNMENT) for name in words.PARKS),
        *(UnitSpec(name, short, "PLATFORM", GOVERNMENT) for name, short in words.PLATFORMS.items()),
        *(UnitSpec(name, name.removesuffix("有限公司"), "ENTERPRISE", None) for name in _enterprises(dice)),
    )


def _enterprises(dice: Random) -> list[str]:
    brands = [a + b for a in words.BRAND_FIRST for b in words.BRAND_SECOND]
    dice.shuffle(brands)
    named = iter(brand for brand in brands if not any(brand in owner for owner in words.RARE_OWNERS))
    owners = [f"{next(named)}{trade}有限公司" for trade in words.OWNER_TRADES for _ in range(3)]
    builders = [f"{next(named)}{trade}有限公司" for trade in ("建设工程", "路桥工程", "建筑安装工程") for _ in range(5)]
    supervisors = [f"{next(named)}工程监理咨询有限公司" for _ in range(11)]
    return [*words.RARE_OWNERS, *owners, *builders, *supervisors]


def lead_units() -> tuple[str, ...]:
    """Who can lead a project here, in the order in which the kinds name them."""
    return tuple(dict.fromkeys(name for kind in KINDS for name in kind.leads))


def answering_units() -> tuple[str, ...]:
    """Whose people answer for projects: the lead units, the towns and parks, the platform companies."""
    return tuple(dict.fromkeys([*lead_units(), *words.TOWNS, *words.PARKS, *words.PLATFORMS]))


def people(dice: Random) -> tuple[PersonSpec, ...]:
    """About ninety people; no two share a name."""
    names, met = _full_names(dice), dict.fromkeys(_SHOWN, 0)
    taken: set[str] = set()
    result = []
    for role, unit, title in _posts():
        full_name = next(names)
        shown = _SHOWN[role][met[role] : met[role] + 1]
        username = shown[0] if shown else _username(full_name, taken)
        taken.add(username)
        met[role] += 1
        phone = f"0000-86{dice.randint(10000, 99999)}"
        result.append(PersonSpec(username, full_name, role, unit, title, phone, bool(shown)))
    return tuple(result)


def _posts() -> Iterator[tuple[str, str, str]]:
    """Role, unit and title of every post, those of shown accounts first within their role."""
    yield from (("LEADER", GOVERNMENT, title) for title in _LEADERS)
    yield "SIGNER", words.SECRETARIAT, "区政府办公室主任"
    yield from (("OFFICE", words.OFFICE, title) for title in ("主任", "综合科科长", "调度科科长"))
    yield from (("REVIEWER", unit, "分管副职") for unit in answering_units())
    yield from (("PROJECT_LEAD", unit, "项目科科长") for unit in answering_units())
    yield from (("PROJECT_LEAD", unit, "项目专员") for unit in lead_units()[:9])
    yield from (("JUDGE", GOVERNMENT, title) for title in _JUDGES)
    for role, title in (("SYS_ADMIN", "系统管理员"), ("SEC_ADMIN", "安全管理员"), ("AUDIT_ADMIN", "审计管理员")):
        yield role, "区大数据管理局", title
    yield from (("REVIEWER", unit, "分管副职") for unit in words.SUPPORTERS if unit not in answering_units())


def _full_names(dice: Random) -> Iterator[str]:
    met = set()
    while True:
        given = dice.choice(words.GIVEN_SECOND)
        if dice.random() < 0.8:
            given = dice.choice(words.GIVEN_FIRST) + given
        if dice.random() < 0.1:
            given = dice.choice(words.RARE_GIVEN)
        name = dice.choice(words.SURNAMES) + given
        if name not in met:
            met.add(name)
            yield name


def _username(full_name: str, taken: set[str]) -> str:
    plain = "".join(lazy_pinyin(full_name))
    return next(name for name in (plain, *(f"{plain}{n}" for n in range(2, 99))) if name not in taken)
