"""通知书的文字: its words from what it rests on; everything can be edited but the figures, which come from there."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from projects.figures import chinese_date, gap_pp
from reports.bulletin import Section
from reports.bulletin_words import plain
from reports.measure_notice import MeasureNotice
from scheduling.dossier import Dossier
from scheduling.measure_rules import Level

_NAMED = 5
_MOST = 40  # letters of what somebody wrote
_NUMBERS = "一二三四五六七八九十"
_SPACE = re.compile(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])")
_TITLES = {
    Level.INTERVIEW: "关于{name}推进情况的约谈通知书",
    Level.RECTIFICATION: "关于{name}的限期整改通知书",
    Level.LISTED_SUPERVISION: "关于对{name}挂牌督办的通知书",
    Level.REMOVAL: "关于建议{name}退出重点项目名单的通知",
    Level.COMMENDATION: "关于表扬{name}的通报",
    Level.REWARD: "关于奖励{name}的通报",
    Level.POLICY_PREFERENCE: "关于给予{name}政策支持的通知",
    Level.FUND_PREFERENCE: "关于给予{name}资金倾斜的通知",
}
_OPENINGS = {
    Level.INTERVIEW: "经研究，决定就“{name}”推进情况对有关负责同志进行约谈。现将有关事项通知如下。",
    Level.RECTIFICATION: "经研究，现就“{name}”存在的问题，责令限期整改。有关事项通知如下。",
    Level.LISTED_SUPERVISION: "经研究，决定对“{name}”挂牌督办。现将有关事项通知如下。",
    Level.REMOVAL: "经研究，建议“{name}”退出重点项目名单。现将有关情况通知如下。",
    Level.COMMENDATION: "“{name}”推进顺利，成效明显。经研究，决定予以通报表扬。",
    Level.REWARD: "“{name}”推进顺利，成效明显。经研究，决定予以奖励。",
    Level.POLICY_PREFERENCE: "“{name}”推进顺利，成效明显。经研究，决定在政策上予以支持。",
    Level.FUND_PREFERENCE: "“{name}”推进顺利，成效明显。经研究，决定在资金安排上予以倾斜。",
}


def title(notice: MeasureNotice) -> str:
    return _TITLES[notice.level].format(name=notice.project)


def addressee(notice: MeasureNotice) -> str:
    return f"{notice.unit}："


def sections(notice: MeasureNotice) -> tuple[Section, ...]:
    """The opening, then what is to be known and done, numbered in their order."""
    opening = Section("opening", "", _OPENINGS[notice.level].format(name=notice.project))
    parts = [(key, heading, text) for key, heading, text in _parts(notice) if text]
    return (opening, *(Section(key, f"{_NUMBERS[n]}、{heading}", text) for n, (key, heading, text) in enumerate(parts)))


def _parts(notice: MeasureNotice) -> Iterator[tuple[str, str, str]]:
    level = notice.level
    if level is Level.INTERVIEW:
        yield "why", "约谈事由", _why(notice)
        yield "when", "约谈时间、地点和人员", _arranged(notice)
        yield "asked", "有关要求", _asked_of_interview(notice)
    elif level in {Level.RECTIFICATION, Level.LISTED_SUPERVISION}:
        yield "why", "存在的问题", _why(notice)
        yield "items", "整改事项和期限", _items(notice)
        yield "asked", "有关要求", _asked_of_rectification(notice)
    elif level is Level.REMOVAL:
        yield "why", "有关情况", _why(notice)
        yield (
            "asked",
            "有关要求",
            f"请{notice.unit}核对上述情况，于{_day(notice, 10)}前书面反馈意见，并按程序办理退出手续。",
        )
    else:
        yield "why", "主要成效", _merits(notice)
        yield "asked", "有关要求", _asked_of_praise(notice)


def _why(notice: MeasureNotice) -> str:
    """Why it was proposed, and what stands behind it; what excuses is said as well."""
    dossier = notice.dossier
    said = [_tight(notice.reasons)]
    said += _lights(dossier)
    said += _nodes(dossier)
    said += _decisions(dossier)
    if excused := [_tight(each) for each in dossier.excused()]:
        said.append(f"有关情况：{''.join(excused)}")
    return "\n".join(said)


def _lights(dossier: Dossier) -> Iterator[str]:
    if dossier.lights and (gap := dossier.lights[0].gap_pp) is not None and gap < 0:
        last = dossier.lights[0].ends_on
        yield f"截至{last.month}月底，投资较同期计划{_tight(gap_pp(gap, 1))}。"


def _nodes(dossier: Dossier) -> Iterator[str]:
    late = sorted((each for each in dossier.nodes if each.actual_on is None), key=lambda each: -each.days)
    if late:
        named = "；".join(f"“{_words(each.name, dossier)}”逾期{each.days}天" for each in late[:_NAMED])
        yield f"未按期完成的节点{len(late)}项：{named}{'等' if len(late) > _NAMED else ''}。"


def _decisions(dossier: Dossier) -> Iterator[str]:
    if late := sorted(dossier.decisions, key=lambda each: -each.days):
        named = "；".join(f"“{_words(each.text, dossier)}”逾期{each.days}天" for each in late[:_NAMED])
        yield f"逾期未办结的交办事项{len(late)}项：{named}{'等' if len(late) > _NAMED else ''}。"


def _merits(notice: MeasureNotice) -> str:
    dossier, said = notice.dossier, [_tight(notice.reasons)]
    if dossier.lights and (gap := dossier.lights[0].gap_pp) is not None and gap > 0:
        said.append(f"截至{dossier.lights[0].ends_on.month}月底，投资较同期计划{_tight(gap_pp(gap, 1))}。")
    if dossier.solved:
        said.append(f"近期反映的问题已解决{dossier.solved}个。")
    return "\n".join(said)


def _arranged(notice: MeasureNotice) -> str:
    found = notice.interview
    if found is None:
        return ""
    held_at = found.held_at
    lines = [
        f"时间：{chinese_date(held_at.date())}{held_at.hour}时{held_at.minute:02}分",
        f"地点：{found.place}",
        f"被约谈人：{found.interviewees}",
        f"约谈人：{found.interviewers}",
        f"参加人：{found.attendees}" if found.attendees else "",
    ]
    return "\n".join(f"{line}。" for line in lines if line)


def _asked_of_interview(notice: MeasureNotice) -> str:
    return (
        "请被约谈人准时参加，不得委托他人；对照附件所列情况，说明原因、措施和完成时限，并作出书面承诺。"
        "书面材料于约谈前1个工作日报区重点办。约谈后的承诺事项由区重点办逐项复查销号，逾期未兑现的，按规定提高一级处理。"
    )


def _items(notice: MeasureNotice) -> str:
    many = len(notice.items) > 1
    lines = [
        f"{f'{turn}.' if many else ''}{each.text.strip().rstrip('。；;')}，于{chinese_date(each.due_on)}前完成。"
        for turn, each in enumerate(notice.items, start=1)
    ]
    return "\n".join(lines)


def _asked_of_rectification(notice: MeasureNotice) -> str:
    above = notice.level.above
    risen = f"，逾期未完成的，提请{above.word}" if above else ""
    return (
        f"请{notice.unit}落实责任到人，逐项整改，完成后报送整改情况和佐证材料，由区重点办现场复查销号{risen}。"
        "整改中需其他部门配合的，及时提出协调请求。"
    )


def _asked_of_praise(notice: MeasureNotice) -> str:
    given = {
        Level.REWARD: "奖励按有关规定兑现。",
        Level.POLICY_PREFERENCE: "各有关部门要在用地、环境容量、审批服务等方面优先保障。",
        Level.FUND_PREFERENCE: "财政、发改部门在安排项目资金和申报上级资金时优先考虑。",
    }
    return f"{given.get(notice.level, '')}希望{notice.unit}再接再厉，各单位学习借鉴，加快推进重点项目建设。"


def _day(notice: MeasureNotice, days: int) -> str:
    return chinese_date(notice.decided_on + timedelta(days=days))


def _words(words: str, dossier: Dossier) -> str:
    return plain(words, year=dossier.on.year, most=_MOST).replace("“", "《").replace("”", "》")


def _tight(words: str) -> str:
    """As a paper writes it: no spaces between figures and characters, days in Chinese."""
    return _SPACE.sub("", re.sub(r"\d{4}-\d{2}-\d{2}", lambda found: chinese_date(date.fromisoformat(found[0])), words))
