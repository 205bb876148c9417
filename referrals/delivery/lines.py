"""The outbound lines of the house. A destination says which one it needs; none knows another."""

import json
import logging
from collections.abc import Mapping
from uuid import UUID

from django.utils import timezone

from referrals import mail
from referrals.destinations import Line, Sealed, Wire
from referrals.models import Package

log = logging.getLogger("tutela.console")


class Outbox:
    """The line of packages that are collected: it answers for the stored bytes, and sends nothing."""

    def put(self, sealed: Sealed, *, idempotency_key: UUID) -> bytes:
        stored = Package.objects.filter(delivery__idempotency_key=idempotency_key).first()
        if stored is None:
            return json.dumps({"error": "missing"}).encode()
        if bytes(stored.content) != sealed.content:
            return json.dumps({"error": "changed"}).encode()
        answer = {"id": str(stored.id), "ready_at": timezone.now().isoformat(), "sha256": sealed.digest.hex()}
        return json.dumps(answer).encode()


class Console:
    """The line for trying out: the digest goes to the house's own log, and nothing leaves."""

    def put(self, sealed: Sealed, *, idempotency_key: UUID) -> bytes:
        log.warning("would have sent %s (sha256 %s)", sealed.name, sealed.digest.hex())
        answer = {
            "id": str(idempotency_key),
            "at": timezone.now().isoformat(),
            "sha256": sealed.digest.hex(),
        }
        return json.dumps(answer).encode()


def wires() -> Mapping[Line, Wire]:
    """Every line, ready to be handed to a destination."""
    return {Line.OUTBOX: Outbox(), Line.CONSOLE: Console(), Line.MAIL: mail.Mail()}
