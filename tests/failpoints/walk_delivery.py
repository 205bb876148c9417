"""What becomes of deliveries: typed into a form, lost on the line and decided, delivered, come back, sent again."""

import json
from collections.abc import Iterator
from uuid import UUID

from django.utils import timezone

from audit import log
from intake.models import Case, Report, ReportedItem
from intake.services import assessing, cases, sorting
from intake.states import ReportState
from project.models import User
from referrals import delivery
from referrals.destinations import Line, Sealed, Wire
from referrals.models import Agency, Delivery, Receipt, Referral, RoutingRule
from referrals.services import again, bounces, by_hand, deciding, directory, handover, referrals, rules
from referrals.services.proposals import propose_routes
from referrals.states import (
    AgencyKind,
    AnswerSource,
    DeliveryMode,
    DeliveryState,
    Found,
    Obligation,
)
from tests import line, reporting
from tests.cast import RULE
from tests.failpoints import sending
from tests.failpoints.stepping import Step
from tests.failpoints.walk import the_house

ADDRESS = "https://example.org/delivered"
PORTAL = directory.Terms(destination="file_export", mode=DeliveryMode.MANUAL, agreement="A")
MAILED = directory.Terms(
    destination="provider_notice", mode=DeliveryMode.API, agreement="A", contact="desk@example.org"
)
ASKED = {"Portal": PORTAL, "Mailed": MAILED}
NUMBER = "3f0c7f52-7a2e-4a53-9d0c-0f6a6a2b9f10"


class Breaking:
    """A line that breaks after the message left."""

    def put(self, sealed: Sealed, *, idempotency_key: UUID) -> bytes:
        raise ConnectionResetError


class Taking:
    """A line that takes every message."""

    def put(self, sealed: Sealed, *, idempotency_key: UUID) -> bytes:
        answer = {"id": NUMBER, "at": timezone.now().isoformat(), "sha256": sealed.digest.hex(), "code": 250}
        return json.dumps(answer).encode()


def steps() -> Iterator[Step]:
    yield from the_house()
    for name in ASKED:
        yield from _an_agency(name)
    yield from reporting.steps_of(ADDRESS, Step)
    yield Step(lambda: _report().state != ReportState.RECEIVED, lambda: sorting.sort_report(_report().id))
    yield from _confirmed()
    yield Step(lambda: _of("Portal").offered_at is not None, lambda: _send("Portal"))
    yield Step(
        lambda: _times("package:open") >= 1,
        lambda: by_hand.open_package(actor=_who("ana"), referral_id=_of("Portal").referral_id),
    )
    yield Step(lambda: _of("Portal").state == DeliveryState.DELIVERED, _type_the_number)
    yield from _lost_and_decided()
    yield Step(
        lambda: _of("Mailed").state == DeliveryState.DELIVERED or _came_back(),
        lambda: _send("Mailed", Taking()),
    )
    yield Step(
        _came_back,
        lambda: bounces.record_bounce(message_id=NUMBER, status="5.1.1"),
    )
    yield Step(
        lambda: _times("delivery:replace") >= 1,
        lambda: again.send_again(actor=_who("ana"), referral_id=_of("Mailed").referral_id),
    )
    yield Step(
        lambda: Receipt.objects.filter(receipt_id=NUMBER).count() > 1, lambda: _send("Mailed", Taking())
    )


def _an_agency(name: str) -> Iterator[Step]:
    yield Step(
        Agency.objects.filter(name=name).exists,
        lambda: directory.open_agency(
            actor=_who("ana"), name=name, kind=AgencyKind.HOTLINE, country="IE", terms=ASKED[name]
        ),
    )
    if ASKED[name].contact:
        yield Step(
            Agency.objects.filter(name=name, contact_approved=True).exists,
            lambda: directory.approve_contact(actor=_who("cleo"), agency_id=_agency(name).id),
        )
    yield Step(RoutingRule.objects.filter(code=name).exists, lambda: _adopt(name))


def _adopt(name: str) -> None:
    draft = rules.Draft(name, RULE, Obligation.SUGGESTED, "hosted_at_home", _agency(name).id)
    rules.adopt_rule(actor=log.SYSTEM, rule=draft)


def _confirmed() -> Iterator[Step]:
    yield Step(
        lambda: _times("case:assign") >= 1,
        lambda: cases.assign_case(actor=_who("ana"), case_id=_case().id),
    )
    yield Step(
        lambda: _times("case:assess") >= 1,
        lambda: assessing.assess_case(
            actor=_who("ana"), case_id=_case().id, judgements=line.judgements_of(_case())
        ),
    )
    yield Step(
        lambda: _times("case:start_review") >= 1,
        lambda: cases.start_review(actor=_who("cleo"), case_id=_case().id),
    )
    yield Step(
        lambda: _times("case:review") >= 1,
        lambda: cases.review_assessment(
            actor=_who("cleo"), case_id=_case().id, agrees=True, reason=line.REASON
        ),
    )
    yield Step(Referral.objects.exists, _refer)


def _refer() -> None:
    choices = [
        referrals.Choice(found.agency_id, found.rule_code, found.rule_version)
        for found in propose_routes(_case())
    ]
    referrals.create_referrals(actor=_who("ana"), case_id=_case().id, choices=choices)


def _lost_and_decided() -> Iterator[Step]:
    """Nobody knows whether it arrived, and they say that it did not."""
    yield Step(lambda: _times("delivery:unknown") >= 1, lambda: _send("Mailed", Breaking()))
    yield Step(
        lambda: _times("delivery:decide") >= 1,
        lambda: deciding.decide_unknown(
            actor=_who("cleo"),
            delivery_id=_of("Mailed").id,
            found=Found.NOT_ARRIVED,
            by_name=line.OFFICER,
            told_at=timezone.now(),
            reason=line.REASON,
        ),
    )


def _send(name: str, way: Wire | None = None) -> None:
    sending.send(_of(name).id, {Line.OUTBOX: delivery.Outbox(), **({Line.MAIL: way} if way else {})})


def _came_back() -> bool:
    return _times("delivery:bounce") >= 1


def _type_the_number() -> None:
    handover.record_number(
        actor=_who("ana"),
        referral_id=_of("Portal").referral_id,
        number="P-1",
        source=AnswerSource.PORTAL,
    )


def _of(name: str) -> Delivery:
    """The newest delivery to this agency."""
    return Delivery.objects.filter(referral__agency__name=name).order_by("-next_try_at")[0]


def _agency(name: str) -> Agency:
    return Agency.objects.get(name=name)


def _report() -> Report:
    return ReportedItem.objects.get(report__thread=reporting.thread_of(ADDRESS)).report


def _case() -> Case:
    found = ReportedItem.objects.get(report__thread=reporting.thread_of(ADDRESS)).case
    assert found
    return found


def _who(name: str) -> log.Actor:
    return User.objects.get(email=f"{name}@example.org").actor


def _times(action: str) -> int:
    return log.entries_for(action=action, case_id=_case().id).count()
