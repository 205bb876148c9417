"""What runs is out of reach: no TCP, no password, no account that could become another."""

import os
from pathlib import Path

import pytest

from project.embedded.accounts import find_accounts
from project.embedded.binaries import postgres_programs
from project.embedded.runtime import reachable_program
from tests.embedded.conftest import root_and_accounts
from tests.embedded.machine import Machine, as_account, command_line, family, lives

apart = pytest.mark.skipif(
    os.geteuid() != 0,
    reason="NOT PROVED HERE: accounts can only be kept apart when the tests are run as root",
)
LIMIT = 900 * 1024  # KiB of memory for all processes together
DOORS = find_accounts().doors.name
RUN_BY_THE_DOORS = ("granian", "celery", "project.embedded.mailbox")


def test_the_servers_listen_on_no_tcp_port(tutela: Machine) -> None:
    servers = [pid for pid in family(tutela.pid) if _is_server(pid)]
    assert len(servers) > 2
    assert not _tcp_inodes() & {inode for pid in servers for inode in _sockets(pid)}


def test_the_doors_listen_on_loopback_alone(tutela: Machine) -> None:
    ports = {f"{port:04X}" for port in tutela.ports.values()}
    listening = [line.split()[1].split(":") for line in _listening()]
    assert {address for address, port in listening if port in ports} == {"0100007F"}


def test_a_login_is_a_unix_account_and_nothing_else(tutela: Machine) -> None:
    rules = _psql(tutela, "postgres", "SELECT DISTINCT type || ' ' || auth_method FROM pg_hba_file_rules")
    assert rules.stdout.split("\n") == ["local peer", ""]
    passwords = _psql(tutela, "postgres", "SELECT count(*) FROM pg_authid WHERE rolpassword IS NOT NULL")
    assert passwords.stdout.strip() == "0"


def test_no_role_of_ours_is_a_superuser_or_belongs_to_another(tutela: Machine) -> None:
    """Only the owner inherits, and only from nobody: PostgreSQL 15 asks it for its own public schema."""
    strong = "SELECT rolname FROM pg_roles WHERE rolname LIKE 'tutela%' AND (rolsuper OR rolcreaterole)"
    inherits = "SELECT rolname FROM pg_roles WHERE rolname LIKE 'tutela%' AND rolinherit AND rolname <> 'tutela_owner'"
    member = "SELECT member::regrole FROM pg_auth_members WHERE member::regrole::text LIKE 'tutela%'"
    for asked in (strong, inherits, member):
        assert _psql(tutela, "postgres", asked).stdout == ""


@apart
@pytest.mark.parametrize("role", ["postgres", "tutela_owner"])
def test_the_doors_account_cannot_sign_in_as(role: str, tutela: Machine) -> None:
    refused = _psql_as(DOORS, tutela, role, "SELECT 1")
    assert refused.returncode
    assert "Peer authentication failed" in refused.stderr


@apart
@pytest.mark.parametrize("role", ["tutela_app", "tutela_public"])
def test_the_doors_account_cannot_become_owner(role: str, tutela: Machine) -> None:
    assert _psql_as(DOORS, tutela, role, "SELECT current_user").stdout.strip() == role
    for other in ("tutela_owner", "postgres"):
        assert "permission denied" in _psql_as(DOORS, tutela, role, f"SET ROLE {other}").stderr


@apart
def test_the_servers_account_has_no_role_of_the_house(tutela: Machine) -> None:
    assert "Peer authentication failed" in _psql_as("nobody", tutela, "tutela_owner", "SELECT 1").stderr


@apart
def test_a_stranger_does_not_even_reach_the_sockets(tutela: Machine) -> None:
    refused = _psql_as("daemon", tutela, "tutela_app", "SELECT 1")
    assert "Permission denied" in refused.stderr
    broker = tutela.state / "sockets" / "broker"
    assert as_account("daemon", ["ls", broker]).returncode
    assert as_account("daemon", ["cat", tutela.state / "secrets" / "kek"]).returncode


@apart
@pytest.mark.parametrize("part", ["postgres", "postgres/PG_VERSION", "valkey", "logs", "sign-ins.txt"])
def test_the_doors_account_cannot_read(part: str, tutela: Machine) -> None:
    assert (tutela.state / part).exists()
    reading = ["cat" if (tutela.state / part).is_file() else "ls", tutela.state / part]
    assert "Permission denied" in as_account(DOORS, reading).stderr


@apart
def test_the_servers_account_cannot_read_the_secrets(tutela: Machine) -> None:
    for name in ("kek", "pepper", "secret_key"):
        assert "Permission denied" in as_account("nobody", ["cat", tutela.state / "secrets" / name]).stderr


@apart
def test_the_doors_account_cannot_change_what_it_runs(tutela: Machine) -> None:
    running = [pid for pid in family(tutela.pid) if "granian" in command_line(pid)]
    python = Path(os.readlink(f"/proc/{running[0]}/exe"))
    code = Path(os.readlink(f"/proc/{running[0]}/cwd"))
    for folder in (python.parent, code, code / "project"):
        assert as_account(DOORS, ["touch", folder / "mark"]).returncode


@apart
def test_each_process_runs_as_its_account(tutela: Machine) -> None:
    accounts = find_accounts()
    for pid in family(tutela.pid):
        owner = Path(f"/proc/{pid}").stat().st_uid
        expected = accounts.doors if any(name in command_line(pid) for name in RUN_BY_THE_DOORS) else None
        expected = accounts.services if _is_server(pid) else expected
        assert owner == (expected or accounts.invoker).uid or not lives(pid), command_line(pid)


def test_the_machine_is_as_it_was(tutela: Machine, before: tuple[int, str]) -> None:
    assert root_and_accounts() == before


def test_all_processes_together_stay_within_their_memory(tutela: Machine) -> None:
    pss = {pid: _pss(pid) for pid in [tutela.pid, *family(tutela.pid)]}
    assert 0 < sum(pss.values()) <= LIMIT, pss


def _psql_command(tutela: Machine, role: str, sql: str) -> list[str | Path]:
    programs = reachable_program(postgres_programs() / "postgres", find_accounts().doors).parent
    sockets = tutela.state / "sockets" / "database"
    return [programs / "psql", "-XqAt", "-h", sockets, "-U", role, "-d", "tutela", "-c", sql]


def _psql_as(account: str, tutela: Machine, role: str, sql: str):  # type: ignore[no-untyped-def]
    return as_account(account, _psql_command(tutela, role, sql))


def _psql(tutela: Machine, role: str, sql: str):  # type: ignore[no-untyped-def]
    return _psql_as(find_accounts().invoker.name, tutela, role, sql)


def _is_server(pid: int) -> bool:
    return command_line(pid).partition(" ")[0].rpartition("/")[2].rstrip(":") in {"postgres", "valkey-server"}


def _listening() -> list[str]:
    lines = [
        line for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]
    ]
    return [line for line in lines if line.split()[3] == "0A"]


def _tcp_inodes() -> set[str]:
    return {line.split()[9] for line in _listening()}


def _sockets(pid: int) -> set[str]:
    links = {
        os.readlink(descriptor) for descriptor in Path(f"/proc/{pid}/fd").iterdir() if descriptor.is_symlink()
    }
    return {link[8:-1] for link in links if link.startswith("socket:[")}


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
