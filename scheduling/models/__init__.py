from .attachment import Attachment
from .contradiction_check import ContradictionCheck, Verification, VerificationDraw
from .decision import Decision, DecisionMove, ExtensionRequest, SupervisionOrder
from .finish_forecast import BackTestResult, FinishForecast
from .light_dry_run import LightDryRun
from .light_rule import Dimension, Light, LightRuleEdition, LightWaiver
from .meeting import AgendaItem, Attendance, Meeting
from .notification import Digest, Notice
from .problem import EscalationLevel, EscalationRule, Problem, ProblemMove, ProblemRequest
from .progress_report import ProgressDraft, ProgressReport, ProgressSubmission, ProgressVersion
from .report_period import PeriodClosing, PeriodStanding, ReportingDuty, ReportingRule, ReportPeriod
from .service_log import DailyLine, ServiceRequest
from .standing import OpenItem, Standing

__all__ = [
    "AgendaItem",
    "Attachment",
    "Attendance",
    "BackTestResult",
    "ContradictionCheck",
    "DailyLine",
    "Decision",
    "DecisionMove",
    "Digest",
    "Dimension",
    "EscalationLevel",
    "EscalationRule",
    "ExtensionRequest",
    "FinishForecast",
    "Light",
    "LightDryRun",
    "LightRuleEdition",
    "LightWaiver",
    "Meeting",
    "Notice",
    "OpenItem",
    "PeriodClosing",
    "PeriodStanding",
    "Problem",
    "ProblemMove",
    "ProblemRequest",
    "ProgressDraft",
    "ProgressReport",
    "ProgressSubmission",
    "ProgressVersion",
    "ReportPeriod",
    "ReportingDuty",
    "ReportingRule",
    "ServiceRequest",
    "Standing",
    "SupervisionOrder",
    "Verification",
    "VerificationDraw",
]
