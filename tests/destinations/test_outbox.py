"""A package that lies ready: what the outbox may answer, tried once for every destination that offers."""

import json
from uuid import UUID, uuid4

import pytest

from referrals import destinations
from referrals.destinations import DeliveryError, Receipt, Remedy, Sealed
from tests.destinations.contents import sample

READY_AT = "2026-05-14T09:18:04+00:00"


class Outbox:
    def __init__(self, **answer: str) -> None:
        self.answer = answer

    def put(self, sealed: Sealed, *, idempotency_key: UUID) -> bytes:
        return json.dumps(self.answer or self._ready(sealed)).encode()

    def _ready(self, sealed: Sealed) -> dict[str, str]:
        return {"id": "package-1", "ready_at": READY_AT, "sha256": sealed.digest.hex()}


def offered(outbox: Outbox) -> Receipt:
    destination = destinations.find("file_export")
    sealed = destination.seal(destination.build(sample("file_export")), {})
    return destination.offer(sealed, idempotency_key=uuid4(), wire=outbox)


def test_what_lies_ready_is_offered_and_not_sent() -> None:
    receipt = offered(Outbox())
    assert receipt.offered
    assert receipt.id == "package-1"
    assert receipt.at.isoformat() == READY_AT


@pytest.mark.parametrize(
    ("word", "remedy"),
    [
        ("unavailable", Remedy.RETRY),
        ("missing", Remedy.ASK_HUMAN),
        ("changed", Remedy.ASK_HUMAN),
        ("a word of tomorrow", Remedy.ASK_HUMAN),
    ],
)
def test_what_does_not_lie_ready_names_its_remedy(word: str, remedy: Remedy) -> None:
    with pytest.raises(DeliveryError) as caught:
        offered(Outbox(error=word))
    assert caught.value.remedy is remedy


def test_other_bytes_that_lie_ready_are_no_offer() -> None:
    with pytest.raises(DeliveryError) as caught:
        offered(Outbox(id="package-1", ready_at=READY_AT, sha256="00" * 32))
    assert caught.value.remedy is Remedy.ASK_HUMAN
