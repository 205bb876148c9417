"""Sorting, woken after a commit and by a sweep. Messages carry ids only."""

import logging
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from intake.services import sorting

logger = logging.getLogger(__name__)


def _sort(report_id: str) -> None:
    sorting.sort_report(UUID(report_id))


def _sweep_reports() -> None:
    """Sort what is ready and was not sorted when it arrived. One bad report does not hold up the others."""
    for report_id in sorting.ready_reports(timezone.now()):
        try:
            sorting.sort_report(report_id)
        except Exception:
            logger.exception("report %s could not be sorted", report_id)


sort = shared_task(name="intake.tasks.sort")(_sort)
sweep_reports = shared_task(name="intake.tasks.sweep_reports")(_sweep_reports)
