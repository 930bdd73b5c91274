from .progress_report import ProgressReport, ProgressVersion
from .report_period import ReportPeriod
from .standing import OpenItem, Standing

__all__ = ["OpenItem", "ProgressReport", "ProgressVersion", "ReportPeriod", "Standing"]
