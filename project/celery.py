"""The worker's way in. Messages carry ids only."""

import os

from celery import Celery
from celery.signals import beat_init, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
app = Celery("tutela")
# Without this, only the thread that came here first would know the app; a door serves with many.
app.set_default()
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def refuse_the_owner(**signal: object) -> None:
    """A worker or clock with the owner's key, or without its database, stops before its first task.

    Celery swallows what a signal raises, except SystemExit.
    """
    from django.core.exceptions import ImproperlyConfigured
    from django.db import OperationalError

    from project import checks

    try:
        checks.refuse_the_owner()
    except (ImproperlyConfigured, OperationalError) as error:
        raise SystemExit(str(error)) from error


beat_init.connect(refuse_the_owner, weak=False)
worker_init.connect(refuse_the_owner, weak=False)
