"""What each database role may do, from the table that `setup_roles` applies."""

from project.grants import COLUMNS, FUNCTIONS, GRANTS, PLAIN_TABLES, ROLES, SEQUENCES
from project.reference.tables import code, table

INTRO = """# Rights in the database

The owner migrates and serves nobody. `tutela_app` runs the desk, the partner door and the worker.
`tutela_public` runs the public door: it inserts a report and reads nothing. What is not in this table is
refused. `./run manage setup_roles` applies it, and takes away everything else.
"""


def rights() -> str:
    rows = (
        (f"`{label}`", ", ".join(grant.app), ", ".join(grant.public))
        for label, grant in sorted((GRANTS | PLAIN_TABLES).items())
    )
    columns = ((f"`{label}`", verb, code(names)) for (label, verb), names in sorted(COLUMNS.items()))
    others = sorted((FUNCTIONS | SEQUENCES).items())
    return "\n".join(
        [
            INTRO,
            table(("table", *(f"`{role}`" for role in ROLES)), rows),
            "\n## Columns\n\nHere the right is narrowed to these columns; the database fills the others.\n",
            table(("table", "right", "columns"), columns),
            "\n## Functions and sequences\n",
            table(("name", "may be used by"), ((f"`{name}`", code(roles)) for name, roles in others)),
        ]
    )
