"""Steps of the directory: terms changed, a contact approved, a switch declined, paused and taken up, rules moved on."""

from collections.abc import Iterator

from audit import log
from project.models import User
from referrals.actions import Action
from referrals.models import Agency, LiveSwitch, RoutingRule
from referrals.services import directory, rules
from referrals.states import AgencyKind, AgencyState, AskState, Obligation, RuleState
from tests.cast import RULE
from tests.failpoints.stepping import Step
from tests.failpoints.walk import the_house

NAME = "Files Ltd"
TERMS = directory.Terms(destination="file_export", agreement="A", contact="desk@files.example.org")
LONGER = directory.Terms(
    destination="file_export", agreement="A", contact="desk@files.example.org", answer_days=9
)
CODE = "WALK-1"


def steps() -> Iterator[Step]:
    yield from the_house()
    yield Step(
        lambda: Agency.objects.filter(name=NAME).exists(),
        lambda: directory.open_agency(
            actor=_ana(), name=NAME, kind=AgencyKind.PLATFORM, country="IE", terms=TERMS
        ),
    )
    yield Step(
        lambda: _agency().answer_days == 9,
        lambda: directory.change_terms(actor=_ana(), agency_id=_agency().id, terms=LONGER),
    )
    yield Step(
        lambda: _agency().contact_approved,
        lambda: directory.approve_contact(actor=_cleo(), agency_id=_agency().id),
    )
    yield from _switched(to_live=True, before=0)
    yield Step(
        lambda: _agency().state == AgencyState.PAUSED or _switches() > 1,
        lambda: directory.pause_agency(actor=_cleo(), agency_id=_agency().id, reason="A walk."),
    )
    yield from _switched(to_live=False, before=1)
    yield Step(lambda: _rule() is not None, lambda: rules.propose_rule(actor=_ana(), rule=_draft()))
    yield Step(
        lambda: _state() in {RuleState.IN_FORCE, RuleState.RETIRED},
        lambda: rules.activate_rule(actor=_cleo(), rule_id=_found().id),
    )
    yield _asked_to_end(1)
    yield Step(
        lambda: _times(Action.RULE_KEEP) == 1,
        lambda: rules.decide_retire(actor=_ana(), rule_id=_found().id, agrees=False),
    )
    yield _asked_to_end(2)
    yield Step(
        lambda: _state() == RuleState.RETIRED,
        lambda: rules.decide_retire(actor=_ana(), rule_id=_found().id, agrees=True),
    )


def _asked_to_end(time: int) -> Step:
    return Step(
        lambda: _times(Action.RULE_ASK_RETIRE) >= time,
        lambda: rules.retire_rule(actor=_cleo(), rule_id=_found().id, reason="A walk."),
    )


def _times(action: Action) -> int:
    return len(list(log.entries_for(object_id=_found().id, action=action)))


def _switched(*, to_live: bool, before: int) -> Iterator[Step]:
    yield Step(
        lambda: _switches() > before,
        lambda: directory.ask_live(actor=_ana(), agency_id=_agency().id, to_live=to_live),
    )
    yield Step(
        lambda: not LiveSwitch.objects.filter(state=AskState.ASKED).exists(),
        lambda: directory.decide_live(actor=_cleo(), agency_id=_agency().id, agrees=True),
    )


def _draft() -> rules.Draft:
    return rules.Draft(CODE, RULE, Obligation.SUGGESTED, "hosted_at_home", _agency().id)


def _agency() -> Agency:
    return Agency.objects.get(name=NAME)


def _switches() -> int:
    return LiveSwitch.objects.count()


def _rule() -> RoutingRule | None:
    return RoutingRule.objects.filter(code=CODE).first()


def _found() -> RoutingRule:
    return RoutingRule.objects.get(code=CODE)


def _state() -> str:
    return _found().state


def _ana() -> log.Actor:
    return User.objects.get(email="ana@example.org").actor


def _cleo() -> log.Actor:
    return User.objects.get(email="cleo@example.org").actor
