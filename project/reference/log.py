"""What can be written to the log, and by which verb."""

from collections.abc import Iterator
from typing import Any

from audit.acts import VERBS
from project.reference.sources import modules, named
from project.reference.tables import code, table

ACTIONS = """# Actions

Every line of the log names one action. An action is a noun and a verb. The sentence is what a person reads at
the auditor's desk. The last column says which verbs may write it; an empty one is written by a read, a refusal
or a sign-in.
"""
VERBS_INTRO = """# Verbs

A verb is the only way to change something. It runs in one transaction, and it may write only the entries it
declares. Doors call verbs; verbs never call verbs. See [decision 2](../adr/0002-one-verb-one-transaction.md).
"""


def actions() -> str:
    parts = [ACTIONS]
    for app, module in named("actions"):
        rows = (
            (f"`{action.value}`", str(sentence), code(_writers(action.value)))
            for action, sentence in sorted(module.SENTENCES.items())
        )
        parts += [f"## {app}\n", table(("action", "what a person reads", "written by"), rows), ""]
    return "\n".join(parts)


def verbs() -> str:
    parts = [VERBS_INTRO]
    functions = _functions()
    apps = sorted({name.split(".")[0] for name in VERBS if name in functions})
    for app in apps:
        rows = (
            (f"`{name.split('.')[1]}`", _first_line(functions[name]), code(VERBS[name]))
            for name in sorted(VERBS)
            if name.startswith(f"{app}.") and name in functions
        )
        parts += [f"## {app}\n", table(("verb", "what it does", "entries it may write"), rows), ""]
    return "\n".join(parts)


def _writers(action: str) -> Iterator[str]:
    functions = _functions()
    return (name for name, declared in VERBS.items() if action in declared and name in functions)


def _functions() -> dict[str, Any]:
    """The verbs themselves. A verb that a test defines lives in no module of the product and is left out."""
    found = {}
    for module in modules():
        for thing in vars(module).values():
            name = (
                f"{(getattr(thing, '__module__', '') or '').split('.')[0]}.{getattr(thing, '__name__', '')}"
            )
            if name in VERBS and hasattr(thing, "__wrapped__"):
                found[name] = thing
    return found


def _first_line(function: Any) -> str:
    return (function.__doc__ or "").strip().split("\n")[0]
