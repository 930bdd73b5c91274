"""项目库: its columns, each defined once for the page and for Excel, and read only when it is shown."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Choices

from projects import figures
from projects.models import (
    FocusArea,
    KeyProject,
    LibraryTier,
    PlanEntry,
    Stage,
)
from projects.sheets import Column, Kind, Sheet
from scheduling.library import Need, Row, Wanted
from scheduling.models import Light

NUMBERS = frozenset({Kind.AMOUNT, Kind.RATE, Kind.NUMBER})


@dataclass(frozen=True)
class LibraryColumn:
    """``cell`` is the column as Excel has it. ``page``: how the page writes it, where that is not by its kind.

    ``fields`` and ``needs`` are what it is read from; ``sort`` the order of the list it heads.
    """

    key: str
    cell: Column[Row]
    fields: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
    sort: str = ""
    page: Callable[[Row], str] | None = None
    page_unit: str = ""
    is_wide: bool = False

    @property
    def unit(self) -> str:
        return self.page_unit or self.cell.unit or ("万元" if self.cell.kind is Kind.AMOUNT else "")

    def written(self, row: Row) -> str:
        """As the page says it; nothing is left empty, an undefined figure is a dash."""
        if self.page:
            return self.page(row)
        return _written(self.cell.value(row), self.cell.kind)


def chosen(keys: Iterable[str]) -> list[LibraryColumn]:
    """The columns of these keys in this order, the name first; keys of no column are passed over."""
    found = [COLUMNS[key] for key in dict.fromkeys(keys) if key in COLUMNS]
    return [COLUMNS[NAME], *(column for column in found if column.key != NAME)]


def exported(keys: Sequence[str]) -> list[LibraryColumn]:
    """For Excel: those chosen, behind the code that tells one project from another; all where nobody chose."""
    return [COLUMNS[CODE], *(column for column in chosen(keys) if column.key != CODE)] if keys else list(_ALL)


def wanted(columns: Iterable[LibraryColumn]) -> Wanted:
    """What these columns are read from, together with what every row of the page says."""
    columns = list(columns)
    fields = {field for column in columns for field in column.fields}
    return Wanted(frozenset(fields | _ALWAYS), frozenset(need for column in columns for need in column.needs))


def library_sheet(
    rows: Iterable[Row],
    columns: Sequence[LibraryColumn],
    *,
    as_of: str,
    filters: Mapping[str, str],
    counted: Column[Any] | None = None,
) -> Sheet[Row]:
    """项目库: exactly these columns. ``counted``: what each row brings to the figure opened."""
    cells = [column.cell for column in columns]
    return Sheet(
        title="项目库", as_of=as_of, columns=[*cells, counted] if counted else cells, rows=rows, filters=filters
    )


def _written(value: Any, kind: Kind) -> str:
    if kind in _FIGURES:
        return _FIGURES[kind](value)
    match value:
        case None | False:
            return ""
        case True:
            return "是"
        case date():
            return value.isoformat()
    return f"{value:,}" if kind is Kind.NUMBER else str(value)


_FIGURES: Mapping[Kind, Callable[[Any], str]] = {Kind.AMOUNT: figures.wan, Kind.RATE: figures.percent}


def _label(choices: type[Choices], value: str | None) -> str:
    return str(choices(value).label) if value else ""


def _plain(key: str, definition: str = "", *, field: str = "", sort: str = "", is_wide: bool = False) -> LibraryColumn:
    """A column of the register as it stands; what is one of a list by its word."""
    model_field: Any = KeyProject._meta.get_field(field or key)
    words = {str(value): str(label) for value, label in getattr(model_field, "choices", None) or ()}
    name = model_field.name

    def value(row: Row) -> Any:
        found = getattr(row.project, name)
        return words.get(found, found) if words else found

    return LibraryColumn(
        key,
        Column(
            str(model_field.verbose_name), value, definition=definition or f"项目库登记的{model_field.verbose_name}"
        ),
        (name,),
        sort=sort,
        is_wide=is_wide,
    )


def _called(field: str) -> str:
    found: Any = KeyProject._meta.get_field(field)
    return str(found.verbose_name)


def _unit(key: str, field: str, definition: str, *, sort: str = "") -> LibraryColumn:
    def of(row: Row) -> Any:
        return getattr(row.project, field)

    return LibraryColumn(
        key,
        Column(_called(field), lambda row: of(row) and of(row).name, definition=definition),
        (f"{field}__name", f"{field}__short_name"),
        sort=sort,
        page=lambda row: str(of(row) or ""),
    )


def _person(key: str, field: str, definition: str, *, sort: str = "") -> LibraryColumn:
    cell: Column[Row] = Column(
        _called(field), lambda row: str(getattr(row.project, field) or ""), definition=definition
    )
    return LibraryColumn(key, cell, (f"{field}__full_name",), sort=sort)


def _years(row: Row) -> str:
    years = [row.project.built_from, row.project.built_to]
    return "—".join(str(year or "") for year in years) if any(years) else ""


def _of_project(row: Row, amount: Decimal | None) -> Decimal | None:
    """A package holds no figures of its own."""
    return None if row.project.is_package else amount


def _rate(row: Row) -> Decimal | None:
    planned = row.project.annual_plan_amount
    return 100 * row.shown.ytd_amount / planned if planned and not row.project.is_package else None


def _dated(key: str, label: str, definition: str, need: Need = Need.DATES) -> LibraryColumn:
    cell: Column[Row] = Column(label, lambda row: getattr(row.project, key), Kind.DATE, definition=definition)
    return LibraryColumn(key, cell, needs=(need,))


NAME, CODE = "name", "code"
_ALWAYS = {"name", "is_flagship", "is_package", "parent"}
_ALL = [
    _plain(CODE, sort="code"),
    _plain(NAME, "项目库登记的名称", sort="name", is_wide=True),
    _plain("national_code", "投资项目在线审批监管平台赋码"),
    LibraryColumn(
        "is_package",
        Column("打包项目", lambda row: row.project.is_package, definition="打包项目自己没有数据，数据在其子项目"),
    ),
    LibraryColumn(
        "parent",
        Column(
            "所属打包项目",
            lambda row: row.project.parent and row.project.parent.name,
            definition="子项目所在的打包项目",
        ),
        ("parent__name",),
        is_wide=True,
    ),
    _plain("is_flagship", "登记为龙头的项目"),
    _plain("level"),
    LibraryColumn(
        "area",
        Column("重点领域", lambda row: _label(FocusArea, row.project.focus_area), definition="项目库登记的重点领域"),
        ("focus_area",),
        sort="area",
    ),
    _plain("industry", sort="industry"),
    _plain("industry_rank"),
    _plain("nature", field="construction_nature"),
    _plain("management_class", "考核类参加考核评分，跟踪服务类只跟踪"),
    _plain("approval_route", "审批、核准或备案"),
    _plain("origin"),
    _plain("investor"),
    _plain("upgrade_type"),
    LibraryColumn(
        "unit",
        Column("牵头单位", lambda row: row.project.lead_unit.name, definition="责任口径"),
        ("lead_unit__name", "lead_unit__short_name", "responsible_person__full_name"),
        sort="unit",
        page=lambda row: str(row.project.lead_unit),
    ),
    _unit("responsible_unit", "responsible_unit", "具体负责推进的单位"),
    LibraryColumn(
        "support_units",
        Column(
            "配合单位",
            lambda row: "、".join(unit.name for unit in row.project.support_units.all()),
            definition="项目库登记的配合单位",
        ),
        needs=(Need.SUPPORT_UNITS,),
        is_wide=True,
    ),
    _unit("owner", "owner_org", "项目法人"),
    _unit("contractor", "contractor", "承担施工的企业"),
    _unit("supervisor", "supervisor_org", "承担监理的企业"),
    _person("person", "responsible_person", "项目现在的责任人"),
    _person("liaison", "liaison", "项目现在的联络人"),
    _person("leader", "linked_leader", "现在包联该项目的区领导", sort="leader"),
    _unit("town", "town", "属地口径", sort="town"),
    _plain("location", is_wide=True),
    _plain("scale", is_wide=True),
    LibraryColumn(
        "years",
        Column("建设年限", _years, definition="项目库登记的建设起止年"),
        ("built_from", "built_to"),
    ),
    LibraryColumn(
        "tier",
        Column("项目库层级", lambda row: _label(LibraryTier, row.shown.tier), definition="最近一次进入的层级"),
    ),
    LibraryColumn(
        "category",
        Column(
            "计划类别", lambda row: _label(PlanEntry.Category, row.project.plan_category), definition="现行年度计划"
        ),
        needs=(Need.PLAN,),
    ),
    LibraryColumn(
        "completes",
        Column("年内竣工投产", lambda row: row.project.completes_this_year or None, definition="现行年度计划"),
        needs=(Need.PLAN,),
    ),
    LibraryColumn(
        "light",
        Column("亮灯", lambda row: _label(Light, row.shown.light), definition="各维度中最差的一盏，豁免的不计"),
    ),
    LibraryColumn(
        "stage",
        Column("当前阶段", lambda row: _label(Stage, row.shown.stage), definition="四阶段中第一个尚未完成的阶段"),
        needs=(Need.SUSPENSION,),
    ),
    LibraryColumn(
        "late",
        Column(
            "最长逾期",
            lambda row: row.shown.days_late or None,
            Kind.NUMBER,
            unit="天",
            definition="逾期最久的一个节点或阶段目标；经批准不计逾期的停缓建天数已扣除",
        ),
        sort="late",
    ),
    LibraryColumn(
        "total",
        Column(
            "总投资",
            lambda row: row.project.total_investment,
            Kind.AMOUNT,
            definition="现行总投资，调概后为调整后的数额",
        ),
        needs=(Need.TOTAL,),
        sort="total",
        page=lambda row: figures.yi(row.project.total_investment),
        page_unit="亿元",
    ),
    LibraryColumn(
        "first_total",
        Column(
            "原总投资",
            lambda row: row.project.first_total,
            Kind.AMOUNT,
            definition="首次登记的总投资，以后调概不改变它",
        ),
        needs=(Need.FIRST_TOTAL,),
        page=lambda row: figures.yi(row.project.first_total),
        page_unit="亿元",
    ),
    LibraryColumn(
        "plan",
        Column("年度计划投资", lambda row: row.project.annual_plan_amount, Kind.AMOUNT, definition="现行年度计划"),
        needs=(Need.PLAN,),
        sort="plan",
    ),
    LibraryColumn(
        "done",
        Column(
            "本年完成投资",
            lambda row: _of_project(row, row.shown.ytd_amount),
            Kind.AMOUNT,
            definition="截止日所在年度已审核周报的累计完成投资，待审核的不计",
        ),
    ),
    LibraryColumn(
        "rate",
        Column("投资完成率", _rate, Kind.RATE, definition="本年完成投资 ÷ 年度计划投资；没有计划投资则不计算"),
        needs=(Need.PLAN,),
    ),
    LibraryColumn(
        "since_start",
        Column(
            "开工累计完成投资",
            lambda row: _of_project(row, row.shown.since_start_amount),
            Kind.AMOUNT,
            definition="开工以来已审核的累计完成投资，含本年",
        ),
    ),
    LibraryColumn(
        "physical",
        Column(
            "形象进度", lambda row: row.shown.physical_percent, Kind.RATE, definition="最近一份已审核周报所报的形象进度"
        ),
    ),
    LibraryColumn(
        "reported_to",
        Column("填报截至", lambda row: row.shown.reported_to, Kind.DATE, definition="已审核周报覆盖到的最后一天"),
    ),
    _dated("planned_start_on", "计划开工", "现行年度计划", Need.PLAN),
    _dated("planned_finish_on", "计划竣工", "现行年度计划", Need.PLAN),
    _dated("started_on", "实际开工", "登记的实际开工日期，不是开工仪式"),
    _dated("works_finished_on", "完工", "登记的完工日期"),
    _dated("accepted_on", "竣工验收", "登记的竣工验收日期"),
    _dated("commissioned_on", "投产达效", "登记的投产达效日期"),
    LibraryColumn(
        "suspended",
        Column("停缓建", lambda row: row.project.is_suspended, definition="截止日是否处于停缓建"),
        needs=(Need.SUSPENSION,),
    ),
    _plain("note", is_wide=True),
]
COLUMNS: Mapping[str, LibraryColumn] = {column.key: column for column in _ALL}
USUAL = ("unit", "town", "area", "leader", "tier", "category", "light", "stage", "late", "total", "plan")
"""What the page shows where nobody chose."""
