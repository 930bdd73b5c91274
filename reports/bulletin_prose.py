"""通报正文: the sections of a bulletin in the words of the office, with a token for every figure."""

from collections.abc import Iterator

from reports.bulletin import Bulletin, Section


def title(bulletin: Bulletin) -> str:
    return f"关于{bulletin.year}年{bulletin.month}月全区重点项目建设进展情况的通报"


def sections(bulletin: Bulletin) -> tuple[Section, ...]:
    """In their order, only those that have something to say."""
    return tuple(_every(bulletin))


def _every(_bulletin: Bulletin) -> Iterator[Section]:
    yield Section(
        "progress",
        "一、总体进展",
        "今年全区年度计划内重点项目{全区·项目数}个，年度计划投资{全区·年度计划投资}，"
        "累计完成投资{全区·当年累计完成投资}，投资完成率{全区·投资完成率}。",
    )
