"""The Celery application and its timetable, in code: a change of rhythm is a reviewed change."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("zhongdian_diaodu")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "seal-audit": {"task": "projects.tasks.seal_audit", "schedule": 5.0, "options": {"expires": 5}},
    "verify-audit": {"task": "projects.tasks.verify_audit_chain", "schedule": crontab(hour=3, minute=20)},
    "recover-jobs": {"task": "projects.tasks.recover_jobs", "schedule": 30.0, "options": {"expires": 30}},
    "replan-schedules": {"task": "projects.tasks.replan_every_night", "schedule": crontab(hour=0, minute=25)},
    "refresh-standings": {
        "task": "scheduling.tasks.refresh_standings_every_night",
        "schedule": crontab(minute=5),
        "options": {"expires": 1800},
    },
    "forecast": {"task": "scheduling.tasks.forecast_every_night", "schedule": crontab(hour="1-5", minute=40)},
    "propose-escalations": {"task": "scheduling.tasks.propose_escalations", "schedule": crontab(hour=7, minute=0)},
    "propose-measures": {
        "task": "scheduling.tasks.propose_measures",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 600},
    },
    "dispatch-closed-weeks": {
        "task": "reports.tasks.dispatch_closed_weeks",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "draft-bulletins": {
        "task": "reports.tasks.draft_bulletins",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 600},
    },
    "propose-errata": {"task": "reports.tasks.propose_errata", "schedule": crontab(hour=2, minute=10)},
    "compose-digests": {
        "task": "scheduling.tasks.compose_digests",
        "schedule": crontab(hour="8-10", minute="30,55"),
        "options": {"expires": 1500},
    },
    "send-digests": {
        "task": "scheduling.tasks.send_digests",
        "schedule": crontab(hour="8-11", minute="*"),
        "options": {"expires": 60},
    },
    "keep-report-periods": {
        "task": "scheduling.tasks.keep_report_periods",
        "schedule": crontab(minute="*/3"),
        "options": {"expires": 180},
    },
    "warn-holidays": {"task": "projects.tasks.check_calendar", "schedule": crontab(hour=6, minute=10)},
}
