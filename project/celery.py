"""The worker's way in. Messages carry ids only."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
app = Celery("tutela")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
