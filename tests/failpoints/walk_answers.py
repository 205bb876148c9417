"""An agency answers by itself, and somebody reads it: by link and in the portal, killed anywhere."""

from collections.abc import Iterator

from django.utils import timezone

from audit import log
from referrals.models import AnswerLink, Message, Referral
from referrals.services import links, replies, thread, unread
from referrals.services.answering import Who
from referrals.services.replies import Reply
from referrals.states import Answer, AnswerSource, Direction, OutcomeKind
from tests import line
from tests.failpoints.stepping import Step
from tests.failpoints.walk import the_house
from tests.failpoints.walk_after_sending import sent, who

OFFICER = Who(line.OFFICER, AnswerSource.LINK, "Example unit", "officer@example.org")
PIA = Who("Pia", AnswerSource.PORTAL, "Police")


def steps() -> Iterator[Step]:
    yield from the_house()
    yield from sent()
    yield Step(lambda: _times("acknowledgement:record") >= 1, _by_link)
    yield Step(lambda: _times("message:record") >= 1, _typed_in)
    yield Step(lambda: _times("answer:heed") >= 1, _read)
    yield Step(lambda: _times("link:close") >= 1, _close)
    yield Step(lambda: _times("outcome:record") >= 1, _in_the_portal)


def _by_link() -> None:
    reply = Reply(OFFICER, answer=Answer.NEEDS_INFO, words="Which week?")
    replies.reply_by_link(link_id=AnswerLink.objects.get().id, reply=reply)


def _typed_in() -> Message:
    return thread.record_message(
        actor=who("ana").actor,
        referral_id=_referral().id,
        direction=Direction.OUT,
        words="The second.",
        by_name="Duty desk",
        source=AnswerSource.PHONE,
        at=timezone.now(),
    )


def _read() -> None:
    unread.mark_read(actor=who("ana").actor, referral_id=_referral().id)


def _close() -> None:
    links.close_open_links(actor=who("ana").actor, referral_id=_referral().id)


def _in_the_portal() -> None:
    reply = Reply(
        PIA, answer=Answer.ACCEPTED, outcome=OutcomeKind.INVESTIGATING, happened_on=timezone.localdate()
    )
    replies.reply_in_portal(actor=who("pia").actor, referral_id=_referral().id, reply=reply)


def _referral() -> Referral:
    return Referral.objects.get()


def _times(action: str) -> int:
    return log.entries_for(action=action, case_id=_referral().case_id).count()
