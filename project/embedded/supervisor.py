"""Starts, watches, restarts and stops. Everything else here only says what there is to start."""

import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from project.embedded import processes
from project.embedded.alarm import Alarm, Stop
from project.embedded.processes import Program, say
from project.embedded.watch import Watch

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds before a dead service is started again
STEADY = 60.0  # seconds after which a service's earlier deaths are forgotten
TICK = 0.02


class Failed(Exception):
    """A start that cannot go on; the message says what to do."""


@dataclass
class Service:
    """A program that is meant to stay up. A lower `stage` stops earlier."""

    program: Program
    stage: int
    process: subprocess.Popen[bytes]
    started: float
    pause: float = FIRST_PAUSE
    due: float = 0.0

    @property
    def dead(self) -> bool:
        return self.process.poll() is not None


class Supervisor:
    """One a process, in its main thread; `lock` is also held by the guard until all is gone."""

    def __init__(self, lock: int) -> None:
        processes.become_subreaper()
        self.alarm = Alarm()
        self._services: dict[str, Service] = {}
        self._jobs: list[subprocess.Popen[bytes]] = []
        self._watch = Watch(lock)

    def serve(self, program: Program, *, stage: int) -> Service:
        """Start a service; it is started again whenever it dies, until `stop`."""
        service = Service(program, stage, self._begin(program), time.monotonic())
        self._services[program.name] = service
        return service

    def begin(self, program: Program) -> subprocess.Popen[bytes]:
        """Start a job that ends by itself; `finish` waits for it."""
        job = self._begin(program)
        self._jobs.append(job)
        return job

    def finish(self, job: subprocess.Popen[bytes]) -> int:
        while job.poll() is None:
            self.alarm.wait(0.2)
        self._end_group(job.pid)
        self._jobs.remove(job)
        return job.returncode

    def run(self, program: Program) -> None:
        """A job that must succeed."""
        self.check(program, self.begin(program))

    def check(self, program: Program, job: subprocess.Popen[bytes]) -> None:
        code = self.finish(job)
        if code == 0:
            return
        told = processes.last_lines(program.log) if program.log else ""
        raise Failed(f"{program.name} failed with exit code {code}.\n{told}".strip())

    def attend(self, command: Sequence[str | Path], environment: Mapping[str, str], folder: Path) -> int:
        """Run a person's command in the foreground, with their terminal, while the services are tended."""
        child = processes.start_in_foreground(command, environment, folder)
        self._jobs.append(child)
        try:
            while child.poll() is None:
                self.tend()
                self.alarm.wait(0.5)
        except Stop:
            _end_politely(child)
            raise
        self._jobs.remove(child)
        return child.returncode

    def wait_for(self, ready: Callable[[], bool], *, what: Service, seconds: float) -> None:
        """Wait until `ready`; a service that dies meanwhile ends the start with its last words."""
        deadline = time.monotonic() + seconds
        while not ready():
            if what.dead or time.monotonic() > deadline:
                raise Failed(self._last_words(what))
            self.alarm.wait(TICK)

    def watch(self) -> NoReturn:
        """Stay up, restarting what dies. Ends by Stop."""
        while True:
            self.tend()
            self.alarm.wait(1.0)

    def tend(self) -> None:
        """One look round: bury the dead with their orphans, start again what is due."""
        self._watch.tend()
        for service in self._services.values():
            if service.dead:
                self._revive(service)
        processes.reap(self._known())

    def stop(self) -> None:
        """Doors first, the database last: nothing loses what it stands on."""
        self.alarm.stop_listening()
        for job in self._jobs:
            processes.kill_group(job.pid)
            job.kill()
            job.wait()
        for stage in sorted({service.stage for service in self._services.values()}):
            self._stop_stage([one for one in self._services.values() if one.stage == stage])
        self._services.clear()
        processes.kill_orphans({self._watch.pid})
        self._watch.dismiss()

    def _stop_stage(self, services: list[Service]) -> None:
        for service in services:
            if not service.dead:
                service.process.send_signal(service.program.stop_signal)
        deadline = time.monotonic() + max(service.program.patience for service in services)
        while any(not service.dead for service in services) and time.monotonic() < deadline:
            self.alarm.wait(TICK)
        for service in services:
            self._bury(service)

    def _revive(self, service: Service) -> None:
        if not service.due:
            self._bury(service)
            self._put_off(service)
        if time.monotonic() < service.due:
            return
        service.due = 0.0
        service.process, service.started = self._begin(service.program), time.monotonic()

    def _put_off(self, service: Service) -> None:
        now = time.monotonic()
        steady = now - service.started > STEADY
        service.pause = FIRST_PAUSE if steady else min(service.pause * 2, LONGEST_PAUSE)
        service.due = now + service.pause
        say(f"{service.program.name} ended ({service.process.returncode}); again in {service.pause:g} s")

    def _bury(self, service: Service) -> None:
        processes.kill_group(service.process.pid)
        service.process.wait()
        processes.kill_orphans(self._known())
        self._end_group(service.process.pid)

    def _begin(self, program: Program) -> subprocess.Popen[bytes]:
        process = processes.start(program)
        self._watch.add(process.pid)
        return process

    def _end_group(self, leader: int) -> None:
        processes.kill_group(leader)
        self._watch.remove(leader)

    def _known(self) -> set[int]:
        mains = [service.process for service in self._services.values()] + self._jobs
        return {self._watch.pid, *(process.pid for process in mains)}

    def _last_words(self, service: Service) -> str:
        told = processes.last_lines(service.program.log) if service.program.log else ""
        state = "ended" if service.dead else "did not become ready in time"
        return f"{service.program.name} {state}.\n{told}".strip()


def _end_politely(child: subprocess.Popen[bytes]) -> None:
    """Ctrl-C reached the child as well; a second word helps one that did not hear the first."""
    child.send_signal(signal.SIGTERM)
    try:
        child.wait(timeout=10)
    except subprocess.TimeoutExpired:
        child.kill()
