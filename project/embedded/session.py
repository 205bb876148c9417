"""One start from lock to stop: a state folder, a supervisor, the two servers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from project.embedded import postgres, valkey
from project.embedded.accounts import Accounts, find_accounts
from project.embedded.binaries import postgres_programs, valkey_program
from project.embedded.home import Home, close_sockets, open_fresh_home, open_home, remove_home
from project.embedded.keys import make_keys
from project.embedded.processes import Program, say
from project.embedded.runtime import reachable_program
from project.embedded.supervisor import Supervisor

LAST, BEFORE_LAST = 90, 80  # stages: the database stops last, the queue just before


@dataclass(frozen=True)
class Session:
    home: Home
    accounts: Accounts
    supervisor: Supervisor
    hasty: bool

    def start_servers(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        """PostgreSQL and Valkey, up and with their roles. `meanwhile` runs while the servers get ready."""
        programs = self._postgres_programs()
        fresh = postgres.needs_initialising(self.home)
        if not fresh:
            postgres.check_version(self.home, programs)
        initdb = postgres.initialise(self.home, programs, self.accounts, hasty=self.hasty) if fresh else None
        job = self.supervisor.begin(initdb) if initdb else None
        queue = self.supervisor.serve(self._valkey(), stage=BEFORE_LAST)
        if initdb and job:
            self.supervisor.check(initdb, job)
            postgres.adopt(self.home)
        postgres.configure(self.home, self.accounts)
        server = postgres.server(self.home, programs, self.accounts, hasty=self.hasty)
        database = self.supervisor.serve(server, stage=LAST)
        meanwhile()
        self.supervisor.wait_for(
            lambda: postgres.ready(self.home, database.process), what=database, seconds=60
        )
        self.supervisor.wait_for(lambda: valkey.ready(self.home), what=queue, seconds=30)
        postgres.make_roles(self.home, programs, self.accounts, may_create=self.hasty)

    def _postgres_programs(self) -> Path:
        return reachable_program(postgres_programs() / "postgres", self.accounts.services).parent

    def _valkey(self) -> Program:
        program = reachable_program(valkey_program(), self.accounts.services)
        return valkey.server(self.home, program, self.accounts)


@contextmanager
def session(mode: str, *, fresh: bool = False, hasty: bool = False) -> Iterator[Session]:
    """`fresh`: a folder of its own, removed at the end. `hasty`: nothing there is worth a disk's sync."""
    accounts = find_accounts()
    if not accounts.apart:
        say(
            "The accounts are not apart: everything runs as you. Start as root to keep the doors from the data."
        )
    home = (open_fresh_home if fresh else open_home)(mode, accounts)
    supervisor = Supervisor(home.lock)
    try:
        make_keys(home, accounts)
        yield Session(home, accounts, supervisor, hasty)
    finally:
        supervisor.stop()
        close_sockets(home)
        if fresh:
            remove_home(home)
