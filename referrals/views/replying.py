"""What the link and the portal share: a form that was filled in becomes an answer, and then what the police wish."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from audit.acts import Refusal
from audit.log import Actor
from referrals.forms.answers import ReplyForm
from referrals.services.answering import Who
from referrals.services.replies import Replied, Reply
from referrals.services.wishes import settle_hold


@dataclass(frozen=True)
class Sent:
    """What is on record now. `hold_refused`: the answer is kept, but the hold could not be changed so."""

    replied: Replied | None = None
    hold_changed: bool = False
    hold_refused: str | Promise = ""

    @property
    def again(self) -> bool:
        """We had all of it already."""
        return not self.hold_changed and (self.replied is None or self.replied.again)


def send(form: ReplyForm, who: Who, actor: Actor, verb: Callable[[Reply], Replied]) -> Sent:
    """The answer first, so that it is kept whatever becomes of the hold. Raises Refusal."""
    replied = verb(form.reply(who)) if form.has_reply else None
    until = form.cleaned_data.get("hold_until")
    try:
        changed = settle_hold(actor=actor, referral=form.asked.referral, wish=form.wish, until=until, who=who)
    except Refusal as refusal:
        if replied is None:
            raise
        return Sent(replied, hold_refused=refusal.sentence)
    return Sent(replied, hold_changed=changed)
