"""An entry binds the whole row: a digest of every column, keyed so that nobody can guess an address from it."""

import hmac
from functools import cache

from django.apps import apps
from django.conf import settings

from audit.models import Recorded

FACT = "row"
"""The name of the fact that holds the digest."""


def digest(row: Recorded) -> str:
    """HMAC-SHA256 of the row's content under the pepper, which the database does not know."""
    return hmac.new(settings.TUTELA_PEPPER.encode(), row.audit_content(), "sha256").hexdigest()


@cache
def models() -> tuple[type[Recorded], ...]:
    """Every model whose rows need entries."""
    return tuple(model for model in apps.get_models() if issubclass(model, Recorded))


def check(kind: str, object_id: object, row: Recorded | None) -> None:
    """An entry of an act names its row as it will be, if its kind has rows at all. Raises ValueError."""
    if row is None:
        if any(model.audit_kind == kind for model in models()):
            raise ValueError(f"an entry about a {kind} needs the row as it will be")
    elif (row.audit_kind, row.pk) != (kind, object_id):
        raise ValueError(f"the row is another one than {kind} {object_id}")
