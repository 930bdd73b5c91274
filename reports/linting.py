"""公文体检: what is wrong with a paper before it is signed off, where, and how to mend it."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from reports import measure_prose
from reports.bulletin import Erratum, Registered, Section
from reports.bulletin_figures import Figure, figures, tokens
from reports.measure_notice import MeasureNotice
from reports.official import Form

MOST_SIGNS = 4_000
"""专项工作 papers should not be longer."""
_CHINESE = "一二三四五六七八九十"
_TOKEN = re.compile(r"\{([^{}]*)\}")
_QUOTED = re.compile(r"“[^”]*”|《[^》]*》")
_NUMBER = re.compile(r"(?<![\d.])(\d[\d,]*(?:\.\d+)?)\s*(%|％|个百分点|百分点|亿元|万元|元|个|项|天)")
_LINKING = re.compile(r"(?:达到|达|为|是|约|仅|至|：|\s)+$")  # between the name of a figure and the figure
_NOT_COUNTED = re.compile(r"\s*(?:月|工作日|小时|自然日|季度|星期|方面|环节)")
_OFFICIAL_NUMBER = re.compile(r"[^\[\]()（）【】〔〕]+〔20\d\d〕[1-9]\d*号")
_BRIEF_NUMBER = re.compile(r"第[1-9]\d*期")
_WRONG_NUMBER = re.compile(r"[\[(（【]20\d\d[\])）】]\s*第?\d+号|〔20\d\d〕(?:第|0)\d*号?")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_HALF_WIDTH = re.compile(r"[一-鿿][,;:?!]|[一-鿿]\([^)]*\)")
_TWICE = re.compile(r"([，。；：、])[，。；：、]")
_SECOND, _THIRD = re.compile(rf"（([{_CHINESE}]+)）"), re.compile(r"(\d+)[.．](?!\d)")
_TABLE_UNITS = {"亿元": "万元"}
_COUNTS = frozenset({"个", "项", "天"})


@dataclass(frozen=True)
class Finding:
    """``is_error``: it must be mended before the paper is signed off; else it is to be looked at."""

    rule: str
    where: str
    what: str
    is_error: bool = True


def lint(registered: Registered) -> tuple[Finding, ...]:
    """Every finding in the order of the paper; none: the paper may be signed off."""
    return tuple(finding for check in _CHECKS for finding in check(registered))


def _tokens(paper: Registered) -> Iterator[Finding]:
    known = _figures(paper)
    for section in paper.sections:
        for name in dict.fromkeys(tokens(section.text)):
            if name not in known:
                what = f"“{{{name}}}”不是本件的数据。请从数据表中选取，或改为文字。"
                yield Finding("token", _where(section), what)


def _numbers(paper: Registered) -> Iterator[Finding]:
    """A number written by hand equals one that is printed under the name before it, or it is none of this paper."""
    printed = _printed(paper)
    for section in paper.sections:
        for label, number, unit in _typed(_without_names(section.text, paper), printed):
            if number + unit not in printed[label]:
                what = f"“{number}{unit}”与本件的任何数据都不一致。请核对，或从数据表中插入该数据。"
                yield Finding("number", _where(section), what, is_error=unit not in _COUNTS)


def _headings(paper: Registered) -> Iterator[Finding]:
    turn = 0
    for place, section in enumerate(paper.sections):
        if not section.heading and place == 0:
            continue
        turn += 1
        wanted = f"{chinese(turn)}、"
        if not section.heading.startswith(wanted):
            yield Finding("heading", _where(section), f"标题序号应为“{wanted}”。请按顺序编排各部分标题。")
    for section in paper.sections:
        yield from _levels(section)


def _levels(section: Section) -> Iterator[Finding]:
    second = third = 0
    for line in section.text.splitlines():
        if found := _SECOND.match(line):
            second, third = second + 1, 0
            if found[1] != chinese(second):
                what = f"“{found[0]}”的序号应为“（{chinese(second)}）”。请按顺序编排。"
                yield Finding("heading", _where(section), what)
        elif found := _THIRD.match(line):
            third += 1
            if found[1] != str(third):
                yield Finding("heading", _where(section), f"“{found[0]}”的序号应为“{third}.”。请按顺序编排。")


def _numbering(paper: Registered) -> Iterator[Finding]:
    form = _OFFICIAL_NUMBER if paper.form == Form.OFFICIAL else _BRIEF_NUMBER
    if paper.number and not form.fullmatch(paper.number):
        mend = "机关代字〔年份〕序号，如“×政办发〔2026〕8号”" if paper.form == Form.OFFICIAL else "第8期"
        yield Finding(
            "numbering", "文号", f"“{paper.number}”不合规范，应为{mend}：六角括号，序号不编虚位、不加“第”字。"
        )
    for section in paper.sections:
        for found in _WRONG_NUMBER.finditer(section.text):
            what = f"引用的文号“{found[0]}”不合规范。年份请用六角括号“〔〕”，序号不编虚位、不加“第”字。"
            yield Finding("numbering", _where(section), what)


_TITLES_OF_NOTICES = ("通知书", "通报", "通知", "函")


def _title(paper: Registered) -> Iterator[Finding]:
    title = paper.title.strip()
    if not title:
        yield Finding("title", "标题", "没有标题。请填写。")
    elif not title.endswith(kinds := _TITLES_OF_NOTICES if paper.notice else ("通报",)):
        yield Finding("title", "标题", f"标题应以文种{'、'.join(f'“{each}”' for each in kinds)}结尾。请修改。")
    if title.endswith(("。", "；", "，")):
        yield Finding("title", "标题", "标题末尾不用标点。请删去。")


def _parts(paper: Registered) -> Iterator[Finding]:
    if paper.form == Form.OFFICIAL and not paper.addressee.strip():
        yield Finding("addressee", "主送机关", "没有主送机关。请填写。")
    elif paper.addressee.strip() and not paper.addressee.strip().endswith("："):
        yield Finding("addressee", "主送机关", "主送机关后应为全角冒号“：”。请补上。")
    if not paper.signature.strip():
        yield Finding("signature", "署名", "没有发文机关署名。请在通报规则中填写。")
    if not paper.sections:
        yield Finding("section", "正文", "没有正文。请填写。")
    for section in paper.sections:
        if not section.text.strip():
            yield Finding("section", _where(section), "本部分没有内容。请填写，或删去标题。")
    if paper.form == Form.OFFICIAL and not paper.copies:
        yield Finding("copies", "版记", "没有填写印数。", is_error=False)


def _signs(paper: Registered) -> Iterator[Finding]:
    for where, text in _texts(paper):
        for found in _MOBILE.finditer(text):
            yield Finding("personal", where, f"“{found[0]}”像是手机号码。公文不登个人联系方式，请删去。")
        for found in _IDENTITY.finditer(text):
            yield Finding("personal", where, f"“{found[0][:6]}…”像是身份证号码。请删去。")
        for found in _HALF_WIDTH.finditer(text):
            yield Finding("sign", where, f"“{found[0]}”用了半角标点。请改为全角。", is_error=False)
        for found in _TWICE.finditer(text):
            yield Finding("sign", where, f"“{found[0]}”标点重复。请删去一个。", is_error=False)


def _length(paper: Registered) -> Iterator[Finding]:
    said = sum(len("".join(each.heading.split()) + "".join(_filled(each, paper).split())) for each in paper.sections)
    if said > MOST_SIGNS:
        what = f"正文 {said:,} 字，超过 {MOST_SIGNS:,} 字。请精简，明细可放在附件。"
        yield Finding("length", "正文", what, is_error=False)


_CHECKS: Sequence[Callable[[Registered], Iterator[Finding]]] = (
    _title,
    _parts,
    _numbering,
    _headings,
    _tokens,
    _numbers,
    _signs,
    _length,
)


def chinese(number: int) -> str:
    """1 to 99 as headings count: 一 十 十一 二十."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else f"{_CHINESE[tens - 1]}十"
    return head + (_CHINESE[ones - 1] if ones else "")


def _where(section: Section) -> str:
    return section.heading or "开头"


def _texts(paper: Registered) -> Iterator[tuple[str, str]]:
    yield from (("标题", paper.title), ("主送机关", paper.addressee), ("附注", paper.remark), ("抄送", paper.cc))
    yield from ((_where(section), _QUOTED.sub("", _TOKEN.sub("", section.text))) for section in paper.sections)


def _figures(paper: Registered) -> dict[str, Figure]:
    return dict(figures(paper.bulletin)) if paper.bulletin else {}


def _filled(section: Section, paper: Registered) -> str:
    known = _figures(paper)
    return _TOKEN.sub(lambda found: known[found[1]].printed if found[1] in known else "", section.text)


def _typed(text: str, labels: Collection[str] = ()) -> Iterator[tuple[str, str, str]]:
    """Of every quantity what it is called, "" where it is none of the ``labels``; number and unit in one spelling."""
    for found in _NUMBER.finditer(text):
        if found[2] == "个" and _NOT_COUNTED.match(text, found.end()):
            continue
        unit = {"％": "%", "百分点": "个百分点"}.get(found[2], found[2])
        before = _LINKING.sub("", text[: found.start()])
        label = max((each for each in labels if before.endswith(each)), key=len, default="")
        yield label, found[1].replace(",", ""), unit


def _without_names(text: str, paper: Registered) -> str:
    """What is written by hand: no tokens, no words quoted, no names of projects."""
    text = _QUOTED.sub("", _TOKEN.sub("", text))
    for name in sorted(_names(paper), key=len, reverse=True):
        text = text.replace(name, "")
    return text


def _names(paper: Registered) -> set[str]:
    bulletin, erratum = paper.bulletin, paper.erratum
    if erratum:
        return {cause.project.name for cause in erratum.causes}
    if paper.notice:
        return {paper.notice.project, *(item.text for item in paper.notice.items)}
    if bulletin is None:
        return set()
    lines: list[Any] = [*bulletin.lagging, *bulletin.starts, *bulletin.completions]
    lines += [*bulletin.problems, *bulletin.late_reports]
    said = {line.cause for line in bulletin.lagging} | {line.promise for line in bulletin.lagging}
    return ({line.project.name for line in lines} | said) - {""}


def _printed(paper: Registered) -> dict[str, set[str]]:
    """Every quantity this paper may name, in the spelling of ``_typed``, by what it is called; under "" all of them."""
    printed: dict[str, set[str]] = {"": set()}
    if paper.bulletin:
        for figure in figures(paper.bulletin).values():
            label = figure.name.rpartition("·")[2]
            for key in ("", label):
                printed.setdefault(key, set()).update(_spellings(figure))
    if paper.erratum:
        printed[""].update(_of_erratum(paper.erratum))
    if paper.notice:
        printed[""].update(_of_notice(paper.notice))
    return printed


def _of_notice(notice: MeasureNotice) -> Iterator[str]:
    """What its words say before anybody has altered them."""
    for section in measure_prose.sections(notice):
        yield from (number + unit for _label, number, unit in _typed(section.text))


def _spellings(figure: Figure) -> Iterator[str]:
    """As prose and as tables print it."""
    typed = [(number, unit) for _label, number, unit in _typed(figure.printed)]
    yield from (number + unit for number, unit in typed)
    in_table = figure.in_table.lstrip("+-").replace(",", "")
    units = {_TABLE_UNITS.get(unit, unit) for _number, unit in typed} or _COUNTS
    yield from (in_table + unit for unit in units)


def _of_erratum(erratum: Erratum) -> Iterator[str]:
    said = [text for change in erratum.changes for text in (change.figure, change.old, change.new)]
    said += [text for cause in erratum.causes for text in (cause.what, cause.old, cause.new, cause.reason)]
    yield from (number + unit for text in said for _label, number, unit in _typed(text))
    yield from (f"{number}项" for number in range(len(erratum.changes) + len(erratum.causes) + 1))
