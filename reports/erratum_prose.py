"""更正通报: its words, from what was corrected."""

from projects.figures import chinese_date
from reports.bulletin import Cause, Erratum, Section

_NAMED = 20
"""So many causes are told one by one; the annex has them all."""


def title(erratum: Erratum) -> str:
    return f"关于更正《{erratum.corrects_title}》有关数据的通报"


def sections(erratum: Erratum) -> tuple[Section, ...]:
    said = (
        f"《{erratum.corrects_title}》（{erratum.corrects_number}）印发后，有关单位更正了其中使用的数据。"
        f"经核实，现将涉及的{len(erratum.changes)}项数据予以更正，其余内容不变。原件保留，以本通报为准。"
    )
    named = [_cause(each) for each in erratum.causes[:_NAMED]]
    if len(erratum.causes) > _NAMED:
        named.append(f"其余{len(erratum.causes) - _NAMED}项见附件。")
    return (
        Section("changes", "一、更正的数据", said),
        Section("causes", "二、更正的原因", "\n".join(named)),
    )


def _cause(cause: Cause) -> str:
    reason = f"原因：{cause.reason}。" if cause.reason else ""
    return (
        f"{cause.project.name}（{cause.project.unit}）{cause.what}由{cause.old}更正为{cause.new}。{reason}"
        f"更正人：{cause.person}，{chinese_date(cause.at.date())}。"
    )
