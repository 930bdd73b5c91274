"""周调度单: what its figures come to, in sentences. Every number in them is one of the sheet."""

from datetime import date
from decimal import Decimal

from projects import figures
from reports.dispatch_sheet import Amounts, Completeness, DispatchSheet, LookAhead


def sentences(sheet: DispatchSheet) -> list[str]:
    """填报, 投资, 逾期, 议定和协调, 近期, in this order."""
    return [
        reporting(sheet.completeness),
        investment(sheet.total),
        lateness(sheet),
        open_matters(sheet),
        coming(sheet.ahead),
    ]


def reporting(found: Completeness) -> str:
    said = f"应报 {found.expected} 项，已报 {found.reported} 项，按时 {found.on_time} 项，未报 {found.missing} 项"
    said += f"，退回未重报 {found.returned} 项。" if found.returned else "。"
    if found.unreviewed or found.unreviewed_amount:
        amount = figures.exactly(found.unreviewed_amount)
        said += f"已报中有 {found.unreviewed} 项未审核；待审核金额 {amount} 万元（含更正），未计入各项合计。"
    return said


def investment(total: Amounts) -> str:
    said = f"本周完成投资 {figures.wan(total.period)} 万元{_compared(total.change)}；"
    said += f"当年累计完成 {figures.yi(total.year_to_date)} 亿元，"
    if total.rate is None:
        said += "没有年度计划；"
    else:
        said += f"占年度计划 {figures.yi(total.annual_plan)} 亿元的 {figures.percent(total.rate, 1)}；"
    return f"{said}开工累计完成 {figures.yi(total.since_start)} 亿元。"


def lateness(sheet: DispatchSheet) -> str:
    if not sheet.overdue:
        return "没有逾期的节点和阶段目标。"
    items = sum(1 + each.others for each in sheet.overdue)
    worst = max(each.days for each in sheet.overdue)
    said = f"逾期项目 {len(sheet.overdue)} 个，逾期事项 {items} 项，最长逾期 {worst} 天；"
    return f"{said}其中本周新增 {len(sheet.newly_overdue)} 项。"


def open_matters(sheet: DispatchSheet) -> str:
    decided = sum(each.days > 0 for each in sheet.decisions)
    asked = sum(each.days > 0 for each in sheet.requests)
    said = f"未销号议定事项 {len(sheet.decisions)} 项，其中超期 {decided} 项；"
    return f"{said}未答复协调请求 {len(sheet.requests)} 项，其中超期 {asked} 项。"


def coming(ahead: LookAhead) -> str:
    if ahead.reckoned_on is None:
        return "没有按倒排计划推算的项目，近期必办从缺。"
    week = next(each for each in ahead.spans if not each.weeks)
    said = f"下周（{days_between(ahead.since, week.until)}）必须开始 {week.to_start} 项、必须完成 {week.to_finish} 项；"
    return f"{said}最迟日期已过 {ahead.missed} 项。"


def days_between(first_on: date, last_on: date) -> str:
    """A period lies in one year, which is said once."""
    return f"{figures.chinese_date(first_on)}至{last_on.month}月{last_on.day}日"


def _compared(change: Decimal | None) -> str:
    """The word follows the printed figure."""
    if change is None:
        return ""
    printed = figures.rounded(change, 0)
    if not printed:
        return "，与上周持平"
    return f"，比上周{'增加' if printed > 0 else '减少'} {abs(printed):,} 万元"
