"""The contract with `project/settings.py`: what each child is told, and nothing else of root's environment."""

import os
from pathlib import Path
from urllib.parse import quote

from project.embedded import postgres
from project.embedded.home import CLONE, Home
from project.embedded.keys import key_files

DOORS = ("public", "desk", "partner")
MAIL = "mail"
OWNER_COMMANDS = {"migrate", "setup_roles"}
_KEPT = ("PATH", "LANG", "LC_ALL", "TERM", "TZ", "http_proxy", "https_proxy", "no_proxy")
Ports = dict[str, int]


def shared(home: Home, mode: str, ports: Ports) -> dict[str, str]:
    """What every child gets. Any TUTELA_ setting of the person at the terminal is handed on."""
    mine = {name: value for name, value in os.environ.items() if name in _KEPT or name.startswith("TUTELA_")}
    return (
        {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}
        | mine
        | key_files(home)
        | {f"TUTELA_{door.upper()}_URL": door_url(ports[door]) for door in DOORS}
        | ({"TUTELA_SMTP_URL": f"smtp://localhost:{ports[MAIL]}"} if MAIL in ports else {})
        | {
            "BROKER_URL": f"redis+socket://{quote(os.fspath(home.broker_socket))}",
            "DJANGO_SETTINGS_MODULE": "project.settings",
            "PYTHONUNBUFFERED": "1",
            "TUTELA_MODE": mode,
            "TUTELA_STATE": os.fspath(home.state),
        }
    )


def child(everyone: dict[str, str], home: Home, role: str, code: Path = CLONE) -> dict[str, str]:
    """For a process that runs `code` as one database role."""
    return everyone | {"DATABASE_URL": database_url(home, role), "PYTHONPATH": os.fspath(code)}


def command(everyone: dict[str, str], home: Home, name: str) -> dict[str, str]:
    """For a management command; the owner's key is for migrate and setup_roles alone."""
    told = child(everyone, home, postgres.APP)
    if name in OWNER_COMMANDS:
        told["DATABASE_OWNER_URL"] = database_url(home, postgres.OWNER)
    return told


def tests(everyone: dict[str, str], home: Home) -> dict[str, str]:
    """For pytest, which makes a template database as owner and clones it."""
    return child(everyone, home, postgres.APP) | {
        "DATABASE_OWNER_URL": database_url(home, postgres.OWNER),
        "TUTELA_TEST_SUPERUSER_URL": database_url(home, postgres.SUPERUSER, "postgres"),
    }


def terminal(told: dict[str, str]) -> dict[str, str]:
    """For a command of the person at the terminal: their whole environment, and ours on top."""
    theirs = {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"}
    return theirs | told


def database_url(home: Home, role: str, database: str = postgres.DATABASE) -> str:
    return f"postgres://{role}@/{database}?host={quote(os.fspath(home.database_sockets))}"


def door_url(port: int) -> str:
    return f"http://localhost:{port}"
