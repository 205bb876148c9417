"""A closed link opens nothing, ever. One that ended with its referral opens to say so, and answers nothing."""

from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from audit import log
from project.people import let_go
from referrals.models import Acknowledgement, AnswerLink, FollowUp, Referral
from referrals.services import links
from tests import line
from tests.referrals import after
from tests.referrals.replying import bring, link_of, open_page, send

if TYPE_CHECKING:
    from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(cast: "Cast") -> Referral:
    return line.a_sent_referral(cast)


def both(link: AnswerLink, **given: str) -> set[int]:
    """What looking and answering get."""
    return {open_page(link).status_code, send(link, **(given or {"answer": "received"})).status_code}


def close(cast: "Cast", referral: Referral) -> None:
    links.close_open_links(actor=cast.cleo.actor, referral_id=referral.id)


def end(cast: "Cast", referral: Referral) -> None:
    line.acknowledge(cast, referral)
    line.conclude(cast, referral)


def refused(link: AnswerLink) -> int:
    return log.entries_for(action="link:refuse", object_id=link.id).count()


def withdrawal(cast: "Cast", sent: Referral) -> FollowUp:
    """It is with the agency, and waits for its answer."""
    follow_up = after.withdrawn(cast, sent.case).follow_ups[0]
    bring(cast, follow_up)
    return follow_up


def test_closed_by_hand_it_stays_closed_when_the_referral_ends(cast: "Cast", sent: Referral) -> None:
    link = link_of(sent)
    close(cast, sent)
    assert both(link) == {404}
    end(cast, sent)
    assert both(link) == {404}


def test_closed_by_leaving_it_stays_closed_when_the_referral_ends(cast: "Cast", sent: Referral) -> None:
    let_go(actor=cast.ada.actor, person=cast.pia.id)
    end(cast, sent)
    assert both(link_of(sent)) == {404}


def test_who_leaves_after_the_end_does_not_see_it_either(cast: "Cast", sent: Referral) -> None:
    end(cast, sent)
    assert both(link_of(sent)) == {409}
    let_go(actor=cast.ada.actor, person=cast.pia.id)
    assert both(link_of(sent)) == {404}


def test_replaced_it_stays_closed_when_the_referral_ends(cast: "Cast", sent: Referral) -> None:
    from audit.acts import act
    from referrals.actions import Action

    link = link_of(sent)
    with act("test", frozenset({Action.LINK_OPEN, Action.LINK_CLOSE})):
        links.link_for(sent, None)
    end(cast, sent)
    assert both(link) == {404}
    assert both(link_of(sent)) == {409}


def test_a_closed_link_of_a_withdrawal_does_not_answer_it(cast: "Cast", sent: Referral) -> None:
    first, follow_up = link_of(sent), withdrawal(cast, sent)
    close(cast, sent)
    assert both(link_of(sent, follow_up)) == {404}
    assert both(first) == {404}
    follow_up.refresh_from_db()
    assert (follow_up.state, Acknowledgement.objects.count()) == ("sent", 0)


def test_a_link_that_ended_answers_no_supplement_that_waited(cast: "Cast", sent: Referral) -> None:
    (supplement,) = after.supplemented(cast, sent.case)
    bring(cast, supplement)
    link = link_of(sent, supplement)
    withdrawal(cast, sent)
    link.refresh_from_db()
    assert link.state == "ended"
    assert both(link) == {409}
    supplement.refresh_from_db()
    assert (supplement.state, Acknowledgement.objects.count()) == ("sent", 0)


@pytest.mark.parametrize(
    "given", [{}, {"answer": "declined"}, {"answer": "accepted", "contact": "@"}, {"words": "Hm."}]
)
def test_after_the_end_whatever_is_sent_is_refused_alike(
    cast: "Cast", sent: Referral, given: dict[str, str]
) -> None:
    link = link_of(sent)
    withdrawal(cast, sent)
    answer: Any = send(link, **given)
    assert answer.status_code == 409
    assert "taken referral" in answer.content.decode()
    assert refused(link) == 1
    assert not Acknowledgement.objects.exists()


def test_after_a_conclusion_as_well(cast: "Cast", sent: Referral) -> None:
    link = link_of(sent)
    end(cast, sent)
    given = {"answer": "accepted", "outcome": "removed", "happened_on": ""}
    answer: Any = send(link, **given)
    assert (answer.status_code, refused(link)) == (409, 1)
    given["happened_on"] = timezone.localdate().isoformat()
    assert (send(link, **given).status_code, refused(link)) == (409, 2)
