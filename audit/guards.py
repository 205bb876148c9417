"""Migration operations that put the guards on a table: no act without an entry."""

from typing import Any, ClassVar

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

STATEFUL = """
ALTER TABLE {table} ADD CONSTRAINT {table}_last_event_fk
  FOREIGN KEY (last_event_id) REFERENCES audit_event (event_id) NOT DEFERRABLE;
CREATE TRIGGER tutela_guard BEFORE INSERT OR UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION audit_guard('{kind}', '{moves}', '{{{free}}}');
ALTER TABLE {table} ENABLE ALWAYS TRIGGER tutela_guard;
CREATE TRIGGER tutela_keep BEFORE TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION audit_keep();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER tutela_keep;
"""

UNGUARD = """
DROP TRIGGER tutela_keep ON {table};
DROP TRIGGER tutela_guard ON {table};
ALTER TABLE {table} DROP CONSTRAINT {table}_last_event_fk;
"""

TIE = """
CREATE TRIGGER tutela_tie BEFORE INSERT OR UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION audit_tie('{kinds}', '{column}');
ALTER TABLE {table} ENABLE ALWAYS TRIGGER tutela_tie;
CREATE TRIGGER tutela_keep BEFORE TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION audit_keep();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER tutela_keep;
"""

UNTIE = """
DROP TRIGGER tutela_keep ON {table};
DROP TRIGGER tutela_tie ON {table};
"""


class OnTable(Operation):
    """SQL on one table, there and back. It is no part of Django's picture of the models."""

    reversible = True
    there: ClassVar[str]
    back: ClassVar[str]

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing that Django knows of changes."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        schema_editor.execute(self.there.format(**self.blanks(app_label, to_state)), params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        schema_editor.execute(self.back.format(**self.blanks(app_label, from_state)), params=None)

    def blanks(self, app_label: str, state: ProjectState) -> dict[str, str]:
        """What stands in the SQL's blanks."""
        raise NotImplementedError


class Guard(OnTable):
    """Guard a model that inherits `audit.models.Recorded` or `Stateful`.

    `kind` is the object's kind in the log; `moves` says whether rows may change at all; `free` names columns
    that may change without an entry.
    """

    there, back = STATEFUL, UNGUARD

    def __init__(self, model: str, *, kind: str, moves: bool, free: tuple[str, ...] = ()) -> None:
        self.model = model
        self.kind = kind
        self.moves = moves
        self.free = free

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.model], {"kind": self.kind, "moves": self.moves, "free": self.free}

    def describe(self) -> str:
        return f"Guard {self.model}: no act without an entry"

    @property
    def migration_name_fragment(self) -> str:
        return f"guard_{self.model.lower()}"

    def blanks(self, app_label: str, state: ProjectState) -> dict[str, str]:
        return {
            "table": state.apps.get_model(app_label, self.model)._meta.db_table,
            "kind": self.kind,
            "moves": "moves" if self.moves else "never",
            "free": ",".join(self.free),
        }


class Loosen(Guard):
    """Let the rows of a guarded model move, each move with an entry of its own; back makes them fixed again."""

    there = UNGUARD + STATEFUL
    back = UNGUARD + STATEFUL.replace("{moves}", "never")

    def __init__(self, model: str, *, kind: str) -> None:
        super().__init__(model, kind=kind, moves=True)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.model], {"kind": self.kind}

    def describe(self) -> str:
        return f"Loosen {self.model}: a row may change, with an entry for each change"

    @property
    def migration_name_fragment(self) -> str:
        return f"loosen_{self.model.lower()}"


class Tie(OnTable):
    """Tie a table without a state of its own, ours or an outside one, to the object its rows hang on.

    Its rows come, change and go only together with an entry about that object, in the same transaction.
    """

    there, back = TIE, UNTIE

    def __init__(self, table: str, *, kinds: tuple[str, ...], column: str) -> None:
        self.table = table
        self.kinds = kinds
        self.column = column

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.table], {"kinds": self.kinds, "column": self.column}

    def describe(self) -> str:
        return f"Tie {self.table} to its {' or '.join(self.kinds)}: no change without an entry"

    @property
    def migration_name_fragment(self) -> str:
        return f"tie_{self.table}"

    def blanks(self, app_label: str, state: ProjectState) -> dict[str, str]:
        return {"table": self.table, "kinds": ",".join(self.kinds), "column": self.column}
