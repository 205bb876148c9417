"""What the log's pages may call a person or an object: the role, the kind, the public number. Names stay out."""

from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit import log
from intake.models import Case
from project.models import User
from project.roles import ROLE_NAMES
from referrals.models import Referral

KINDS: dict[str, str | Promise] = {
    "acknowledgement": _("acknowledgement"),
    "agency": _("agency"),
    "answer": _("answer"),
    "assessment": _("assessment"),
    "attempt": _("attempt"),
    "case": _("case"),
    "closure": _("closing"),
    "code": _("code"),
    "delivery": _("delivery"),
    "door": _("door"),
    "followup": _("supplement, correction or withdrawal"),
    "hold": _("police hold"),
    "item": _("item"),
    "lease": _("lease"),
    "link": _("answer link"),
    "live": _("switch between test and live"),
    "message": _("message"),
    "note": _("note"),
    "outcome": _("outcome"),
    "overruling": _("proposal left out"),
    "package": _("package"),
    "person": _("person"),
    "policy": _("policy"),
    "queue": _("queue"),
    "receipt": _("receipt"),
    "referral": _("referral"),
    "report": _("report"),
    "review": _("review"),
    "rule": _("rule"),
    "step": _("step"),
    "team": _("team"),
    "trace": _("hosting trace"),
}


def teach_the_log() -> None:
    log.register_kinds(KINDS)
    log.register_people(roles_of)
    for model in (Case, Referral):
        log.register_numbers(model.audit_kind, _numbers(model))


def roles_of(ids: set[UUID]) -> dict[UUID, str | Promise]:
    """The role behind each id."""
    people = User.objects.filter(pk__in=ids).values_list("pk", "role")
    return {person: ROLE_NAMES[role] for person, role in people}


def _numbers(model: type[Case | Referral]) -> log.Numbers:
    def of(ids: set[UUID]) -> dict[UUID, str]:
        return dict(model.objects.filter(pk__in=ids).values_list("pk", "number"))

    def find(number: str) -> UUID | None:
        return model.objects.filter(number__iexact=number).values_list("pk", flat=True).first()

    return log.Numbers(of, find)
