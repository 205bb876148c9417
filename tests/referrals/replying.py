"""An agency that answers by itself, as the tests of it need it: its link, and what a browser sends from the page."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import UUID

from audit import log
from referrals.models import AnswerLink, FollowUp, Referral
from referrals.services import links
from referrals.services.answering import Who
from referrals.services.handover import collect_package
from referrals.services.replies import Replied, Reply, reply_by_link
from referrals.services.rules import Draft, adopt_rule
from referrals.states import Answer, AnswerSource, Obligation
from tests import line
from tests.doors import DoorClient

if TYPE_CHECKING:
    from tests.cast import Cast

WHO = {"name": "Officer Example", "unit": "Example unit", "contact": "officer@example.org"}
SPEAKER = Who(WHO["name"], AnswerSource.LINK, WHO["unit"], WHO["contact"])


def link_of(referral: Referral, follow_up: FollowUp | None = None) -> AnswerLink:
    """The link that went out with the document."""
    return AnswerLink.objects.filter(referral=referral, follow_up=follow_up).latest("expires_at")


def path_of(link: AnswerLink) -> str:
    return urlsplit(links.url_of(link)).path


def open_page(link: AnswerLink) -> Any:
    return DoorClient("partner").get(path_of(link))


def send(link: AnswerLink, **given: str) -> Any:
    """Everything that is sent, by somebody without an account and without a cookie."""
    return DoorClient("partner").submit(path_of(link), **(WHO | given))


def told(link: AnswerLink, answer: Answer = Answer.RECEIVED, words: str = "", **given: Any) -> Replied:
    """The same past the page."""
    return reply_by_link(link_id=link.id, reply=Reply(SPEAKER, answer=answer, words=words, **given))


def bring(cast: "Cast", follow_up: FollowUp) -> None:
    """Pia collects the supplement, correction or withdrawal."""
    line.offer(follow_up.deliveries.get().id)
    collect_package(actor=cast.pia.actor, referral_id=follow_up.referral_id, follow_up_id=follow_up.id)


def sent_to_another(cast: "Cast") -> Referral:
    """Pavel's agency, which is no police, has collected a package."""
    adopt_rule(
        actor=log.SYSTEM,
        rule=Draft(
            "CH-01", {"verdict": "illegal"}, Obligation.OBLIGATORY, "hosted_at_home", cast.clearing.id
        ),
    )
    both = line.refer_all(cast, line.a_confirmed_case(cast))
    (referral,) = (found for found in both if found.agency_id == cast.clearing.id)
    line.offer(referral.deliveries.get().id)
    collect_package(actor=cast.pavel.actor, referral_id=referral.id)
    referral.refresh_from_db()
    return referral


def ask_for_more(cast: "Cast", referral: Referral) -> UUID:
    """The police say through their link that they need more."""
    told(link_of(referral), Answer.NEEDS_INFO, "Which week?")
    referral.refresh_from_db()
    referral_id: UUID = referral.id
    return referral_id
