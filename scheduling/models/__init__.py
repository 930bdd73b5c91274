from .assessment import (
    Appeal,
    Assessment,
    AssessmentRevision,
    AssessmentScheme,
    BonusMalus,
    ManualScore,
    SubjectKind,
    SubjectScore,
)
from .attachment import Attachment
from .contradiction_check import ContradictionCheck, Verification, VerificationDraw
from .decision import Decision, DecisionMove, ExtensionRequest, SupervisionOrder
from .finish_forecast import BackTestResult, FinishForecast
from .inspection import (
    Emphasis,
    Finding,
    InspectionRound,
    InspectionRule,
    PracticeCard,
    PreScreening,
    Stop,
)
from .light_dry_run import LightDryRun
from .light_rule import Dimension, Light, LightRuleEdition, LightWaiver
from .measure import Interview, Measure, MeasureMove, RectificationItem
from .measure_rule import MeasureRuleEdition
from .meeting import AgendaItem, Attendance, Meeting
from .notification import Digest, Notice
from .problem import EscalationLevel, EscalationRule, Problem, ProblemMove, ProblemRequest
from .progress_report import ProgressDraft, ProgressReport, ProgressSubmission, ProgressVersion
from .report_period import PeriodClosing, PeriodStanding, ReportingDuty, ReportingRule, ReportPeriod
from .saved_view import OpeningView, SavedView
from .score_sheet import Judge, JudgeGroup, Recusal, ScoreSheet, StopResult, StopScore
from .service_log import DailyLine, ServiceRequest
from .standing import OpenItem, Standing

__all__ = [
    "AgendaItem",
    "Appeal",
    "Assessment",
    "AssessmentRevision",
    "AssessmentScheme",
    "Attachment",
    "Attendance",
    "BackTestResult",
    "BonusMalus",
    "ContradictionCheck",
    "DailyLine",
    "Decision",
    "DecisionMove",
    "Digest",
    "Dimension",
    "Emphasis",
    "EscalationLevel",
    "EscalationRule",
    "ExtensionRequest",
    "Finding",
    "FinishForecast",
    "InspectionRound",
    "InspectionRule",
    "Interview",
    "Judge",
    "JudgeGroup",
    "Light",
    "LightDryRun",
    "LightRuleEdition",
    "LightWaiver",
    "ManualScore",
    "Measure",
    "MeasureMove",
    "MeasureRuleEdition",
    "Meeting",
    "Notice",
    "OpenItem",
    "OpeningView",
    "PeriodClosing",
    "PeriodStanding",
    "PracticeCard",
    "PreScreening",
    "Problem",
    "ProblemMove",
    "ProblemRequest",
    "ProgressDraft",
    "ProgressReport",
    "ProgressSubmission",
    "ProgressVersion",
    "RectificationItem",
    "Recusal",
    "ReportPeriod",
    "ReportingDuty",
    "ReportingRule",
    "SavedView",
    "ScoreSheet",
    "ServiceRequest",
    "Standing",
    "Stop",
    "StopResult",
    "StopScore",
    "SubjectKind",
    "SubjectScore",
    "SupervisionOrder",
    "Verification",
    "VerificationDraw",
]
