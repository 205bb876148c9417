"""`./run manage ...`: Django's commands with the embedded services, those that are up or our own for the duration."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from project.embedded import environment
from project.embedded.environment import Ports
from project.embedded.home import CLONE, Home, base_folder
from project.embedded.lock import holder_of
from project.embedded.ports import PREFERRED
from project.embedded.processes import run_in_foreground
from project.embedded.session import session
from project.embedded.stack import Stack

MODE = "serve"
NEED_NO_TABLES = {
    "--help",
    "--version",
    "check",
    "help",
    "makemigrations",
    "messages",
    "migrate",
    "reference",
    "showmigrations",
    "sqlmigrate",
}


@dataclass(frozen=True)
class Running:
    home: Home
    ports: Ports


def manage(arguments: list[str]) -> int:
    running = _running(base_folder() / MODE)
    if running:
        return run_in_foreground(_command(arguments), _told(arguments, running.home, running.ports), CLONE)
    with session(MODE) as opened:
        opened.start_servers()
        if _needs_tables(arguments):
            opened.supervisor.run(Stack(opened, PREFERRED).manage("migrate", "--no-input", "--verbosity=0"))
        told = _told(arguments, opened.home, PREFERRED)
        return opened.supervisor.attend(_command(arguments), told, CLONE)


def _needs_tables(arguments: list[str]) -> bool:
    """Whether the command looks into the database, which may be a fresh one."""
    return bool(arguments) and arguments[0] not in NEED_NO_TABLES and "--help" not in arguments


def _command(arguments: list[str]) -> list[str | Path]:
    return [sys.executable, CLONE / "manage.py", *arguments]


def _told(arguments: list[str], home: Home, ports: Ports) -> dict[str, str]:
    name = arguments[0] if arguments else "help"
    everyone = environment.shared(home, "embedded", ports)
    return environment.terminal(environment.command(everyone, home, name))


def _running(state: Path) -> Running | None:
    """The services of a `./run` in another terminal: its note counts only while the same process holds the lock."""
    try:
        note = json.loads((state / "running.json").read_text())
    except OSError:
        return None
    if holder_of(state) != f"pid {note['pid']}":
        return None
    return Running(Home(state, Path(note["sockets"]), -1), note["ports"])
