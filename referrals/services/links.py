"""Links by which an agency answers without an account.

What travels is a signature over the link's id, made when it is asked for. It stands in the sealed package and in no
table of links: who knows the ids of links cannot answer for an agency.
"""

import uuid
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import log
from audit.acts import Refusal, verb
from audit.log import SYSTEM, Actor
from referrals.actions import Action
from referrals.models import AnswerLink, Delivery, FollowUp, Referral
from referrals.states import LINK_MOVES, FollowUpState, LinkState, check_move

SALT = "referrals.answer-link"
SEPARATOR = "."
CLOSES = Action.LINK_CLOSE
"""What a verb that closes links declares."""
NOBODY = UUID(int=0)
"""An id that no link has, so that a bad token costs the same work as a good one."""


def link_for(referral: Referral, follow_up: FollowUp | None) -> tuple[str, datetime]:
    """A new link for the package that is being made, and until when it opens."""
    link = open_link(referral, follow_up, SYSTEM)
    return url_of(link), link.expires_at


def open_link(referral: Referral, follow_up: FollowUp | None, actor: Actor) -> AnswerLink:
    """Make the link of one document. The one before it closes: what went to a wrong address opens nothing."""
    for older in _links(referral).filter(follow_up=follow_up):
        _close(older, actor)
    link = AnswerLink(
        id=uuid.uuid4(),
        referral=referral,
        follow_up=follow_up,
        state=LinkState.OPEN,
        expires_at=timezone.now() + timedelta(days=settings.TUTELA_ANSWER_LINK_DAYS),
    )
    log.add(
        link,
        Action.LINK_OPEN,
        actor=actor,
        case=referral.case_id,
        after=LinkState.OPEN,
        facts={"referral": referral.id, "expires_at": link.expires_at},
    )
    return link


def url_of(link: AnswerLink) -> str:
    """The whole address, at the partner door."""
    return f"{settings.TUTELA_URLS['partner'].rstrip('/')}/answer/{token_of(link)}"


def token_of(link: AnswerLink) -> str:
    return _signer().sign(link.id.hex)


def find(token: str) -> AnswerLink | None:
    """The link, if the signature is ours, its time has not passed, and nobody closed it.

    Whatever is wrong, the answer and the work are the same: one signature, one question to the database.
    """
    link_id = _read(token)
    link = (
        AnswerLink.objects.filter(pk=link_id)
        .select_related("referral__agency", "referral__case", "follow_up")
        .first()
    )
    return link if link and opens(link) else None


def fresh(link: AnswerLink) -> AnswerLink:
    """The same link with what it is about as it is now."""
    return AnswerLink.objects.select_related("referral__agency", "referral__case", "follow_up").get(
        pk=link.pk
    )


def lock(link_id: UUID) -> AnswerLink:
    """The link as it is now, locked; lock its referral first."""
    found = AnswerLink.objects.select_related("referral")
    return found.select_for_update(no_key=True, of=("self",)).get(pk=link_id)


def opens(link: AnswerLink) -> bool:
    """Within its time, and not closed. One that ended with its referral opens, to say that this is the end."""
    return link.expires_at > timezone.now() and link.state != LinkState.CLOSED


def actor_of(link: AnswerLink) -> Actor:
    """Who acts by a link: nobody we know, but surely somebody who was given it, for that agency."""
    return log.by_link(link.id, agency=link.referral.agency_id)


def end_links(referral: Referral, actor: Actor) -> None:
    """The referral was taken back. What is told about it later has a link of its own."""
    for link in _open_links(referral):
        _close(link, actor, LinkState.ENDED)


def end_answered(referral: Referral, actor: Actor) -> None:
    """The referral is concluded. Whatever follow-up of it is not answered yet still can be."""
    waits = {FollowUpState.QUEUED, FollowUpState.SENT}
    for link in _open_links(referral).exclude(follow_up__state__in=waits):
        _close(link, actor, LinkState.ENDED)


def close_links_taken_by(person: UUID, actor: Actor) -> None:
    """Somebody leaves an agency: the links in packages that they collected close."""
    taken = Delivery.objects.filter(receipt__collected_by=person).values_list("referral", "follow_up")
    for referral_id, follow_up_id in taken:
        for link in _locked().filter(referral=referral_id, follow_up=follow_up_id):
            _close(link, actor)


@verb(Action.LINK_CLOSE)
def close_open_links(*, actor: Actor, referral_id: UUID) -> list[AnswerLink]:
    """A link went astray: whoever has one of this referral can open it no longer. Raises Refusal."""
    referral = Referral.objects.locked(referral_id)
    found = list(_links(referral))
    if not any(link.state == LinkState.OPEN for link in found):
        raise Refusal(_("No answer link of this referral is open."))
    for link in found:
        _close(link, actor)
    return found


def _locked() -> QuerySet[AnswerLink]:
    return (
        AnswerLink.objects.exclude(state=LinkState.CLOSED)
        .select_related("referral")
        .select_for_update(no_key=True, of=("self",))
        .order_by("id")
    )


def _links(referral: Referral) -> QuerySet[AnswerLink]:
    return _locked().filter(referral=referral)


def _open_links(referral: Referral) -> QuerySet[AnswerLink]:
    return _links(referral).filter(state=LinkState.OPEN)


def _close(link: AnswerLink, actor: Actor, to: LinkState = LinkState.CLOSED) -> None:
    before = link.state
    check_move(LINK_MOVES, before, to)
    link.state = to
    log.change(
        link,
        Action.LINK_CLOSE,
        columns=["state"],
        actor=actor,
        case=link.referral.case_id,
        before=before,
        after=to,
    )


def _read(token: str) -> UUID:
    """The id that the token signs, or one that no link has. Each way costs one signature."""
    signer = _signer()
    try:
        return UUID(hex=signer.unsign(token if SEPARATOR in token else f"{NOBODY.hex}{SEPARATOR}"))
    except (signing.BadSignature, ValueError):
        return NOBODY


def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT, sep=SEPARATOR)
