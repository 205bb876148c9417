"""How a test reports: through the verbs of the public door, a list of addresses and what the reporter says."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from intake.models import Case, ReportedItem
from intake.normalise import parse_line
from intake.services.reports import Step, complete_report, receive_report, record_step
from intake.services.sorting import sort_report
from tests.doors import DoorClient

FORM = "application/x-www-form-urlencoded"


def submit(client: DoorClient, path: str, data: Mapping[str, str | list[str]] | None = None) -> Any:
    """Send a form as a browser does; the test client's own way would be refused as a file."""
    return client.post(path, urlencode(data or {}, doseq=True), content_type=FORM)


def report(
    *lines: str,
    kind: str = "csam",
    danger: bool = False,
    language: str = "ro",
    found: str = "",
    thread: UUID | None = None,
    finished: bool = True,
) -> UUID:
    """A report that waits to be sorted."""
    thread = thread or uuid4()
    made = receive_report(
        thread=thread, addresses=[parse_line(line) for line in lines], language=language, found=found
    )
    if kind:
        record_step(thread=thread, name=Step.KIND, kind=kind, danger=danger)
    if finished:
        complete_report(thread=thread, language=language, reports=[made])
    return made


def reported(*lines: str, **said: Any) -> Case:
    """Report and sort; the case of the first address."""
    made = report(*lines, **said)
    sort_report(made)
    return case_of(made)


def case_of(report_id: UUID, position: int = 0) -> Case:
    item = ReportedItem.objects.select_related("case").get(report_id=report_id, position=position)
    assert item.case
    return item.case
