"""No act without an entry: which tables are guarded is found from the models, and compared with the triggers."""

import pytest
from django.apps import apps
from django.db import connection, models

from audit.models import Recorded, Stateful

pytestmark = pytest.mark.django_db

MODELS = [model for model in apps.get_models() if issubclass(model, Recorded)]
# Rows that are no act of anybody: the log itself, sessions, what Django and the sign-in keep; and rows that are tied
# to an object and change only with its entry. Everything else carries last_event.
UNGUARDED = {
    "account.EmailAddress",
    "account.EmailConfirmation",
    "audit.Event",
    "audit.Line",
    "audit.Payload",
    "audit.Pending",
    "audit.SubjectKey",
    "auth.Group",
    "auth.Permission",
    "contenttypes.ContentType",
    "guardian.GroupObjectPermission",
    "guardian.UserObjectPermission",
    "project.DeskSession",
    "project.PartnerSession",
    "referrals.ReferralItem",
}


TIED = {
    "guardian_groupobjectpermission": ["team,agency", "object_pk"],
    "project_user_groups": ["person", "user_id"],
    "referrals_referralitem": ["referral", "referral_id"],
}


def triggers() -> dict[tuple[str, str], tuple[str, list[str], str]]:
    """(table, trigger) -> what calls it, its arguments, and how it is enabled ('A' is ALWAYS)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgname, p.proname, encode(t.tgargs, 'escape'), t.tgenabled, t.tgtype"
            " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE NOT t.tgisinternal"
        )
        return {
            (table, name): (function, arguments.split("\\000")[:-1], enabled)
            for table, name, function, arguments, enabled, _type in cursor.fetchall()
        }


def test_a_model_is_recorded_or_known_to_be_nobodys_act() -> None:
    others = {model._meta.label for model in apps.get_models() if not issubclass(model, Recorded)}
    assert others == UNGUARDED


def test_a_model_with_a_state_is_stateful() -> None:
    with_state = {model for model in apps.get_models() if _has(model, "state")}
    assert with_state <= {model for model in MODELS if issubclass(model, Stateful)}


def test_every_kind_in_the_log_means_one_model() -> None:
    kinds = [model.audit_kind for model in MODELS]
    assert len(kinds) == len(set(kinds))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_the_guard_of_a_table_is_the_one_its_model_declares(model: type[Recorded]) -> None:
    found = triggers()
    function, (kind, moves, free), enabled = found[model._meta.db_table, "tutela_guard"]
    assert function == "audit_guard"
    assert kind == model.audit_kind
    assert moves == ("moves" if issubclass(model, Stateful) else "never")
    assert {name for name in free.strip("{}").split(",") if name} == set(getattr(model, "audit_free", ()))
    assert enabled == "A"
    assert found[model._meta.db_table, "tutela_keep"][::2] == ("audit_keep", "A")


@pytest.mark.parametrize("table", TIED)
def test_a_row_without_a_state_is_tied_to_its_object(table: str) -> None:
    found = triggers()
    assert found[table, "tutela_tie"] == ("audit_tie", TIED[table], "A")
    assert found[table, "tutela_keep"][::2] == ("audit_keep", "A")


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_last_event_is_checked_at_once_and_never_empty(model: type[Recorded]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT k.condeferrable, a.attnotnull FROM pg_constraint k JOIN pg_attribute a"
            " ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1] WHERE k.contype = 'f'"
            " AND k.conrelid = %s::regclass AND a.attname = 'last_event_id'",
            [model._meta.db_table],
        )
        assert cursor.fetchall() == [(False, True)]


def test_every_trigger_holds_for_everybody() -> None:
    assert {enabled for _function, _arguments, enabled in triggers().values()} == {"A"}


def _has(model: type[models.Model], name: str) -> bool:
    return any(field.name == name for field in model._meta.get_fields())
