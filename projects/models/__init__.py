from .annual_plan import AnnualPlan, PlanAdjustment, PlanEntry, PlanVersion
from .audit_event import AuditEvent
from .calendar_day import CalendarDay
from .job import Job
from .key_project import FocusArea, KeyProject, Level
from .ledger_import import ImportProblem, LedgerImport, VanishedRow
from .milestone import Milestone, MilestoneAmounts, MilestoneDates, Stage, StageTarget, StageTargetDates
from .permit import Permit, PermitPhase, PermitState
from .project_fact import (
    BudgetRevision,
    FundSource,
    LibraryTier,
    ProjectDates,
    Suspension,
    SuspensionDates,
    TierEntry,
)
from .stored_file import StoredFile
from .task_force import TaskForce, TaskForceMember
from .unit import PasswordHistory, Post, Unit, User, duties_of

__all__ = [
    "AnnualPlan",
    "AuditEvent",
    "BudgetRevision",
    "CalendarDay",
    "FocusArea",
    "FundSource",
    "ImportProblem",
    "Job",
    "KeyProject",
    "LedgerImport",
    "Level",
    "LibraryTier",
    "Milestone",
    "MilestoneAmounts",
    "MilestoneDates",
    "PasswordHistory",
    "Permit",
    "PermitPhase",
    "PermitState",
    "PlanAdjustment",
    "PlanEntry",
    "PlanVersion",
    "Post",
    "ProjectDates",
    "Stage",
    "StageTarget",
    "StageTargetDates",
    "StoredFile",
    "Suspension",
    "SuspensionDates",
    "TaskForce",
    "TaskForceMember",
    "TierEntry",
    "Unit",
    "User",
    "VanishedRow",
    "duties_of",
]
