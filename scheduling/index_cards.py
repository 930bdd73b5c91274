"""口径卡: what each index means, in words, with the other common definition beside it.

The fields a card names are those the index is computed of, so that the list behind each can be shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from scheduling.indices import FORMULAS, Formula, Index

TIME_LINEAR = "time_progress_linear"
TIME_PLAN = "time_progress_plan"
GAP = "progress_gap_pp"


@dataclass(frozen=True, slots=True)
class Card:
    """``beside``: how others define it; ``other``: the card of that definition, "" where it is not computed here.

    ``numerator`` and ``denominator`` are fields of ``Parts``; none: the index is not made of projects.
    """

    key: str
    name: str
    formula: str
    basis: str
    beside: str
    other: str = ""
    numerator: tuple[str, ...] = ()
    denominator: tuple[str, ...] = ()


FIELD_NAMES: Mapping[str, str] = {
    "projects": "年度计划内项目",
    "annual_plan_amount": "年度计划投资",
    "plan_to_date_amount": "同期计划投资",
    "ytd_amount": "当年累计完成投资",
    "original_plan_amount": "年初计划投资",
    "original_ytd_amount": "年初计划内项目的当年累计完成投资",
    "total_investment": "总投资",
    "since_start_amount": "开工累计完成投资",
    "targeted": "有年度投资计划的项目",
    "on_target": "达到目标进度的项目",
    "building": "在建项目",
    "finished": "竣工项目",
    "continuing": "续建项目",
    "resumed": "已复工的续建项目",
    "new_starts": "本年计划新开工项目",
    "started": "已开工的新开工项目",
    "starts_due": "截至当期应开工项目",
    "started_due": "应开工项目中已开工的",
    "completions": "本年计划竣工项目",
    "completed": "计划竣工项目中已竣工的",
    "commissioned": "计划竣工项目中已投产的",
    "completions_due": "截至当期应竣工项目",
    "completed_due": "应竣工项目中已竣工的",
    "commissioned_due": "应竣工项目中已投产的",
    "unplanned_projects": "未列入年度计划的项目",
    "unplanned_ytd_amount": "未列入年度计划的项目当年累计完成投资",
}


def _card(index: Index, name: str, *, basis: str, beside: str, other: Index | str = "") -> Card:
    formula: Formula = FORMULAS[index]
    above, below = ("＋".join(FIELD_NAMES[field] for field in fields) for fields in formula)
    above = f"（{above}）" if len(formula.numerator) > 1 else above
    below = f"（{below}）" if len(formula.denominator) > 1 else below
    return Card(index, name, f"{above} ÷ {below} × 100%", basis, beside, other, *formula)


_CARDS = (
    _card(
        Index.INVESTMENT,
        "投资完成率",
        basis="调度口径，已审核的填报；调整后计划。年中增补的自列入之日起全额计入，退出的两头都不计，"
        "停缓建的仍计入；未列入年度计划的不计。可以超过 100%。",
        beside="按同期计划：除以截至当期的计划投资，反映是否跟上月度安排。另有统计口径，"
        "分子为入库纳统后的统计投资额，两者不可混用。",
        other=Index.TO_DATE,
    ),
    _card(
        Index.TO_DATE,
        "同期计划完成率",
        basis="调度口径。同期计划为已过各月计划之和，当月自 15 日起计一半、月末日计全月。",
        beside="按全年计划：除以年度计划投资，与序时进度相比。",
        other=Index.INVESTMENT,
    ),
    _card(
        Index.ORIGINAL,
        "投资完成率（原计划）",
        basis="原计划口径：只计年初第一版计划所列、现仍在计划内的项目，分母为年初下达数。",
        beside="按调整后计划：含年中增补项目，分母为现行年度计划投资。",
        other=Index.INVESTMENT,
    ),
    _card(
        Index.OF_TOTAL,
        "占总投资比例",
        basis="自开工起累计，只计总投资已明确的年度计划内项目；总投资为现行批复数。",
        beside="按全年计划：只看当年完成投资与年度计划投资。",
        other=Index.INVESTMENT,
    ),
    _card(
        Index.ON_TARGET,
        "计划完成率",
        basis="按项目个数：当年累计完成投资不低于同期计划投资的，为达到目标进度。没有年度投资计划的不计。",
        beside="按投资额：完成投资之和除以同期计划投资之和，大项目的影响大。",
        other=Index.TO_DATE,
    ),
    _card(
        Index.START,
        "开工率",
        basis="年度口径：本年计划新开工的全部项目，提前开工的计入分子；前期项目不计。",
        beside="按期开工率：只除以截至当期应开工的项目，提前开工的不计入。",
        other=Index.START_ON_TIME,
    ),
    _card(
        Index.START_ON_TIME,
        "按期开工率",
        basis="当期口径：计划开工日已到的新开工项目；未定计划开工日的，年末为应开工。提前开工的不计入。",
        beside="年度开工率：除以本年计划新开工的全部项目，提前开工的计入。",
        other=Index.START,
    ),
    _card(
        Index.UNDER_WAY,
        "在建竣工率",
        basis="全部口径：年度计划内的全部项目，含前期项目；续建项目视为已开工。",
        beside="年度开工率：只计本年计划新开工的项目。",
        other=Index.START,
    ),
    _card(
        Index.START_RESUME,
        "开复工率",
        basis="续建和新开工项目，前期项目不计。续建项目当年已有完成投资且未停缓建，或者已竣工的，为已复工。",
        beside="年度开工率：只计本年计划新开工的项目，续建项目不计。",
        other=Index.START,
    ),
    _card(
        Index.COMPLETION,
        "竣工率",
        basis="年度口径：本年计划竣工的全部项目，以竣工日期为准，提前竣工的计入分子。",
        beside="投产率：以投产达效日期为准。另可只除以截至当期应竣工的项目（按期竣工率）。",
        other=Index.COMMISSION,
    ),
    _card(
        Index.COMPLETION_ON_TIME,
        "按期竣工率",
        basis="当期口径：计划竣工日已到的项目；未定计划竣工日的，年末为应竣工。提前竣工的不计入。",
        beside="年度竣工率：除以本年计划竣工的全部项目，提前竣工的计入。",
        other=Index.COMPLETION,
    ),
    _card(
        Index.COMMISSION,
        "投产率",
        basis="年度口径：本年计划竣工投产的全部项目，以投产达效日期为准。",
        beside="竣工率：以竣工日期为准，通常早于投产。",
        other=Index.COMPLETION,
    ),
    _card(
        Index.COMMISSION_ON_TIME,
        "按期投产率",
        basis="当期口径：计划竣工日已到的项目，以投产达效日期为准。",
        beside="按期竣工率：以竣工日期为准。",
        other=Index.COMPLETION_ON_TIME,
    ),
    Card(
        TIME_LINEAR,
        "序时进度",
        "已过月数 ÷ 12 × 100%",
        basis="按月平均：月末日计全月，当月自 15 日起计半月。设有年度目标的，再乘以目标比例。",
        beside="按计划曲线：同期计划投资除以年度计划投资，顾及冬季和年中开工的项目。",
        other=TIME_PLAN,
    ),
    Card(
        TIME_PLAN,
        "序时进度（按计划）",
        "同期计划投资 ÷ 年度计划投资 × 100%",
        basis="按现行计划的分月安排。设有年度目标的，再乘以目标比例。没有年度投资计划的，无此指标。",
        beside="按月平均：已过月数除以 12，与各地通报可比。",
        other=TIME_LINEAR,
        numerator=("plan_to_date_amount",),
        denominator=("annual_plan_amount",),
    ),
    Card(
        GAP,
        "超（欠）进度",
        "投资完成率 － 序时进度",
        basis="单位为个百分点，先相减、后取舍。",
        beside="同期计划完成率：完成投资除以同期计划投资，以 100% 为界。",
        other=Index.TO_DATE,
        numerator=("ytd_amount",),
        denominator=("annual_plan_amount",),
    ),
)

CARDS: Mapping[str, Card] = {card.key: card for card in _CARDS}
