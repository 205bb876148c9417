"""PostgreSQL behind a unix socket: peer authentication, one map, no TCP, no password, no trust."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

from project.embedded.accounts import Accounts
from project.embedded.home import Home, own
from project.embedded.processes import Program

DATABASE = "tutela"
SUPERUSER, OWNER, APP, PUBLIC = "postgres", "tutela_owner", "tutela_app", "tutela_public"
ROLES = (OWNER, APP, PUBLIC)
HBA = "local all all peer map=tutela\n"
_ENVIRONMENT = {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "TZ": "UTC"}

# The log keeps no case data: no statements, no parameters, no DETAIL line with the values of a row.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0777",  # the folder is the fence
    "max_connections": "100",
    "max_logical_replication_workers": "0",
    "shared_buffers": "32MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
}
HASTE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def needs_initialising(home: Home) -> bool:
    return not (home.data / "PG_VERSION").exists()


def check_version(home: Home, programs: Path) -> None:
    """A newer PostgreSQL cannot open an older one's folder: say so before it does."""
    told = subprocess.run(
        [programs / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    program = told.split()[2].split(".")[0]
    folder = (home.data / "PG_VERSION").read_text().strip()
    if folder != program:
        raise SystemExit(
            f"{home.data} was made by PostgreSQL {folder}, and this is {program}. "
            f"Set PG_BINDIR to the programs of {folder}, or move the folder away to begin anew."
        )


def initialise(home: Home, programs: Path, accounts: Accounts, *, hasty: bool) -> Program:
    """The job that makes the data folder; `adopt` puts it in place once it is whole."""
    draft = _draft(home)
    shutil.rmtree(draft, ignore_errors=True)
    own(draft, accounts.services, mode=0o700)
    command: list[str | Path] = [
        programs / "initdb",
        "-D",
        draft,
        "-U",
        SUPERUSER,
        "--encoding=UTF8",
        "--locale=C.UTF-8",
    ]
    command += ["--auth-local=peer", "--auth-host=reject", "--no-instructions"]
    return Program(
        name="initdb",
        command=[*command, "--no-sync"] if hasty else command,
        account=accounts.services,
        environment=_ENVIRONMENT,
        log=home.logs / "initdb.log",
        death_signal=signal.SIGKILL,
    )


def adopt(home: Home) -> None:
    draft = _draft(home)
    if draft.exists():
        draft.rename(home.data)


def configure(home: Home, accounts: Accounts) -> None:
    """Written at every start, outside the data folder: the server's account reads who may be whom, no more."""
    own(home.access, accounts.invoker, mode=0o755 if accounts.apart else 0o700)
    for path, text in ((home.access / "pg_hba.conf", HBA), (home.access / "pg_ident.conf", ident(accounts))):
        path.write_text(text)
        path.chmod(0o644 if accounts.apart else 0o600)


def ident(accounts: Accounts) -> str:
    """Map of machine accounts to database roles; only the doors' account is kept from being owner."""
    allowed: dict[str, dict[str, None]] = {}
    for account, roles in (
        (accounts.services, (SUPERUSER,)),
        (accounts.invoker, (SUPERUSER, *ROLES)),
        (accounts.doors, (APP, PUBLIC)),
    ):
        allowed.setdefault(account.name, {}).update(dict.fromkeys(roles))
    return "".join(f'tutela "{name}" {role}\n' for name, roles in allowed.items() for role in roles)


def server(home: Home, programs: Path, accounts: Accounts, *, hasty: bool) -> Program:
    settings = SETTINGS | (HASTE if hasty else {}) | _places(home)
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return Program(
        name="postgres",
        command=[programs / "postgres", "-D", home.data, *options],
        account=accounts.services,
        environment=_ENVIRONMENT,
        log=home.logs / "postgres.log",
        stop_signal=signal.SIGINT,
        death_signal=signal.SIGINT,
        patience=20,
    )


def _places(home: Home) -> dict[str, str]:
    return {
        "unix_socket_directories": os.fspath(home.database_sockets),
        "hba_file": os.fspath(home.access / "pg_hba.conf"),
        "ident_file": os.fspath(home.access / "pg_ident.conf"),
    }


def ready(home: Home, process: subprocess.Popen[bytes]) -> bool:
    """Ready, and ours: the first line of postmaster.pid is the pid of our child, not of somebody's server."""
    try:
        lines = (home.data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and lines[0].strip() == str(process.pid) and lines[7].strip() == "ready"


def make_roles(home: Home, programs: Path, accounts: Accounts, *, may_create: bool) -> None:
    """Roles and the database, made or put right again. `may_create`: the tests' owner clones databases."""
    command: list[str | Path] = [programs / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1"]
    command += ["-U", SUPERUSER, "-d", "postgres"]
    done = subprocess.run(
        [*command, "-h", home.database_sockets],
        input=_roles_sql(may_create=may_create),
        text=True,
        capture_output=True,
        check=False,
        env=_ENVIRONMENT,
    )
    if done.returncode:
        raise SystemExit(f"The database roles could not be made:\n{done.stderr}")


def _roles_sql(*, may_create: bool) -> str:
    attributes = "LOGIN NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD NULL"
    lines = []
    for role in ROLES:
        createdb = "CREATEDB" if may_create and role == OWNER else "NOCREATEDB"
        # PostgreSQL 15 lets the owner into its own public schema by what it inherits from pg_database_owner.
        inherit = "INHERIT" if role == OWNER else "NOINHERIT"
        missing = f"WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}')"
        lines += [
            f"SELECT 'CREATE ROLE {role}' {missing} \\gexec",
            f"ALTER ROLE {role} {attributes} {createdb} {inherit};",
        ]
    missing = f"WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}')"
    lines.append(f"SELECT 'CREATE DATABASE {DATABASE} OWNER {OWNER}' {missing} \\gexec")
    lines.append(f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC;")
    lines.append(f"GRANT CONNECT ON DATABASE {DATABASE} TO {APP}, {PUBLIC};")
    return "\n".join(lines) + "\n"


def _draft(home: Home) -> Path:
    return home.state / "postgres.new"
