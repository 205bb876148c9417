"""The three-act send: claim (a transaction), call (none open), settle (a transaction).

Whoever dies between the acts leaves a claim behind. The sweep gives it back to the queue only where calling twice
has the effect of calling once; otherwise a person must ask the agency.
"""

from collections.abc import Mapping
from uuid import UUID

from referrals.delivery.calling import Result, call
from referrals.delivery.claiming import Claim, claim
from referrals.delivery.lines import Outbox, wires
from referrals.delivery.settling import settle
from referrals.delivery.sweeping import due_and_stale, release_stale
from referrals.destinations import Line, Wire
from referrals.states import AttemptResult

__all__ = [
    "Claim",
    "Outbox",
    "Result",
    "call",
    "claim",
    "due_and_stale",
    "release_stale",
    "send",
    "settle",
    "wires",
]


def send(delivery_id: UUID, lines: Mapping[Line, Wire] | None = None) -> AttemptResult | None:
    """Bring a due delivery to its destination. None: somebody else has it, it is not due, or it may not leave."""
    claimed = claim(delivery_id=delivery_id)
    if claimed is None:
        return None
    ended = call(claimed, wires() if lines is None else lines)
    settle(claimed=claimed, ended=ended)
    return ended.result
