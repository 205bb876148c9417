"""What the hotline has settled for itself: its two-person rules and its switches. Silence means the strict answer.

Never a policy, so never waivable: releasing a reporter's identity, the switch to a live destination, erasing
before the time, and breaking the glass.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from audit import log
from audit.acts import Refusal, verb
from audit.log import Actor
from intake.actions import Action
from intake.models import Policy
from intake.states import PolicyCode, PolicyValue
from intake.steps import lock
from intake.wording import POLICIES, POLICY_VALUES

POLICY_LOCK = 3
"""Two who settle the same policy at once come one after the other, and the versions stay in a row."""
LONGEST_HOLD = 24 * 30
TWO_PERSONS = (PolicyValue.REQUIRED, PolicyValue.DELEGATE, PolicyValue.WAIVED)
SWITCH = (PolicyValue.ON, PolicyValue.OFF)
CHOICES: Mapping[PolicyCode, tuple[PolicyValue, ...]] = {
    PolicyCode.SECOND_REVIEW: TWO_PERSONS,
    PolicyCode.CLOSURE: TWO_PERSONS,
    PolicyCode.RULE_ACTIVATION: TWO_PERSONS,
    PolicyCode.POLICE_HOLD: SWITCH,
    PolicyCode.FORWARD_ONLY: SWITCH,
}
BY_COUNTRY = frozenset({PolicyCode.POLICE_HOLD})
LOOSENS: Mapping[PolicyCode, PolicyValue] = {
    PolicyCode.SECOND_REVIEW: PolicyValue.WAIVED,
    PolicyCode.CLOSURE: PolicyValue.WAIVED,
    PolicyCode.RULE_ACTIVATION: PolicyValue.WAIVED,
    PolicyCode.POLICE_HOLD: PolicyValue.OFF,
    PolicyCode.FORWARD_ONLY: PolicyValue.ON,
}
"""The value of each policy that gives a safeguard up: every page it touches says so."""


@dataclass(frozen=True)
class Rule:
    """What holds now. `hours`: how long a police hold lasts. No `policy_id`: nobody has settled it."""

    value: PolicyValue
    hours: int | None = None
    policy_id: UUID | None = None

    @property
    def waived(self) -> bool:
        return self.value is PolicyValue.WAIVED

    @property
    def on(self) -> bool:
        return self.value is PolicyValue.ON


@dataclass(frozen=True)
class Waiver:
    """A safeguard that the hotline has given up, since when, by whom and why."""

    code: PolicyCode
    country: str
    since: datetime
    by: str
    reason: str


@dataclass(frozen=True)
class Settled:
    """One line of what holds now. Without `version` it is the strict answer, which nobody settled."""

    code: PolicyCode
    country: str
    value: PolicyValue
    hours: int | None
    version: int | None = None
    since: datetime | None = None
    by: str = ""
    reason: str = ""

    @property
    def label(self) -> str | Promise:
        return POLICIES[self.code]

    @property
    def answer(self) -> str | Promise:
        return POLICY_VALUES[self.value]


STRICT: Mapping[PolicyCode, Rule] = {
    PolicyCode.SECOND_REVIEW: Rule(PolicyValue.REQUIRED),
    PolicyCode.CLOSURE: Rule(PolicyValue.REQUIRED),
    PolicyCode.RULE_ACTIVATION: Rule(PolicyValue.REQUIRED),
    PolicyCode.POLICE_HOLD: Rule(PolicyValue.ON, hours=72),
    PolicyCode.FORWARD_ONLY: Rule(PolicyValue.OFF),
}


def policy(code: PolicyCode, country: str = "") -> Rule:
    """The newest word on this: for the country if there is one, else for all, else the strict answer."""
    rows = Policy.objects.filter(code=code, country__in={"", country}).order_by("-country", "-version")
    row = rows.first()
    return _rule(row) if row else STRICT[code]


def forward_only() -> bool:
    """Whether this hotline refers without assessing, because it may not view content."""
    return policy(PolicyCode.FORWARD_ONLY).on


def may_be_second(code: PolicyCode, person: UUID) -> bool:
    """A person of the house always; one lent by another organisation unless the policy asks for our own."""
    if policy(code).value is not PolicyValue.REQUIRED:
        return True
    return not lender_of(person)


def lender_of(person: UUID) -> str:
    """The organisation that lends this person; empty for the house's own people."""
    found = get_user_model().objects.filter(pk=person).values_list("organisation", flat=True).first()
    return found or ""


def waivers(*codes: PolicyCode) -> list[Waiver]:
    """The safeguards given up today, all or those named, each with its reason."""
    given_up = [row for row in in_force() if row.value == LOOSENS[PolicyCode(row.code)]]
    named = [row for row in given_up if not codes or row.code in codes]
    reasons = log.payloads(row.last_event_id for row in named)
    return [
        Waiver(
            PolicyCode(row.code),
            row.country,
            row.set_at,
            row.set_by.name if row.set_by else "",
            str(reasons.get(row.last_event_id, {}).get("reason", "")),
        )
        for row in named
    ]


def settled() -> list[Settled]:
    """What holds now for each policy: the strict answers that nobody changed too."""
    rows = in_force()
    reasons = log.payloads(row.last_event_id for row in rows)
    lines = [
        Settled(
            PolicyCode(row.code),
            row.country,
            PolicyValue(row.value),
            row.hours,
            row.version,
            row.set_at,
            row.set_by.name if row.set_by else "",
            str(reasons.get(row.last_event_id, {}).get("reason", "")),
        )
        for row in rows
    ]
    everywhere = {line.code for line in lines if not line.country}
    lines += [
        Settled(code, "", rule.value, rule.hours) for code, rule in STRICT.items() if code not in everywhere
    ]
    return sorted(lines, key=lambda line: (list(STRICT).index(line.code), line.country))


def in_force() -> list[Policy]:
    """The newest row of each policy and country."""
    rows = Policy.objects.select_related("set_by").order_by("code", "country", "-version")
    return list(rows.distinct("code", "country"))


@verb(Action.POLICY_SET)
def set_policy(
    *,
    actor: Actor,
    code: PolicyCode,
    value: PolicyValue,
    reason: str,
    country: str = "",
    hours: int | None = None,
) -> Policy:
    """Settle a policy: a new row with the next version; the reason is sealed. Raises Refusal."""
    lock(POLICY_LOCK, f"{code}/{country}".encode())
    _check(code, value, country, hours, reason)
    latest = Policy.objects.filter(code=code, country=country).order_by("-version").first()
    if latest and (latest.value, latest.hours) == (value, hours):
        raise Refusal(_("This is settled so already. Nothing was changed."))
    row = Policy(
        code=code,
        country=country,
        version=latest.version + 1 if latest else 1,
        value=value,
        hours=hours,
        set_by_id=actor.person,
        set_at=timezone.now(),
    )
    log.add(
        row,
        Action.POLICY_SET,
        actor=actor,
        facts={"code": code, "country": country, "version": row.version, "value": value, "hours": hours},
        payload={"reason": reason},
    )
    return row


def _check(code: PolicyCode, value: PolicyValue, country: str, hours: int | None, reason: str) -> None:
    if not reason.strip():
        raise Refusal(_("Say why. Whoever reads the policy later needs the reason."))
    if value not in CHOICES[code]:
        raise Refusal(_("This policy cannot be settled so. Choose one of its answers."))
    if country and code not in BY_COUNTRY:
        raise Refusal(_("This policy holds for all countries. Leave the country empty."))
    lasts = code is PolicyCode.POLICE_HOLD and value is PolicyValue.ON
    if lasts and (hours is None or not 0 < hours <= LONGEST_HOLD):
        raise Refusal(_("Say how many hours the police hold lasts: 1 to %(most)d.") % {"most": LONGEST_HOLD})
    if hours is not None and not lasts:
        raise Refusal(_("Only a police hold that is on lasts a number of hours. Leave it empty."))


def _rule(row: Policy) -> Rule:
    return Rule(PolicyValue(row.value), row.hours, row.id)
