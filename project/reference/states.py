"""The legal moves, from the tables that the verbs obey."""

from project.reference.sources import named
from project.reference.tables import code, table

INTRO = """# States and moves

A row with a state moves only along these tables. Anything else raises `IllegalMove`; a check in the database
refuses a state that is not listed here. Each move writes an entry with the state before and after. Some moves
have no verb yet: [verbs](verbs.md) says what exists.
"""


def moves() -> str:
    parts = [INTRO]
    for app, module in named("states"):
        for name in sorted(vars(module)):
            if name.endswith("_MOVES"):
                title = name.removesuffix("_MOVES").capitalize()
                rows = (
                    (f"`{before}`", code(after) or "nothing: it ends here")
                    for before, after in _rows(module, name)
                )
                parts += [f"## {title} ({app})\n", table(("from", "may move to"), rows), ""]
    return "\n".join(parts)


def _rows(module: object, name: str) -> list[tuple[str, list[str]]]:
    return [(str(before), [str(state) for state in after]) for before, after in vars(module)[name].items()]
