"""What an agency is asked, and what it can still say: for its link, and for its page in the portal.

The link's page shows cover data alone, also to whoever found the link. What the portal shows beyond the cover waits for
the agency to say that it received it.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from referrals import documents, wording
from referrals.documents import ReferralDocument
from referrals.models import AnswerLink, FollowUp, Hold, Referral
from referrals.services import arrivals, covers, holds, ready, standing
from referrals.services.answering import UNPROVEN
from referrals.services.covers import Cover
from referrals.services.heard import Heard, heard
from referrals.states import (
    ANSWER_STATES,
    ANSWERED,
    ENDED,
    REFERRAL_MOVES,
    AgencyKind,
    Answer,
    FollowUpKind,
    FollowUpState,
    LinkState,
    ReferralState,
)
from referrals.wording import Clock, Words

POLICE = frozenset({AgencyKind.POLICE.value, AgencyKind.PROSECUTOR.value})


@dataclass(frozen=True)
class Asked:
    """One document that an agency has before it: the first, or a follow-up.

    `is_proven`: who asks has the message, although our machine does not know. `is_closed`: the way by which it is
    asked ended with the referral.
    """

    cover: Cover
    follow_up: FollowUp | None
    hold: Hold | None
    last: Words = ""
    may_add: bool = False
    is_proven: bool = False
    is_closed: bool = False

    @property
    def referral(self) -> Referral:
        return self.cover.referral

    @property
    def due_at(self) -> datetime:
        return (self.follow_up or self.referral).due_at

    @property
    def clock(self) -> Clock | None:
        """Only while an answer is missing."""
        if not self.is_unanswered:
            return None
        began = (self.follow_up or self.referral).confirmed_at
        return wording.clock_of(self.due_at, began, timezone.now())

    @property
    def is_unanswered(self) -> bool:
        if self.is_proven:
            return True
        if self.follow_up:
            return self.follow_up.state == FollowUpState.SENT
        return self.referral.state in UNPROVEN

    @property
    def is_on_its_way(self) -> bool:
        """Neither our machine nor who asks has told us yet that it arrived."""
        if self.is_proven:
            return False
        if self.follow_up:
            return self.follow_up.state in {FollowUpState.QUEUED, FollowUpState.FAILED}
        return self.referral.state in {ReferralState.QUEUED, ReferralState.HELD, ReferralState.FAILED}

    @property
    def is_over(self) -> bool:
        return self.is_closed or (
            self.referral.state in ENDED and not (self.follow_up and self.is_unanswered)
        )

    @property
    def is_withdrawn(self) -> bool:
        return self.referral.state == ReferralState.WITHDRAWN

    @property
    def may_collect(self) -> bool:
        """A package lies ready, and the agency may still have it: after a withdrawal only what tells of it."""
        if self.is_withdrawn:
            return self.is_withdrawal and self.cover.is_ready
        if self.referral.state in ENDED and self.follow_up is None:
            return False
        return self.cover.is_ready

    @property
    def is_withdrawal(self) -> bool:
        return self.follow_up is not None and self.follow_up.kind == FollowUpKind.WITHDRAWAL

    @property
    def answers(self) -> list[Answer]:
        """What can be said now."""
        if self.follow_up and self.is_unanswered:
            return [Answer.RECEIVED] if self.referral.state in ENDED else list(Answer)
        if self.is_unanswered:
            return list(Answer)
        return [answer for answer in Answer if self._follows(answer)]

    @property
    def may_conclude(self) -> bool:
        """Also what is concluded reads an outcome: the same once more gets the same answer."""
        told = self.referral.state in ANSWERED or self.referral.state == ReferralState.CONCLUDED
        return self.follow_up is None and (told or self.is_unanswered)

    @property
    def can_be_answered(self) -> bool:
        """An answer, an outcome or a word about the hold is possible. What is answered later is told by the first."""
        if self.is_over or self.is_on_its_way:
            return False
        return self.is_unanswered if self.follow_up else self.referral.state not in ENDED

    @property
    def may_hold(self) -> bool:
        """The police of this country decide about the hold, until the referral ends."""
        agency = self.referral.agency
        home = agency.country == settings.TUTELA_HOME_COUNTRY
        return agency.kind in POLICE and home and self.referral.state not in ENDED

    def _follows(self, answer: Answer) -> bool:
        state = self.referral.state
        adds = answer is Answer.NEEDS_INFO and state == ReferralState.NEEDS_INFO
        return adds or ANSWER_STATES[answer] in REFERRAL_MOVES[state]


@dataclass(frozen=True)
class Received:
    """A referral on its page in the portal. `document`: only once receipt was said, and until the end."""

    asked: Asked
    later: list[Asked]
    document: ReferralDocument | None
    told: list[Heard]


def by_link(link: AnswerLink) -> Asked:
    """Whoever has the link has the message that it came in."""
    return replace(
        _asked(link.referral, link.follow_up),
        is_proven=link.state == LinkState.OPEN and arrivals.is_unknown(link.referral, link.follow_up),
        is_closed=link.state == LinkState.ENDED,
    )


def received(referral: Referral) -> Received:
    follow_ups = ready.told_of(referral)
    shown = referral.state in ANSWERED
    newest = [found for found in follow_ups if found.state in ready.ARRIVED]
    source = newest[-1] if newest else referral
    return Received(
        asked=_asked(referral, None),
        later=[_asked(referral, found) for found in follow_ups],
        document=documents.from_bytes(bytes(source.document)) if shown else None,
        told=heard(referral) if shown else [],
    )


def follow_up_of(referral: Referral, follow_up_id: UUID | None) -> Asked:
    """What this follow-up of the referral asks; the first document without one, or where it is not before them."""
    found = [one for one in ready.told_of(referral) if one.id == follow_up_id] if follow_up_id else []
    return _asked(referral, next(iter(found), None))


def _asked(referral: Referral, follow_up: FollowUp | None) -> Asked:
    return Asked(
        cover=covers.cover(referral, follow_up),
        follow_up=follow_up,
        hold=holds.hold_of(referral.case),
        last=_last(referral, follow_up),
        may_add=referral.state not in ENDED and standing.answered(referral),
    )


def _last(referral: Referral, follow_up: FollowUp | None) -> Words:
    """The answer that stands. What was said to a later document answers the first one too, where it follows."""
    if follow_up is None:
        given = [answer for answer, state in ANSWER_STATES.items() if state == referral.state]
        return wording.REPLIES[given[0]].words if given else ""
    newest = standing.newest(referral, follow_up)
    return wording.REPLIES[newest.answer].words if newest else ""
