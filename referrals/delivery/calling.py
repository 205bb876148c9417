"""Call: speak to the destination, with no transaction open: nobody waits for a lock while the line is slow."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

from audit import failpoints
from referrals import destinations
from referrals.delivery.claiming import Claim
from referrals.destinations import DeliveryError, Line, Receipt, Remedy, Sealed, Wire
from referrals.states import AttemptResult, DeliveryMode


@dataclass(frozen=True)
class Result:
    """How the call ended, with the receipt where there is one."""

    result: AttemptResult
    receipt: Receipt | None = None


def call(claimed: Claim, wires: Mapping[Line, Wire]) -> Result:
    """Bring the sealed bytes there, or offer them. Whatever breaks is recorded: the request may have left."""
    if claimed.sealed is None:
        return Result(AttemptResult.FIX_PAYLOAD)
    if connection.in_atomic_block:
        raise RuntimeError("a call to a destination inside a transaction")
    failpoints.hit("referrals.call.before")
    try:
        receipt = _bring(claimed, claimed.sealed, wires)
    except DeliveryError as error:
        return Result(AttemptResult(error.remedy.value))
    except Exception:  # noqa: BLE001 - whatever broke, the request may have left: that is what must be recorded
        return Result(AttemptResult.BROKEN)
    failpoints.hit("referrals.call.after")
    return Result(AttemptResult.OFFERED if receipt.offered else AttemptResult.DELIVERED, receipt)


def _bring(claimed: Claim, sealed: Sealed, wires: Mapping[Line, Wire]) -> Receipt:
    if claimed.destination not in destinations.registry():
        raise DeliveryError("this destination is not installed", remedy=Remedy.FIX_CONFIG)
    destination = destinations.find(claimed.destination)
    line = destination.line if claimed.mode is DeliveryMode.API else Line.OUTBOX
    if line not in wires:
        raise DeliveryError("this house has no such line", remedy=Remedy.FIX_CONFIG)
    bring = destination.deliver if claimed.mode is DeliveryMode.API else destination.offer
    return bring(sealed, idempotency_key=claimed.idempotency_key, wire=wires[line])
