"""Tell the worker that there is something to sort. It only saves time: what is due stands in the database."""

import logging
from uuid import UUID

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def wake_sorter(*reports: UUID) -> None:
    """A broker that does not answer is written to the server's log, and the sweep finds the reports.

    Tried once: a reporter waits for this.
    """
    options = {**current_app.conf.broker_transport_options, "max_retries": 0}
    try:
        with current_app.connection_for_write(transport_options=options) as broker:
            for report in reports:
                current_app.send_task("intake.tasks.sort", args=[str(report)], connection=broker, retry=False)
    except (OperationalError, OSError):
        logger.warning("the broker does not answer; the sweep will sort what waits")
