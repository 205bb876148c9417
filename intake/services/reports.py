"""What the public door writes: a report, the reporter's later answers, the end of it and its receipt.

The door's role may insert and read nothing, so ids are derived from what was sent: the second time, the database
refuses the first id, and nothing is kept twice.
"""

import hashlib
import hmac
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from enum import StrEnum
from functools import wraps
from typing import ParamSpec, TypeVar
from uuid import UUID, uuid5

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from psycopg.errors import UniqueViolation

from audit import log
from audit.acts import verb
from intake.actions import Action
from intake.models import ReceiptCode, Report, ReportedItem, ReportStep
from intake.normalise import Address, duplicate_text
from intake.receipt_words import LANGUAGES, code_digest, new_code
from intake.states import ItemState, ReportState
from intake.wake import wake_sorter

CODE_VALID = timedelta(days=365)
P = ParamSpec("P")
R = TypeVar("R")


class Step(StrEnum):
    KIND = "kind"
    WHEN = "when"
    SUBMIT = "submit"


class AlreadySaved(Exception):
    """The same was sent before. Everything it says is kept already."""


def once(run: Callable[P, R]) -> Callable[P, R]:
    """Around a verb, outside its transaction: a second run with the same ids raises AlreadySaved."""

    @wraps(run)
    def run_once(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return run(*args, **kwargs)
        except IntegrityError as error:
            if isinstance(error.__cause__, UniqueViolation):
                raise AlreadySaved from error
            raise

    return run_once


@once
@verb(Action.REPORT_RECEIVE, Action.ITEM_RECEIVE)
def receive_report(
    *,
    thread: UUID,
    addresses: Sequence[Address],
    language: str,
    source: str = "public",
    channel: str = "form",
    found: str = "",
    access: str = "",
) -> UUID:
    """Keep a report with its addresses; gives its id. Raises AlreadySaved.

    The worker is not woken yet: the report is sealed when it is completed, or after a while of silence.
    """
    raw = [address.raw for address in addresses]
    report = Report(
        id=report_id(thread, raw, found, access),
        thread=thread,
        source=source,
        channel=channel,
        language=language,
        received_at=timezone.now(),
    )
    log.add(
        report,
        Action.REPORT_RECEIVE,
        actor=log.PUBLIC,
        after=ReportState.RECEIVED,
        facts={"thread": thread, "source": source, "channel": channel, "language": language},
        payload={"addresses": raw, "found": found, "access": access},
        subject=report.id,
        new_subject=True,
    )
    for position, address in enumerate(addresses):
        _receive_item(report.id, position, address)
    return report.id


@once
@verb(Action.STEP_RECORD)
def record_step(
    *,
    thread: UUID,
    name: Step,
    kind: str = "",
    seen_on: date | None = None,
    still_online: str = "",
    danger: bool = False,
) -> UUID:
    """Keep a later answer of the same reporter; gives its id. Raises AlreadySaved."""
    return _append_step(
        ReportStep(
            id=uuid5(thread, f"{name} {kind} {seen_on or ''} {still_online} {danger}"),
            thread=thread,
            name=name,
            kind=kind,
            seen_on=seen_on,
            still_online=still_online,
            danger=danger,
            at=timezone.now(),
        )
    )


@once
@verb(Action.STEP_RECORD, Action.CODE_ISSUE)
def complete_report(*, thread: UUID, language: str, reports: Sequence[UUID] = ()) -> str:
    """End the thread and give the nine words of its receipt, once. Raises AlreadySaved.

    Only a keyed digest of the words stays. `reports` are those of the thread that the worker may sort now.
    """
    words = new_code(language if language in LANGUAGES else LANGUAGES[0])
    _append_step(
        ReportStep(id=uuid5(thread, Step.SUBMIT), thread=thread, name=Step.SUBMIT, at=timezone.now())
    )
    today = timezone.localdate()
    code = ReceiptCode(
        thread=thread,
        digest=code_digest(words, pepper=settings.TUTELA_PEPPER.encode()),
        issued_on=today,
        expires_on=today + CODE_VALID,
    )
    log.add(
        code,
        Action.CODE_ISSUE,
        actor=log.PUBLIC,
        facts={"thread": thread},
    )
    transaction.on_commit(lambda: wake_sorter(*reports))
    return words


def report_id(thread: UUID, lines: Sequence[str], found: str, access: str) -> UUID:
    """The same lines and answers of the same thread are the same report."""
    said = hashlib.sha256("\n".join([*lines, found, access]).encode()).hexdigest()
    return uuid5(thread, f"report {said}")


def _receive_item(report: UUID, position: int, address: Address) -> None:
    """The row holds the address alone. Words, beside it or without it, stay in the sealed text of the report."""
    item = ReportedItem(
        report_id=report,
        position=position,
        kind=address.kind,
        raw=address.written,
        canonical=address.canonical if address.written else "",
        host=address.host,
        platform=address.platform,
        handle=address.handle,
        duplicate_key=_duplicate_key(address),
    )
    log.add(
        item,
        Action.ITEM_RECEIVE,
        actor=log.PUBLIC,
        after=ItemState.RECEIVED,
        facts={"kind": address.kind, "position": position, "report": report},
    )


def _duplicate_key(address: Address) -> bytes | None:
    """Recognises the same address again, also after its text was erased. Words alone have none."""
    text = duplicate_text(address)
    return hmac.digest(settings.TUTELA_PEPPER.encode(), text.encode(), "sha256") if text else None


def _append_step(step: ReportStep) -> UUID:
    log.add(
        step,
        Action.STEP_RECORD,
        actor=log.PUBLIC,
        facts={
            "thread": step.thread,
            "name": step.name,
            "kind": step.kind,
            "seen_on": step.seen_on.isoformat() if step.seen_on else None,
            "still_online": step.still_online,
            "danger": step.danger,
        },
    )
    return step.id
