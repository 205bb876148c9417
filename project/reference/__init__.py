"""The reference pages of the handbook, written from the code, so that they cannot disagree with it."""

from project.reference import doors, environment, log, rights, states

MADE = "<!-- Written by `./run manage reference`. Change the code, not this page. -->"


def pages() -> dict[str, str]:
    """File name below docs/reference -> its whole text."""
    bodies = {
        "actions.md": log.actions(),
        "permissions.md": doors.permissions(),
        "rights.md": rights.rights(),
        "settings.md": environment.settings_page(),
        "states.md": states.moves(),
        "verbs.md": log.verbs(),
    }
    return {name: f"{MADE}\n\n{body.strip()}\n" for name, body in bodies.items()}
