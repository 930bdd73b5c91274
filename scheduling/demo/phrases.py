"""What the leads of the invented district write, by where their project stands."""

from random import Random

from scheduling.demo.site import Reach

_PREPARING = (
    ("{next}：申报材料已修改完善并报送。", "跟进{next}审查意见，组织补正。"),
    ("完成{next}所需图纸和说明，组织专家咨询。", "取得{next}受理通知。"),
    ("与主管部门会商{next}，明确要件清单。", "按清单逐项补齐要件。"),
)
_BUILDING = (
    ("{next}施工推进至 {share}%，现场投入 {machines} 台套机械。", "继续推进{next}，力争完成至 {more}%。"),
    ("完成{next}本周作业面，累计 {share}%；材料到场验收 2 批次。", "转入下一作业面，同步组织隐蔽验收。"),
    ("{next}完成 {share}%，安全巡查整改 3 处。", "增加一个班组，{next}完成至 {more}%。"),
)
_UNCHANGED = (
    "等待{next}批复，本周无新增工程量。",
    "场地移交协调中，本周未形成实物工程量。",
    "设备生产周期内，本周无到货。",
    "连续降雨，现场停工待工。",
)
_PROBLEMS = (
    "尚有 2 户未签订征迁协议，影响连续作业面。",
    "10 千伏线路迁改方案未定，制约桩机进场。",
    "专项资金拨付滞后，材料款支付压力较大。",
    "施工图变更待审，影响后续工序。",
    "临时用地手续即将到期，需办理延期。",
)
RETURNS = (
    "本期投资与形象进度不匹配，请核实后重报。",
    "“本期完成”过于笼统，请写明部位和工程量。",
    "存在问题未写明责任单位和需解决时间，请补充。",
)
CORRECTIONS = ("监理计量核减", "上期漏报设备款，补充计入", "发票金额录入有误")


def standing(reach: Reach) -> str:
    if reach.next is None:
        return f"{reach.last}"
    if not reach.percent:
        return f"{reach.last}，正在办理：{reach.next}" if reach.last else f"正在办理：{reach.next}"
    return f"{reach.last}；{reach.next}完成 {reach.of_next}%"


def done_and_next(reach: Reach, dice: Random) -> tuple[str, str]:
    if reach.next is None:
        return "收尾并整理竣工资料。", "办理移交和结算。"
    done, following = dice.choice(_BUILDING if reach.percent else _PREPARING)
    said = {"next": reach.next, "share": reach.of_next, "more": min(reach.of_next + 6, 100)}
    said["machines"] = dice.randint(4, 26)
    return done.format(**said), following.format(**said)


def why_unchanged(reach: Reach, dice: Random) -> str:
    return dice.choice(_UNCHANGED).format(next=reach.next or "竣工验收")


def problem(dice: Random) -> str:
    return dice.choice(_PROBLEMS)
