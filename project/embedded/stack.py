"""The doors, the workers and the clock on top of a session's servers."""

import json
import os
import sys
from dataclasses import dataclass

from project.embedded import environment, mailbox, postgres, runtime
from project.embedded.environment import DOORS, MAIL, Ports
from project.embedded.home import CLONE
from project.embedded.ports import answers
from project.embedded.processes import Program, say
from project.embedded.runtime import Runtime
from project.embedded.session import Session
from project.embedded.supervisor import Service

FIRST, SECOND, THIRD, FOURTH = 10, 20, 30, 40  # stages: doors close, workers finish, clock, mailbox
DATABASE_ROLE = {"public": postgres.PUBLIC, "desk": postgres.APP, "partner": postgres.APP}


@dataclass
class Stack:
    session: Session
    ports: Ports
    mode: str = "embedded"

    @property
    def everyone(self) -> dict[str, str]:
        return environment.shared(self.session.home, self.mode, self.ports)

    def start(self) -> None:
        """Everything up, the schema current, each door answering."""
        say("Starting PostgreSQL and Valkey ...")
        supervisor = self.session.supervisor
        messages = self.manage("messages", "--compile")
        compiling = supervisor.begin(messages)
        self.session.start_servers(lambda: supervisor.check(messages, compiling))
        say("Bringing the database up to date ...")
        migrating = self.manage("migrate", "--no-input", "--verbosity=0")
        job = supervisor.begin(migrating)
        prepared = runtime.prepare(self.session.home, self.session.accounts)
        supervisor.check(migrating, job)
        say("Opening the doors ...")
        self._open(prepared)

    def manage(self, name: str, *arguments: str) -> Program:
        """A management command as a job, from the clone, as the invoker."""
        return Program(
            name=name,
            command=[sys.executable, CLONE / "manage.py", name, *arguments],
            account=self.session.accounts.invoker,
            environment=environment.command(self.everyone, self.session.home, name),
            folder=CLONE,
            log=self.session.home.logs / f"{name}.log",
        )

    def announce(self) -> None:
        """For `./run manage` in another terminal: where the running services are."""
        told = {"pid": os.getpid(), "ports": self.ports, "sockets": os.fspath(self.session.home.sockets)}
        (self.session.home.state / "running.json").write_text(json.dumps(told))

    def _open(self, prepared: Runtime) -> None:
        supervisor = self.session.supervisor
        if MAIL in self.ports:
            post = supervisor.serve(self._mailbox(prepared), stage=FOURTH)
            supervisor.wait_for(lambda: mailbox.listens(self.ports[MAIL]), what=post, seconds=30)
        doors = {door: supervisor.serve(self._door(door, prepared), stage=FIRST) for door in DOORS}
        for queue in ("deliver", "sweep"):
            supervisor.serve(self._worker(queue, prepared), stage=SECOND)
        supervisor.serve(self._beat(prepared), stage=THIRD)
        for door, service in doors.items():
            self._wait_for_door(door, service)

    def _wait_for_door(self, door: str, service: Service) -> None:
        self.session.supervisor.wait_for(lambda: answers(self.ports[door]), what=service, seconds=60)

    def _door(self, door: str, prepared: Runtime) -> Program:
        command = ["granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.ports[door])]
        command += ["--workers", "1", "--blocking-threads", "4", "--no-ws", "--no-access-log"]
        command += ["--log-level", "warning", "project.embedded.door:application"]
        return self._python(f"door-{door}", command, prepared, role=DATABASE_ROLE[door], TUTELA_DOOR=door)

    def _worker(self, queue: str, prepared: Runtime) -> Program:
        command = ["celery", "-A", "project.celery", "worker", "-P", "threads", "-c", "4", "-Q", queue]
        command += ["-n", f"{queue}@tutela", "--loglevel", "WARNING"]
        command += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        return self._python(f"worker-{queue}", command, prepared, patience=10)

    def _beat(self, prepared: Runtime) -> Program:
        schedule = os.fspath(self.session.home.beat / "schedule")
        command = ["celery", "-A", "project.celery", "beat", "--schedule", schedule, "--pidfile="]
        return self._python("beat", [*command, "--loglevel", "WARNING"], prepared)

    def _mailbox(self, prepared: Runtime) -> Program:
        folder = os.fspath(self.session.home.mailbox)
        return self._python("mailbox", ["project.embedded.mailbox", folder, str(self.ports[MAIL])], prepared)

    def _python(
        self,
        name: str,
        module: list[str],
        prepared: Runtime,
        *,
        role: str = postgres.APP,
        patience: float = 5,
        **extra: str,
    ) -> Program:
        told = environment.child(self.everyone, self.session.home, role, prepared.code)
        return Program(
            name=name,
            command=[prepared.python, "-m", *module],
            account=prepared.account,
            environment=told | prepared.environment | extra,
            folder=prepared.code,
            log=self.session.home.logs / f"{name}.log",
            patience=patience,
        )
