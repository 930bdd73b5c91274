from .annual_plan import AnnualPlan, PlanAdjustment, PlanEntry, PlanVersion
from .audit_event import AuditEvent
from .calendar_day import CalendarDay
from .change_request import ApprovalStep, ChangeRequest, DelayReason, Substitute
from .evidence import EvidenceItem, EvidencePaper
from .job import Job
from .key_project import FocusArea, KeyProject, Level
from .ledger_import import ImportProblem, LedgerImport, LedgerLayout, LedgerStatement, VanishedRow
from .milestone import FourDates, Milestone, MilestoneAmounts, MilestoneDates, Stage, StageTarget, StageTargetDates
from .network import DurationUnit, NetworkLink, NetworkStep, Relation
from .numbering import NumberCounter
from .outlook import NodeOutlook, ScheduleOutlook
from .permit import Permit, PermitPause, PermitPhase, PermitState
from .project_fact import (
    BudgetRevision,
    FundReceipt,
    FundSource,
    LibraryTier,
    ProjectDates,
    Suspension,
    SuspensionDates,
    TierEntry,
)
from .responsibility import Responsibility
from .schedule import BackwardSchedule, Baseline, ScheduleBlackout, ScheduleLink, ScheduleNode
from .stored_file import StoredFile
from .target import DayTask, MilestoneQuantity, WeekTarget
from .task_force import TaskForce, TaskForceMember
from .template import (
    ProjectType,
    ScheduleTemplate,
    TemplateBlackout,
    TemplateEvidence,
    TemplateLink,
    TemplateNode,
    TemplatePermit,
    TemplateStage,
    TemplateVersion,
)
from .unit import PasswordHistory, Post, Unit, User, duties_of

__all__ = [
    "AnnualPlan",
    "ApprovalStep",
    "AuditEvent",
    "BackwardSchedule",
    "Baseline",
    "BudgetRevision",
    "CalendarDay",
    "ChangeRequest",
    "DayTask",
    "DelayReason",
    "DurationUnit",
    "EvidenceItem",
    "EvidencePaper",
    "FocusArea",
    "FourDates",
    "FundReceipt",
    "FundSource",
    "ImportProblem",
    "Job",
    "KeyProject",
    "LedgerImport",
    "LedgerLayout",
    "LedgerStatement",
    "Level",
    "LibraryTier",
    "Milestone",
    "MilestoneAmounts",
    "MilestoneDates",
    "MilestoneQuantity",
    "NetworkLink",
    "NetworkStep",
    "NodeOutlook",
    "NumberCounter",
    "PasswordHistory",
    "Permit",
    "PermitPause",
    "PermitPhase",
    "PermitState",
    "PlanAdjustment",
    "PlanEntry",
    "PlanVersion",
    "Post",
    "ProjectDates",
    "ProjectType",
    "Relation",
    "Responsibility",
    "ScheduleBlackout",
    "ScheduleLink",
    "ScheduleNode",
    "ScheduleOutlook",
    "ScheduleTemplate",
    "Stage",
    "StageTarget",
    "StageTargetDates",
    "StoredFile",
    "Substitute",
    "Suspension",
    "SuspensionDates",
    "TaskForce",
    "TaskForceMember",
    "TemplateBlackout",
    "TemplateEvidence",
    "TemplateLink",
    "TemplateNode",
    "TemplatePermit",
    "TemplateStage",
    "TemplateVersion",
    "TierEntry",
    "Unit",
    "User",
    "VanishedRow",
    "WeekTarget",
    "duties_of",
]
