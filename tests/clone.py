"""The tests' databases: one template that the owner migrated, and clones of it for the application role.

Nothing is ever flushed (TRUNCATE of the log is refused, as it must be): a clone that was written to is dropped.
"""

import hashlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = "tutela_template"
CLONE = "tutela_clone"
SCHEMA_SOURCES = ("*/migrations/*.py", "*/models.py")
SCHEMA_FILES = (
    "audit/guards.py",
    "project/grants.py",
    "project/management/commands/setup_roles.py",
    "requirements/run.txt",
)


def with_database(url: str, name: str) -> str:
    """The same server and role, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def with_role(url: str, role: str) -> str:
    """The same server and database, another role, without its password."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{role}@{parts.netloc.rpartition('@')[2]}"))


def schema_digest() -> str:
    """Changes whenever the template has to be made again."""
    digest = hashlib.sha256(sys.version.encode())
    files = sorted(path for pattern in SCHEMA_SOURCES for path in ROOT.glob(pattern))
    for path in [*files, *(ROOT / name for name in SCHEMA_FILES)]:
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


class Server:
    """The test cluster, held by its superuser: makes the template once, and clones of it in about 30 ms."""

    def __init__(self) -> None:
        self.app_url = os.environ["DATABASE_URL"]
        self.owner_url = os.environ["DATABASE_OWNER_URL"]
        self.template = f"{TEMPLATE}_{schema_digest()}"
        self._admin = psycopg.connect(os.environ["TUTELA_TEST_SUPERUSER_URL"], autocommit=True)
        self._made = 0

    def prepare(self) -> None:
        """Make the template unless an earlier run made the same one. Runs side by side wait for each other."""
        self._admin.execute("SELECT pg_advisory_lock(hashtext(%s))", [TEMPLATE])
        try:
            # Held until this run ends: nobody drops a template that is in use.
            self._admin.execute("SELECT pg_advisory_lock_shared(hashtext(%s))", [self.template])
            self._drop_left_behind()
            if not self._exists(self.template):
                self._migrate()
        finally:
            self._admin.execute("SELECT pg_advisory_unlock(hashtext(%s))", [TEMPLATE])

    def clone(self, source: str = "") -> str:
        """A new database with the template's content (or another clone's, once nobody is connected to it)."""
        self._made += 1
        name = f"{CLONE}_{os.getpid()}_{self._made}"
        self._execute(
            "CREATE DATABASE {} TEMPLATE {} OWNER tutela_owner STRATEGY wal_log",
            name,
            source or self.template,
        )
        return name

    def drop(self, name: str) -> None:
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def close(self) -> None:
        self._admin.close()

    def _migrate(self) -> None:
        """Migrate under a working name, so that a broken migration leaves no template behind."""
        working = f"{CLONE}_{os.getpid()}_0"
        self._execute("CREATE DATABASE {} OWNER tutela_owner", working)
        environment = os.environ | {
            "DATABASE_OWNER_URL": with_database(self.owner_url, working),
            "PYTHONPATH": str(ROOT),
        }
        for command in (["migrate", "-v0"], ["setup_roles"]):
            subprocess.run(
                [sys.executable, str(ROOT / "manage.py"), *command],
                env=environment,
                check=True,
                stdout=subprocess.DEVNULL,
            )
        self._execute("ALTER DATABASE {} RENAME TO {}", working, self.template)

    def _drop_left_behind(self) -> None:
        """Clones of runs that were killed, and templates of other schemas that nobody uses."""
        rows = self._admin.execute(
            "SELECT datname FROM pg_database d WHERE (starts_with(datname, %s) OR starts_with(datname, %s))"
            " AND datname <> %s AND NOT EXISTS (SELECT 1 FROM pg_stat_activity a WHERE a.datname = d.datname)",
            [f"{CLONE}_", f"{TEMPLATE}_", self.template],
        ).fetchall()
        for (name,) in rows:
            unused = (
                self._unused(name) if name.startswith(TEMPLATE) else not _is_running(int(name.split("_")[2]))
            )
            if unused:
                self.drop(name)

    def _unused(self, template: str) -> bool:
        row = self._admin.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [template]).fetchone()
        free = bool(row and row[0])
        if free:
            self._admin.execute("SELECT pg_advisory_unlock(hashtext(%s))", [template])
        return free

    def _exists(self, name: str) -> bool:
        return bool(self._admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone())

    def _execute(self, statement: str, *names: str) -> None:
        self._admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _is_running(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def point_at(name: str = "", *, role: str = "") -> None:
    """Close this thread's connection; the next one goes to the database (and with the role) named."""
    connections["default"].close()
    database = settings.DATABASES["default"]
    if name:
        database["NAME"] = connections["default"].settings_dict["NAME"] = name
    if role:
        database["USER"] = connections["default"].settings_dict["USER"] = role


@contextmanager
def as_role(role: str) -> Iterator[None]:
    """Everything inside speaks to the database with another role, as another door's process would."""
    if connections["default"].in_atomic_block:
        raise RuntimeError("another role needs another connection: mark the test with `commits`")
    before = settings.DATABASES["default"]["USER"]
    point_at(role=role)
    try:
        yield
    finally:
        point_at(role=before)


def close_all_but_this_thread() -> None:
    """Threads started by a test must have ended before its database goes."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(timeout=5)
