"""One of everything: a case and a referral in each state, in two houses that must not see each other."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from audit import log
from project.roles import Role
from tests import line
from tests.cast import Cast, person

if TYPE_CHECKING:
    from intake.models import Team
    from referrals.models import Referral


@dataclass(frozen=True)
class World:
    """`cases` and `referrals` by the state they are in; `foreign_*` belong to people who are not of the cast."""

    cast: Cast
    cases: dict[str, UUID]
    referrals: dict[str, UUID]
    foreign_case: UUID
    foreign_referral: UUID
    cleared_referral: UUID
    """Addressed to Pavel's agency, so that Pia must not see it."""
    entry: UUID
    items: dict[str, UUID]
    """The first address of each case, by the case's state."""
    tokens: dict[str, str]
    """By the state of the referral: what stands in the link by which its first document is answered."""

    def objects(self, name: str) -> dict[str, object]:
        """What stands in the paths of pages about this: a state, or a name of the cast."""
        person = self.cast.people.get(name)
        known = {
            "case_id": self.cases.get(name),
            "item_id": self.items.get(name),
            "referral_id": self.referrals.get(name),
            "person": person.id if person else None,
            "event_id": self.entry,
            "agency_id": self.cast.police.id,
            "rule_id": self.cast.rule.id,
            "token": self.tokens.get(name),
        }
        return {field: value for field, value in known.items() if value}


def item_of(case_id: Any) -> UUID | None:
    """The first address of a case."""
    from intake.models import ReportedItem

    return ReportedItem.objects.filter(case=case_id).addresses().values_list("pk", flat=True).first()


def _tokens(referrals: "dict[str, Referral]") -> dict[str, str]:
    from referrals.services import links

    found = {name: referral.links.filter(follow_up=None).first() for name, referral in referrals.items()}
    return {name: links.token_of(link) for name, link in found.items() if link}


def build(cast: Cast) -> World:
    cases = {
        "open": line.a_case("https://www.example.net/seen-by-nobody", "@somebody on chat.example.net").id,
        "danger": line.a_case(danger=True, kind="sextortion").id,
        "assigned": line.a_taken_case(cast).id,
        "assessed": line.an_assessed_case(cast).id,
        "not_illegal": line.an_assessed_case(cast, verdict="not_illegal").id,
        "in_review": line.a_reviewed_case(cast).id,
        "confirmed": line.a_confirmed_case(cast).id,
        "held": line.a_case_of_somebody_else(cast).id,
        "asked_to_close": line.a_case_to_be_closed(cast).id,
        "closed": line.a_closed_case(cast).id,
        "rejected": line.a_rejected_case(cast).id,
        "owed": line.a_case_confirmed_alone(cast).id,
        "disputed": line.a_disputed_case(cast).id,
    }
    referrals = {
        "queued": line.a_referral(cast),
        "offered": line.an_offered_referral(cast),
        "sent": line.a_sent_referral(cast),
        "acknowledged": line.an_acknowledged_referral(cast),
        "concluded": line.a_concluded_referral(cast),
    }
    cases["referred"] = referrals["sent"].case_id
    cases["to_close"] = referrals["concluded"].case_id
    foreign = line.a_sent_referral(_others(cast))
    return World(
        cast=cast,
        cases=cases,
        referrals={name: referral.id for name, referral in referrals.items()},
        foreign_case=foreign.case_id,
        foreign_referral=foreign.id,
        cleared_referral=_cleared(cast),
        entry=log.entries_for(case_id=cases["referred"]).values_list("event_id", flat=True)[0],
        items={name: found for name, case in cases.items() if (found := item_of(case))},
        tokens=_tokens(referrals),
    )


def _others(cast: Cast) -> Cast:
    """A third team with people of its own, whom nobody of the cast works with."""
    from intake.services.teams import open_team

    team: Team = open_team(actor=log.SYSTEM, name="Third desk", languages=["fr"])
    return replace(
        cast,
        ana=person("cyd", Role.ANALYST, team.group),
        cleo=person("dan", Role.SUPERVISOR, team.group),
        romanian=team,
    )


def _cleared(cast: Cast) -> UUID:
    """A case that goes to both agencies; the referral to the clearing house. Adopts its rule, so it comes last."""
    from referrals.services.rules import Draft, adopt_rule
    from referrals.states import Obligation

    case = line.a_confirmed_case(cast)
    adopt_rule(
        actor=log.SYSTEM,
        rule=Draft(
            "CH-01",
            {"verdict": "illegal", "hosting": "home"},
            Obligation.SUGGESTED,
            "hosted_at_home",
            cast.clearing.id,
        ),
    )
    both = line.refer_all(cast, case)
    (cleared,) = (referral for referral in both if referral.agency_id == cast.clearing.id)
    line.offer(cleared.deliveries.get().id)
    cleared_id: UUID = cleared.id
    return cleared_id
