"""Who may do what, in words.

A person holds posts (任职); a post gives a role in a unit for a span of days. What a role may do is
the table below, and nothing outside it decides. The three administrators (三员) see no business data.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    PROJECT_LEAD = "PROJECT_LEAD", _("项目负责人")
    REVIEWER = "REVIEWER", _("牵头单位审核人")
    OFFICE = "OFFICE", _("区重点办")
    SIGNER = "SIGNER", _("签发领导")
    LEADER = "LEADER", _("区领导")
    JUDGE = "JUDGE", _("评委")
    SYS_ADMIN = "SYS_ADMIN", _("系统管理员")
    SEC_ADMIN = "SEC_ADMIN", _("安全管理员")
    AUDIT_ADMIN = "AUDIT_ADMIN", _("审计管理员")


ADMINISTRATORS = frozenset({Role.SYS_ADMIN, Role.SEC_ADMIN, Role.AUDIT_ADMIN})


class Duty(Enum):
    """One thing a role may do."""

    READ_DISTRICT = "阅览全区项目"
    READ_UNIT = "阅览本单位项目"
    READ_OWN = "阅览本人负责的项目"
    EDIT_REGISTER = "维护项目库"
    FORECAST = "填报预计日期"
    EXCUSE = "批准不计逾期"
    IMPORT_LEDGER = "导入台账"
    DRAFT_PLAN = "编制年度计划"
    APPROVE_PLAN = "批准年度计划"
    DRAFT_SCHEDULE = "编制倒排计划"
    REQUEST_CHANGE = "申请变更"
    REVIEW_CHANGE = "审核和会签变更"
    APPROVE_CHANGE = "批准变更"
    KEEP_PERMITS = "登记审批手续"
    HAND_IN_EVIDENCE = "提交佐证材料"
    CLOSE_STAGE = "审核阶段完成"
    SPLIT_TARGETS = "分解周目标和日任务"
    KEEP_TEMPLATES = "维护倒排模板"
    REPORT_PROGRESS = "填报进度"
    REVIEW_REPORT = "审核填报"
    KEEP_REPORTING = "维护报告期"
    CHASE = "催报"
    RAISE_PROBLEM = "提出问题"
    HANDLE_PROBLEM = "办理问题"
    ANSWER_REQUEST = "答复协调请求"
    CALL_MEETING = "召集调度会"
    CARRY_OUT = "办理交办事项"
    CLOSE_OUT = "交办和销号"
    SUPERVISE = "签发督办单"
    KEEP_LIGHT_RULES = "维护亮灯规则"
    ASK_WAIVER = "申请豁免"
    WAIVE = "批准豁免"
    KEEP_SERVICE_LOG = "登记专班服务"
    VERIFY = "随机核查"
    DRAFT_BULLETIN = "拟写通报"
    CHECK_BULLETIN = "核稿"
    SIGN_OFF = "签发文书"
    REGISTER = "登记编号和印发"
    INSPECT = "组织观摩"
    PRE_SCREEN = "观摩初审"
    SCORE = "观摩评分"
    PUBLISH_RESULT = "公布观摩结果"
    PROPOSE_MEASURE = "提出结果运用"
    APPROVE_MEASURE = "批准结果运用"
    CARRY_OUT_MEASURE = "办理结果运用"
    ASSESS = "组织考核"
    APPROVE_ASSESSMENT = "核定考核结果"
    APPEAL = "考核申诉"
    EXPORT = "导出表格"
    MANAGE_ACCOUNTS = "管理单位和账号"
    GRANT_ROLES = "任免角色"
    READ_AUDIT = "查阅审计日志"


GRANTS: dict[Role, frozenset[Duty]] = {
    Role.PROJECT_LEAD: frozenset(
        {
            Duty.READ_OWN,
            Duty.FORECAST,
            Duty.DRAFT_SCHEDULE,
            Duty.REQUEST_CHANGE,
            Duty.KEEP_PERMITS,
            Duty.HAND_IN_EVIDENCE,
            Duty.SPLIT_TARGETS,
            Duty.REPORT_PROGRESS,
            Duty.RAISE_PROBLEM,
            Duty.HANDLE_PROBLEM,
            Duty.CARRY_OUT,
            Duty.ASK_WAIVER,
            Duty.KEEP_SERVICE_LOG,
            Duty.CARRY_OUT_MEASURE,
            Duty.EXPORT,
        }
    ),
    Role.REVIEWER: frozenset(
        {
            Duty.READ_UNIT,
            Duty.REVIEW_CHANGE,
            Duty.CLOSE_STAGE,
            Duty.REVIEW_REPORT,
            Duty.CHASE,
            Duty.RAISE_PROBLEM,
            Duty.HANDLE_PROBLEM,
            Duty.ANSWER_REQUEST,
            Duty.CALL_MEETING,
            Duty.CARRY_OUT,
            Duty.CLOSE_OUT,
            Duty.ASK_WAIVER,
            Duty.KEEP_SERVICE_LOG,
            Duty.PRE_SCREEN,
            Duty.CARRY_OUT_MEASURE,
            Duty.APPEAL,
            Duty.EXPORT,
        }
    ),
    Role.OFFICE: frozenset(
        {
            Duty.READ_DISTRICT,
            Duty.EDIT_REGISTER,
            Duty.FORECAST,
            Duty.EXCUSE,
            Duty.IMPORT_LEDGER,
            Duty.DRAFT_PLAN,
            Duty.DRAFT_SCHEDULE,
            Duty.REQUEST_CHANGE,
            Duty.APPROVE_CHANGE,
            Duty.KEEP_PERMITS,
            Duty.HAND_IN_EVIDENCE,
            Duty.CLOSE_STAGE,
            Duty.SPLIT_TARGETS,
            Duty.KEEP_TEMPLATES,
            Duty.REVIEW_REPORT,
            Duty.KEEP_REPORTING,
            Duty.CHASE,
            Duty.RAISE_PROBLEM,
            Duty.HANDLE_PROBLEM,
            Duty.ANSWER_REQUEST,
            Duty.CALL_MEETING,
            Duty.CLOSE_OUT,
            Duty.SUPERVISE,
            Duty.KEEP_LIGHT_RULES,
            Duty.ASK_WAIVER,
            Duty.WAIVE,
            Duty.KEEP_SERVICE_LOG,
            Duty.VERIFY,
            Duty.DRAFT_BULLETIN,
            Duty.CHECK_BULLETIN,
            Duty.REGISTER,
            Duty.INSPECT,
            Duty.PROPOSE_MEASURE,
            Duty.ASSESS,
            Duty.EXPORT,
        }
    ),
    Role.SIGNER: frozenset(
        {
            Duty.READ_DISTRICT,
            Duty.APPROVE_PLAN,
            Duty.APPROVE_CHANGE,
            Duty.EXCUSE,
            Duty.WAIVE,
            Duty.SIGN_OFF,
            Duty.PUBLISH_RESULT,
            Duty.APPROVE_MEASURE,
            Duty.APPROVE_ASSESSMENT,
            Duty.EXPORT,
        }
    ),
    Role.LEADER: frozenset({Duty.READ_DISTRICT, Duty.KEEP_SERVICE_LOG, Duty.EXPORT}),
    Role.JUDGE: frozenset({Duty.SCORE}),
    Role.SYS_ADMIN: frozenset({Duty.MANAGE_ACCOUNTS}),
    Role.SEC_ADMIN: frozenset({Duty.GRANT_ROLES}),
    Role.AUDIT_ADMIN: frozenset({Duty.READ_AUDIT}),
}


@dataclass(frozen=True)
class Holding:
    """A post as far as permissions go: the role, and where in the unit tree."""

    role: Role
    unit_path: str


@dataclass(frozen=True)
class Duties:
    """What one person may do on one day; loaded once at the edge."""

    holdings: tuple[Holding, ...]

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(holding.role for holding in self.holdings)

    def include(self, duty: Duty) -> bool:
        return any(duty in GRANTS[role] for role in self.roles)

    def unit_paths(self, duty: Duty) -> tuple[str, ...]:
        """Roots of the subtrees in which this duty is held."""
        return tuple(sorted({h.unit_path for h in self.holdings if duty in GRANTS[h.role]}))


NOBODY = Duties(())


def clash(roles: Iterable[Role]) -> str | None:
    """Why these roles may not be held by one person, or None (GB/T 22239 三员分立)."""
    held = set(roles)
    if len(held & ADMINISTRATORS) > 1:
        return "系统、安全、审计三类管理员须由不同的人担任。"
    if held & ADMINISTRATORS and held - ADMINISTRATORS:
        return "管理员不得兼任业务角色。"
    return None
