"""Reports as the public makes them: each step is a verb of the public door, and may be sent twice."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from intake.models import ReceiptCode, Report, ReportStep
from intake.normalise import parse_line
from intake.services import reports
from intake.services.reports import AlreadySaved, Step


def report(*addresses: str, language: str, kind: str, danger: bool) -> Report:
    """Where, what, when, and the end."""
    thread = uuid4()
    received = receive(thread, *addresses, language=language)
    reports.record_step(thread=thread, name=Step.KIND, kind=kind, danger=danger)
    reports.complete_report(thread=thread, language=language, reports=[received])
    return Report.objects.get(pk=received)


def receive(thread: UUID, *addresses: str, language: str) -> UUID:
    return reports.receive_report(
        thread=thread, addresses=[parse_line(address) for address in addresses], language=language
    )


def thread_of(address: str, again: str = "") -> UUID:
    """The thread of the walk's reporter of this address; `again` names another reporter of the same."""
    return uuid5(NAMESPACE_URL, address + again)


def steps_of(address: str, step: Callable[..., Any], again: str = "") -> Iterator[Any]:
    """For a walk that may be cut anywhere: each answer of one reporter, sent again if it is not kept."""
    thread = thread_of(address, again)
    yield step(
        lambda: Report.objects.filter(thread=thread).exists(), lambda: receive(thread, address, language="ro")
    )
    yield step(
        lambda: ReportStep.objects.filter(thread=thread, name=Step.KIND).exists(),
        lambda: reports.record_step(thread=thread, name=Step.KIND, kind="csam"),
    )
    yield step(lambda: ReceiptCode.objects.filter(thread=thread).exists(), lambda: _complete(thread))


def _complete(thread: UUID) -> None:
    with suppress(AlreadySaved):
        reports.complete_report(thread=thread, language="ro")
