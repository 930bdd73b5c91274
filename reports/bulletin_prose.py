"""通报正文: the sections of a bulletin in the words of the office, with a token for every figure.

A paragraph is a line. What there is nothing to say of is left out; where nothing is late, that is said.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from reports.bulletin import Board, Bulletin, Group, Placed, Section
from reports.bulletin_applied import measures, practices
from reports.bulletin_figures import DISTRICT, expected, figures, gap_in_words, group_name
from reports.bulletin_shortcomings import next_steps, problems
from reports.bulletin_words import day, joined, numbered, told
from scheduling.indices import FORMULAS, Index
from scheduling.ratio import Ratio

_FEW = 3  # units named from the top and from the bottom
_RATE = FORMULAS[Index.INVESTMENT]


def title(bulletin: Bulletin) -> str:
    return f"关于{bulletin.year}年{bulletin.month}月全区重点项目建设进展情况的通报"


def sections(bulletin: Bulletin) -> tuple[Section, ...]:
    """In their order and numbered, only those that have something to say. The first has no heading."""
    found = [
        ("progress", "总体进展", _progress(bulletin)),
        ("groups", "分领域、分单位情况", _groups(bulletin)),
        ("problems", "存在问题", problems(bulletin)),
        ("boards", "红黑榜", _boards(bulletin)),
        ("measures", "结果运用", measures(bulletin)),
        ("practices", "观摩好做法", practices(bulletin)),
        ("next", "下步要求", next_steps(bulletin)),
    ]
    said = [(key, heading, text) for key, heading, lines in found if (text := "\n".join(lines))]
    opening = Section("opening", "", f"现将{bulletin.year}年{bulletin.month}月全区重点项目建设进展情况通报如下：")
    numbers = "一二三四五六七"
    return (opening, *(Section(key, f"{numbers[n]}、{heading}", text) for n, (key, heading, text) in enumerate(said)))


def _progress(bulletin: Bulletin) -> Iterator[str]:
    yield "".join(_investment(bulletin))
    yield from numbered(each(bulletin) for each in (_starts, _completions, _lights, _verified))
    yield from _notes(bulletin)


def _investment(bulletin: Bulletin) -> Iterator[str]:
    whole, time = bulletin.whole.parts, expected(bulletin)
    if not whole.projects:
        yield "今年全区尚无列入年度计划的重点项目。"
        return
    yield f"今年全区列入年度计划的重点项目{told('项目数')}个{_moved(bulletin)}"
    if not whole.annual_plan_amount:
        yield "，未安排年度投资计划。"
        return
    yield f"，年度计划投资{told('年度计划投资')}。"
    yield f"截至{day(bulletin.on, year=bulletin.year)}，累计完成投资{told('当年累计完成投资')}，"
    yield f"投资完成率{told('投资完成率')}，{_against(DISTRICT, _gap(bulletin.whole, time), told('序时进度'))}"
    yield f"，完成同期计划的{told('同期计划完成率')}。" if whole.plan_to_date_amount else "。"
    if not bulletin.whole.month_amount:
        yield f"{bulletin.month}月无新增完成投资。"
        return
    yield f"其中，{bulletin.month}月完成投资{told('本月完成投资')}"
    yield from _month_on_month(bulletin)
    yield "。"


def _month_on_month(bulletin: Bulletin) -> Iterator[str]:
    """环比 of the same projects, and by how much the rate has risen."""
    if bulletin.before_on is None:
        return
    known = figures(bulletin)
    is_moved = "按同口径计算，" if bulletin.entered or bulletin.left else ""
    if known[f"{DISTRICT}·本月完成投资环比"].value is not None:
        yield f"，{is_moved}环比{told('本月完成投资环比')}"
    if known[f"{DISTRICT}·投资完成率环比"].value is not None:
        yield f"；投资完成率比{_at(bulletin.before_on, bulletin.year)}{told('投资完成率环比')}"


def _starts(bulletin: Bulletin) -> str:
    parts = bulletin.whole.parts
    if not parts.new_starts:
        return ""
    said = f"开工情况。今年计划新开工{told('计划新开工')}个，"
    said += f"已开工{told('已开工')}个，开工率{told('开工率')}。" if parts.started else "尚无项目开工。"
    if not parts.starts_due:
        return said + _early(parts.started_early, "开工")
    due = f"截至{_at(bulletin.on, bulletin.year)}应开工{told('应开工')}个，按期开工率{told('按期开工率')}"
    missed = f"，应开未开{told('应开未开')}个" if parts.due_not_started else "，无应开未开项目"
    return f"{said}{due}{missed}。{_early(parts.started_early, '开工')}"


def _completions(bulletin: Bulletin) -> str:
    parts = bulletin.whole.parts
    if not parts.completions:
        return ""
    said = f"竣工情况。今年计划竣工{told('计划竣工')}个，"
    said += f"已竣工{told('已竣工')}个，竣工率{told('竣工率')}" if parts.completed else "尚无项目竣工"
    said += f"，其中已投产{told('已投产')}个，投产率{told('投产率')}。" if parts.commissioned else "。"
    if not parts.completions_due:
        return said + _early(parts.completed_early, "竣工")
    due = f"截至{_at(bulletin.on, bulletin.year)}应竣工{told('应竣工')}个，按期竣工率{told('按期竣工率')}"
    missed = f"，应竣未竣{told('应竣未竣')}个" if parts.due_not_completed else "，无应竣未竣项目"
    return f"{said}{due}{missed}。{_early(parts.completed_early, '竣工')}"


def _at(on: date, year: int) -> str:
    """10月底, or the day the figures are cut off."""
    return f"{on.month}月底" if (on + timedelta(days=1)).day == 1 else day(on, year=year)


def _early(number: int, what: str) -> str:
    return f"提前{what}{told(f'提前{what}')}个。" if number else ""


def _moved(bulletin: Bulletin) -> str:
    moved = [
        f"新列入{told('新增项目数')}个" if bulletin.entered else "",
        f"退出{told('退出项目数')}个" if bulletin.left else "",
    ]
    if bulletin.before_on is None or not any(moved):
        return ""
    return f"（比{_at(bulletin.before_on, bulletin.year)}{joined(filter(None, moved))}）"


def _lights(bulletin: Bulletin) -> str:
    if not bulletin.whole.parts.projects:
        return ""
    lit = dict(bulletin.whole.lights)
    if not lit.get("RED") and not lit.get("YELLOW"):
        return "亮灯情况。无亮红灯、黄灯的项目。"
    return f"亮灯情况。亮红灯项目{told('红灯项目数')}个、黄灯项目{told('黄灯项目数')}个。"


def _verified(bulletin: Bulletin) -> str:
    if not bulletin.drawn:
        return ""
    return f"核查情况。随机核查项目{told('随机核查数')}个，核实{told('核实数')}个，核实率{told('核实率')}。"


def _notes(bulletin: Bulletin) -> Iterator[str]:
    """补报 is told where it is counted for the first time."""
    if bulletin.late_reports:
        yield (
            f"注：以前月份的补报、更正{told('补报数')}项，使以前月份完成投资{told('补报金额')}，"
            f"已计入累计完成投资，不计入{bulletin.month}月完成投资。"
        )


def _groups(bulletin: Bulletin) -> Iterator[str]:
    by = {table.by: table for table in bulletin.tables}
    paragraphs = []
    for name, heading in (("area", "分领域看"), ("category", "分类别看"), ("level", "分级别看")):
        groups = by[name].groups if name in by else ()
        sentences = [_of_group(bulletin, by[name].name, group) for group in groups]
        paragraphs.append(f"{heading}。{'；'.join(sentences)}。" if len(sentences) > 1 else "")
    for name, heading in (("unit", "分单位看（责任口径）"), ("town", "分镇街看（属地口径）")):
        ranked = [group for group in by[name].groups if _is_ranked(group)] if name in by else []
        said = _extremes(by[name].name, ranked) if len(ranked) > 1 else ""
        paragraphs.append(f"{heading}。{said}" if said else "")
    yield from numbered(paragraphs)


def _of_group(bulletin: Bulletin, table: str, group: Group) -> str:
    name = group_name(table, group.name)
    said = f"{group.name}项目{told('项目数', of=name)}个"
    if not group.parts.annual_plan_amount:
        return f"{said}，未安排年度投资计划"
    if not group.parts.ytd_amount:
        return f"{said}，年度计划投资{told('年度计划投资', of=name)}，尚无完成投资"
    against = _against(name, _gap(group, expected(bulletin)))
    return (
        f"{said}，年度计划投资{told('年度计划投资', of=name)}，累计完成投资{told('当年累计完成投资', of=name)}，"
        f"投资完成率{told('投资完成率', of=name)}，{against}"
    )


def _is_ranked(group: Group) -> bool:
    return bool(group.parts.annual_plan_amount) and not group.key.endswith(":0")


def _extremes(table: str, groups: Sequence[Group]) -> str:
    """The rates of all where they are few, else the highest and the lowest. ``groups``: from the highest."""
    if len(groups) <= 2 * _FEW:
        return f"投资完成率由高到低依次为：{joined(_with_rate(table, group) for group in groups)}。"
    first = joined(_with_rate(table, group) for group in groups[:_FEW])
    last = joined(_with_rate(table, group) for group in reversed(groups[-_FEW:]))
    return f"投资完成率较高的有：{first}；较低的有：{last}。"


def _with_rate(table: str, group: Group) -> str:
    return f"{group.name}（{told('投资完成率', of=group_name(table, group.name))}）"


def _boards(bulletin: Bulletin) -> Iterator[str]:
    """Only where somebody stands on one; then also who was not ranked and by which rule."""
    filled = [board for board in bulletin.boards if board.honoured or board.lagging]
    yield from (_board(board) for board in filled)
    if not filled:
        return
    few = [board.pool for board in bulletin.boards if board.too_few]
    excused = [name for board in bulletin.boards for name in board.excused]
    notes = [
        f"{joined(few)}类因单位数不足未排名。" if few else "",
        f"未计入排名的停缓建和获准豁免项目：{joined(excused)}。" if excused else "",
    ]
    yield f"注：{filled[0].rule}{''.join(notes)}"


def _board(board: Board) -> str:
    sides = [
        f"红榜：{joined(map(_placed, board.honoured))}" if board.honoured else "",
        f"黑榜：{joined(map(_placed, board.lagging))}" if board.lagging else "",
    ]
    return f"{board.pool}类。{'；'.join(filter(None, sides))}。"


def _placed(placed: Placed) -> str:
    return f"{placed.name}（{told('投资完成率', of=f'排名：{placed.name}')}）"


def _gap(group: Group, time: Ratio) -> Decimal | None:
    return _RATE.of(group.parts).gap_pp(time)


def _against(name: str, gap: Decimal | None, time: str = "") -> str:
    """The right word: 超, 欠 or 持平, by the figure as it is printed."""
    time = f"（{time}）" if time else ""
    if gap_in_words(gap) == "持平":
        return f"与序时进度{time}{told('超欠进度', of=name)}"
    return f"较序时进度{time}{told('超欠进度', of=name)}"
