"""The worker's way in. Messages carry ids only."""

import os

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
app = Celery("tutela")
# Without this, only the thread that came here first would know the app; a door serves with many.
app.set_default()
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def refuse_the_owner(**signal: object) -> None:
    """A worker with the owner's key stops before its first task. Celery only lets SystemExit through."""
    from django.core.exceptions import ImproperlyConfigured

    from project import checks

    try:
        checks.refuse_the_owner()
    except ImproperlyConfigured as error:
        raise SystemExit(str(error)) from error


worker_init.connect(refuse_the_owner, weak=False)
