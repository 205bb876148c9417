"""What the log's pages may call a person or an object: the role, or the public number. Names stay out."""

from uuid import UUID

from django.utils.functional import Promise

from audit import log
from intake.models import Case
from project.models import User
from project.roles import ROLE_NAMES
from referrals.models import Referral


def teach_the_log() -> None:
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
