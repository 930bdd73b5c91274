"""What a ledger says that could not be taken as it stands, each with its place and its reason."""

from dataclasses import dataclass
from enum import StrEnum

from projects.errors import RuleViolation


class UnreadableLedger(RuleViolation):
    """The file as a whole cannot be read; the message says why and what would help."""


class Code(StrEnum):
    """The kinds of problem: a stable name for scripts, a label for people."""

    label: str

    def __new__(cls, name: str, label: str) -> "Code":
        member = str.__new__(cls, name)
        member._value_, member.label = name, label
        return member

    NO_KEY = "no_key", "缺少项目键"
    NO_NAME = "no_name", "缺少项目名称"
    CODED = "coded", "代码代替数值"
    BAD_DATE = "bad_date", "日期无法识别"
    VAGUE_DATE = "vague_date", "约期，非确切日期"
    BAD_AMOUNT = "bad_amount", "金额无法识别"
    BAD_NUMBER = "bad_number", "数值无法识别"
    TOO_LARGE = "too_large", "金额超出范围"
    NEGATIVE = "negative_amount", "金额为负"
    UNKNOWN_VALUE = "unknown_value", "取值不在对应表内"
    MISSING_VALUE = "missing_value", "内容空缺"
    TOO_LONG = "too_long", "文字过长"
    GARBLED = "garbled", "乱码"
    SHORT_ROW = "short_row", "本行缺列"
    LONG_ROW = "long_row", "本行多列"
    TOTAL = "total_row", "合计行，未作为项目"
    SECTION = "section_row", "分组行，未作为项目"
    FOOTNOTE = "note_row", "表下说明，未作为项目"
    EXAMPLE = "example_row", "填写示例，未作为项目"
    REPEATED_HEADER = "repeated_header", "重复的表头"
    CONFLICT = "conflict", "同一项目前后不一致"
    REPEATED_KEY = "repeated_key", "重复键"
    PLANNED_BEFORE_START = "planned_before_start", "计划完成早于实际开始"
    ENDED_BEFORE_START = "ended_before_start", "实际完成早于实际开始"
    NO_PLANNED_DATE = "no_planned_date", "进行中而无计划日期"
    COMPLETE_WITHOUT_DATE = "complete_without_date", "已完成而无完成日期"
    STATUS_AGAINST_DATE = "status_against_date", "状态与日期不符"
    KEPT = "kept_known", "沿用原有日期"
    CODE_TAKEN = "code_taken", "编号已被占用"
    BAD_NATIONAL_CODE = "bad_national_code", "国家统一项目代码有误"
    NO_TOTAL = "no_total", "总投资无法合计"
    MATCHED = "matched", "与已登记项目对上"
    PACKAGE = "package", "打包项目没有自己的数据"
    NO_PERSON = "no_person", "人员未能对上"
    NOT_TAKEN = "not_taken", "数值未登记"
    PLAN_NOT_TAKEN = "plan_not_taken", "年度计划未登记"
    MONTHS_SPLIT = "months_split", "计划已分到各月"
    SUPPOSED = "supposed", "按推断登记"
    APPROVED_STAYS = "approved_stays", "批准日期未改"


def label_of(code: str) -> str:
    return Code(code).label  # type: ignore[call-arg]  # by value, as every enumeration


@dataclass(frozen=True, slots=True)
class Problem:
    """``row`` counts as Excel does, the header being 1. A rejected row is not imported at all."""

    row: int
    column: str
    value: str
    code: Code
    message: str
    rejected: bool = False
