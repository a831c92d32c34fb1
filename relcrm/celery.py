"""The Celery application: tasks are found in each app's tasks.py, the schedule stands here."""

import os

from celery import Celery
from celery.schedules import crontab
from kombu import Queue

from relcrm.base.nudges import LOOK_SECONDS, STALE_SECONDS

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "relcrm.settings")
app = Celery("relcrm")
app.set_default()  # in every thread
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Jobs take minutes or hours, everything else seconds. In a queue and workers of its own nothing
# that is quick waits for a job. A worker that is told no queue serves both.
app.conf.task_default_queue = "prompt"
app.conf.task_queues = [Queue("prompt"), Queue("jobs")]
app.conf.task_routes = {"base.work_due_jobs": {"queue": "jobs"}}

# Each entry is a nudge to look for due rows; a lost or doubled nudge does no harm.
app.conf.beat_schedule = {
    "work off waiting jobs": {"task": "base.work_due_jobs", "schedule": LOOK_SECONDS},
    "send messages that are due": {"task": "contact.send_due", "schedule": LOOK_SECONDS},
    "tell programs that listen": {"task": "base.tell_due", "schedule": LOOK_SECONDS},
    "count segments": {"task": "customers.count_segments_due", "schedule": 60.0},
    "tally what customers did": {"task": "customers.refresh_tallies_due", "schedule": 10.0},
    "ask those who signed up": {"task": "signup.take_up_due", "schedule": LOOK_SECONDS},
    "score whom something happened to": {
        "task": "relationships.score_due",
        "schedule": LOOK_SECONDS,
    },
    "forget old answers of the API": {
        "task": "base.forget_old_answers",
        "schedule": crontab(minute=40),
    },
    "score everyone, nightly": {
        "task": "relationships.score_everyone_due",
        "schedule": crontab(hour=2, minute=10),
    },
    "forget what is older than its rule, nightly": {
        "task": "pages.retention_due",
        "schedule": crontab(hour=3, minute=20),
    },
    "remove expired exports": {
        "task": "customers.remove_expired_exports",
        "schedule": crontab(minute=20),
    },
    "forget what imports changed long ago": {
        "task": "customers.forget_old_changes",
        "schedule": crontab(hour=3, minute=40),
    },
    "forget expired packages": {
        "task": "pages.forget_expired_packages",
        "schedule": crontab(minute=50),
    },
    "forget sign-ups that nobody confirmed": {
        "task": "signup.forget_unconfirmed",
        "schedule": crontab(hour=3, minute=30),
    },
    "forget reports on messages, nightly": {
        "task": "contact.forget_reports_due",
        "schedule": crontab(hour=4, minute=10),
    },
    "look for duplicates, nightly": {
        "task": "customers.find_duplicates_due",
        "schedule": crontab(hour=3, minute=40),
    },
    "see what customers have, nightly": {
        "task": "customers.owned_due",
        "schedule": crontab(hour=1, minute=40),
    },
    "test promises on what is recent, hourly": {
        "task": "feedback.promises_due",
        "schedule": crontab(minute=5),
    },
    "test promises on everything, nightly": {
        "task": "feedback.all_promises_due",
        "schedule": crontab(hour=1, minute=25),
    },
    "end what colleagues set for a while": {
        "task": "relationships.end_overrides_due",
        "schedule": crontab(minute=5),
    },
    "refit the value model, weekly": {
        "task": "relationships.fit_due",
        "schedule": crontab(hour=1, minute=10, day_of_week="sun"),
    },
}
for _entry in app.conf.beat_schedule.values():
    if _entry["schedule"] == LOOK_SECONDS:  # while every worker is busy, no heap of them piles up
        _entry["options"] = {"expires": STALE_SECONDS}
