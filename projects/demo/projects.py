"""The invented projects: who builds what, where, with whose money."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from projects.demo import words
from projects.demo.course import Course, State, moment
from projects.demo.kinds import KINDS, PACKAGES, Kind
from projects.demo.lives import Calendar, Fate, fates, live
from projects.demo.money import fund_sources
from projects.demo.naming import Named, Namer
from projects.demo.people import PersonSpec, UnitSpec

_COUNT = 200
_FLAGSHIPS = 12
_PLATFORM_OF = {
    "城市道路": "示范区城市建设投资集团有限公司",
    "公路桥梁": "示范区交通建设发展有限公司",
    "供水排水": "示范区水务投资有限公司",
    "水利": "示范区水务投资有限公司",
    "园区载体": "示范区产业园区开发有限公司",
    "卫生": "示范区国有资本运营有限公司",
}
_PLATFORM = "示范区城市建设投资集团有限公司"


@dataclass(frozen=True)
class Budget:
    recorded_at: datetime
    superseded_at: datetime | None
    total: Decimal
    reason: str = ""
    document_number: str = ""


@dataclass(frozen=True)
class ProjectSpec:
    """One project. Units go by their name, people by their username; amounts are 万元.

    ``course`` is None for what is only held in reserve and for packages, which have no dates of their own.
    """

    code: str
    national_code: str | None
    named: Named
    kind: Kind
    fate: Fate
    course: Course | None
    listed_at: datetime
    budgets: tuple[Budget, ...]
    funds: Mapping[str, Decimal]
    lead_unit: str
    responsible_unit: str
    support_units: tuple[str, ...]
    owner_org: str
    contractor: str
    supervisor_org: str
    responsible_person: str
    liaison: str
    linked_leader: str
    route: str
    origin: str
    level: str
    traits: Mapping[str, str | bool]
    is_flagship: bool = False
    is_package: bool = False
    package: str = ""


class Cast:
    """Whom a project can be given to."""

    def __init__(self, units: Sequence[UnitSpec], people: Sequence[PersonSpec]) -> None:
        enterprises = [unit.name for unit in units if unit.kind == "ENTERPRISE"]
        self.supervisors = [name for name in enterprises if "监理" in name]
        self.contractors = [name for name in enterprises if "工程有限" in name and name not in self.supervisors]
        self.owners = [name for name in enterprises if name not in self.supervisors + self.contractors]
        self.leaders = [person.username for person in people if person.role == "LEADER"]
        self.leads: dict[str, list[str]] = {}
        for person in people:
            if person.role == "PROJECT_LEAD":
                self.leads.setdefault(person.unit, []).append(person.username)


@dataclass(frozen=True)
class World:
    """What every project draws from."""

    cast: Cast
    namer: Namer
    calendar: Calendar


def draw(
    units: Sequence[UnitSpec], people: Sequence[PersonSpec], calendar: Calendar, dice: Callable[[str], Random]
) -> tuple[ProjectSpec, ...]:
    """Two hundred projects, four of them packages; the largest of industry are the flagships."""
    cast = Cast(units, people)
    world = World(cast, Namer(dice("names"), cast.owners), calendar)
    kinds = [kind for kind in KINDS for _ in range(kind.weight)]
    dice("kinds").shuffle(kinds)
    children = [(industry, name) for name, _, industry, _, size in PACKAGES for _ in range(size)]
    packaged = [(_kind_of(industry), name) for industry, name in children]
    alone = [(kind, "") for kind in kinds[: _COUNT - len(PACKAGES) - len(packaged)]]
    counted = alone + packaged
    codes = (f"ZD{calendar.anchor.year}-{number:03}" for number in range(1, _COUNT + 1))
    packages = {spec.named.name: spec for spec in _packages(cast, calendar, codes, dice("packages"))}
    specs = [
        _project(next(codes), kind, fate, world=world, dice=dice(f"project {number}"))
        for number, ((kind, _), fate) in enumerate(zip(counted, fates(len(counted), dice("fates")), strict=True))
    ]
    children_known = [
        replace(spec, package=packages[name].code, lead_unit=packages[name].lead_unit) if name else spec
        for spec, (_, name) in zip(specs, counted, strict=True)
    ]
    return (*packages.values(), *_with_flagships(children_known))


def _kind_of(industry: str) -> Kind:
    return next(kind for kind in KINDS if kind.industry == industry)


def _with_flagships(specs: Sequence[ProjectSpec]) -> list[ProjectSpec]:
    able = [s for s in specs if s.kind.focus_area == "INDUSTRY" and s.fate.state in (State.BUILDING, State.PREPARING)]
    able.sort(key=lambda spec: (-spec.budgets[-1].total, spec.code))
    chosen = {spec.code for spec in able[:_FLAGSHIPS]}
    traits = {"is_high_technology": True, "is_high_added_value": True, "has_strong_pull": True}
    return [
        replace(spec, is_flagship=True, traits={**spec.traits, **traits}) if spec.code in chosen else spec
        for spec in specs
    ]


def _project(code: str, kind: Kind, fate: Fate, *, world: World, dice: Random) -> ProjectSpec:
    cast, namer, calendar = world.cast, world.namer, world.calendar
    course = None if fate.state is State.RESERVE else live(fate, months=kind.months, calendar=calendar, dice=dice)
    listed_at = course.listed_at if course else calendar.this_year
    owner = _owner(kind, cast, dice)
    named = namer.draw(kind, owner="" if kind.is_government else owner)
    lead_unit, responsible_unit = _answering(kind, named, dice)
    leads = [*cast.leads.get(lead_unit, []), *cast.leads.get(responsible_unit, [])]
    is_building = fate.state in (State.BUILDING, State.FINISHED)
    total = _total(kind, dice)
    budgets = _budgets(total, listed_at, calendar, dice) if is_building else (Budget(listed_at, None, Decimal(total)),)
    return ProjectSpec(
        code=code,
        national_code=_national_code(course, kind, code, dice) if course else None,
        named=named,
        kind=kind,
        fate=fate,
        course=course,
        listed_at=listed_at,
        budgets=budgets,
        funds=fund_sources(int(budgets[-1].total), is_government=kind.is_government, dice=dice),
        lead_unit=lead_unit,
        responsible_unit=responsible_unit,
        support_units=_supporters(lead_unit, responsible_unit, dice),
        owner_org=owner,
        contractor=dice.choice(cast.contractors) if is_building else "",
        supervisor_org=dice.choice(cast.supervisors) if is_building else "",
        responsible_person=dice.choice(leads),
        liaison=dice.choice(leads),
        linked_leader=dice.choice(cast.leaders),
        route="GOV" if kind.is_government else "VERIFY" if kind.industry == "能源" else "RECORD",
        origin=_origin(kind, dice),
        level=dice.choices(("PROVINCE", "CITY", "DISTRICT"), weights=(8, 24, 68))[0],
        traits=_traits(kind, dice),
    )


def _owner(kind: Kind, cast: Cast, dice: Random) -> str:
    return _PLATFORM_OF.get(kind.industry, _PLATFORM) if kind.is_government else dice.choice(cast.owners)


def _answering(kind: Kind, named: Named, dice: Random) -> tuple[str, str]:
    """牵头单位 and 责任单位: what a park leads lies in it; the rest is answered for by platform, park or town."""
    lead = dice.choice(kind.leads)
    park = next((park for park in words.PARKS if named.location.startswith(park)), "")
    if lead in words.PARKS or lead in words.TOWNS:
        lead = park or named.town
    if kind.is_government and dice.random() < 0.6:
        return lead, _PLATFORM_OF.get(kind.industry, _PLATFORM)
    return lead, park or named.town


def _supporters(lead_unit: str, responsible_unit: str, dice: Random) -> tuple[str, ...]:
    return tuple(
        dice.sample(
            [name for name in words.SUPPORTERS if name not in (lead_unit, responsible_unit)], dice.randint(2, 3)
        )
    )


def _total(kind: Kind, dice: Random) -> int:
    """Many small ones, few large ones, in hundreds of 万元."""
    low, high = kind.investment
    return int(low * (high / low) ** dice.betavariate(1.2, 2.4)) // 100 * 100


def _budgets(total: int, listed_at: datetime, calendar: Calendar, dice: Random) -> tuple[Budget, ...]:
    """One project in fourteen had its total investment revised, some weeks before the anchor day."""
    if dice.random() > 0.07:
        return (Budget(listed_at, None, Decimal(total)),)
    revised = max(moment(calendar.anchor - timedelta(days=dice.randint(20, 140)), dice), listed_at)
    new = total * dice.choice((94, 106, 109, 112)) // 10000 * 100
    number = f"示发改投资〔{revised.year}〕{dice.randint(20, 180)}号"
    reason = dice.choice(words.BUDGET_REASONS[:3] if new > total else words.BUDGET_REASONS[3:])
    return (
        Budget(listed_at, revised, Decimal(total)),
        Budget(revised, None, Decimal(new), reason, number),
    )


def _national_code(course: Course, kind: Kind, code: str, dice: Random) -> str:
    department = {"INDUSTRY": "07", "INFRASTRUCTURE": "48", "LIVELIHOOD": "83"}[kind.focus_area]
    project_type = "02" if kind.nature == "RENOVATION" else "01"
    return f"{course.began:%y%m}-{words.REGION_CODE}-{department}-{project_type}-{dice.randint(100, 999)}{code[-3:]}"


def _origin(kind: Kind, dice: Random) -> str:
    if kind.is_government:
        return "GOVERNMENT"
    if kind.nature == "RENOVATION":
        return "RENOVATION"
    return "PROMOTION" if dice.random() < 0.65 else "OWN"


def _traits(kind: Kind, dice: Random) -> dict[str, str | bool]:
    """The marks an industrial project carries, and how every project is managed and built."""
    nature = kind.nature
    if nature == "NEW" and dice.random() < 0.15:
        nature = dice.choice(("EXTENSION", "RECONSTRUCTION"))
    traits: dict[str, str | bool] = {
        "construction_nature": nature,
        "management_class": "TRACKED" if dice.random() < 0.1 else "ASSESSED",
    }
    if kind.focus_area == "INDUSTRY":
        traits |= {
            "industry_rank": "EMERGING" if kind.industry in ("数字经济", "文旅融合") else "LEADING",
            "upgrade_type": dice.choice(("HIGH_END", "INTELLIGENT", "GREEN", "INTEGRATED")),
            "is_high_technology": dice.random() < 0.35,
            "is_high_added_value": dice.random() < 0.3,
            "has_strong_pull": dice.random() < 0.2,
        }
    return traits


def _packages(cast: Cast, calendar: Calendar, codes: Iterator[str], dice: Random) -> Iterator[ProjectSpec]:
    for name, focus_area, industry, lead_unit, _ in PACKAGES:
        kind = _kind_of(industry)
        responsible = _PLATFORM_OF.get(industry, _PLATFORM)
        leads = [*cast.leads[lead_unit], *cast.leads[responsible]]
        town = "青石街道"
        longitude, latitude = map(Decimal, words.TOWNS[town])
        yield ProjectSpec(
            code=next(codes),
            national_code=None,
            named=Named(name, "由各子项目组成，投资和进度按子项目统计。", town, "全区", longitude, latitude),
            kind=replace(kind, focus_area=focus_area),
            fate=Fate(State.BUILDING),
            course=None,
            listed_at=calendar.last_year,
            budgets=(),
            funds={},
            lead_unit=lead_unit,
            responsible_unit=responsible,
            support_units=_supporters(lead_unit, responsible, dice),
            owner_org=responsible,
            contractor="",
            supervisor_org="",
            responsible_person=dice.choice(leads),
            liaison=dice.choice(leads),
            linked_leader=dice.choice(cast.leaders),
            route="GOV",
            origin="GOVERNMENT",
            level="DISTRICT",
            traits={},
            is_package=True,
        )
