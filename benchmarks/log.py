"""What the audit costs: one row with its entry, sealed text and guard, next to the same row alone."""

import hashlib
import time
import uuid

from django.db import connection
from django.utils import timezone

from audit import log
from audit.acts import act
from audit.verify import verify
from benchmarks.measure import Result, Sample, compare, result
from intake.actions import Action
from intake.models import ReportStep

PLAIN = (
    "INSERT INTO bench_plain (id, thread, name, kind, still_online, danger, at) VALUES (%s,%s,%s,%s,%s,%s,%s)"
)
ENTRY_BYTES = 420


def transaction(threads: int = 8, each: int = 120) -> Result:
    """A committed row with everything the house asks for, against one committed plain row."""
    return compare("audit_transaction", lambda: _audited, lambda: _plain, threads=threads, each=each)


def verification() -> Result:
    """Entries a second through the whole verifier, against SHA-256 over as many bytes."""
    began = time.perf_counter()
    report = verify()
    took = time.perf_counter() - began
    if not report.ok:
        raise SystemExit(f"the log did not verify: {report.first_bad}")
    entries = report.entries
    return result(
        "verify_audit",
        "entries/s",
        Sample([took * 1000 / entries] * entries, entries / took),
        _hashing(entries),
    )


def _audited() -> None:
    step = ReportStep(id=uuid.uuid4(), thread=uuid.uuid4(), name="kind", kind="other", at=timezone.now())
    with act("bench.row", frozenset({Action.STEP_RECORD})):
        written = log.append(
            Action.STEP_RECORD,
            actor=log.PUBLIC,
            kind=ReportStep.audit_kind,
            id=step.id,
            row=step,
            after="recorded",
            payload={"text": "bench"},
            subject=step.id,
            new_subject=True,
        )
        step.last_event_id = written.event_id
        step.save(force_insert=True)


def _plain() -> None:
    with connection.cursor() as cursor:
        cursor.execute(PLAIN, [uuid.uuid4(), uuid.uuid4(), "kind", "other", "", False, timezone.now()])


def _hashing(entries: int) -> float:
    block = b"x" * ENTRY_BYTES
    began = time.perf_counter()
    for _number in range(entries):
        hashlib.sha256(block).digest()
    return entries / (time.perf_counter() - began)
