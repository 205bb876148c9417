"""The three doors as real processes, each with its own database role, on a clone of their own."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

from django.conf import settings

from project.doors import DOORS
from tests import clone

PATIENCE = 20
PR_SET_PDEATHSIG = 1
ROLE_OF_DOOR = {"public": "tutela_public"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Doors:
    """Three doors that answer on 127.0.0.1. `logs` holds what they wrote."""

    database: str
    log: Path
    ports: dict[str, int] = field(default_factory=lambda: {door: free_port() for door in DOORS})

    def url(self, door: str, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.ports[door]}{path}"

    def environment(self, door: str) -> dict[str, str]:
        url = clone.with_database(os.environ["DATABASE_URL"], self.database)
        kept = {name: value for name, value in os.environ.items() if name != "DATABASE_OWNER_URL"}
        return (
            kept
            | {
                "TUTELA_MODE": "test",
                "TUTELA_DOOR": door,
                "DATABASE_URL": clone.with_role(url, ROLE_OF_DOOR[door]) if door in ROLE_OF_DOOR else url,
                "BROKER_URL": "memory://",
                "PYTHONPATH": str(clone.ROOT),
            }
            | {f"TUTELA_{name.upper()}_URL": self.url(name, "") for name in DOORS}
        )

    @contextmanager
    def open(self) -> Iterator["Doors"]:
        with self.log.open("wb") as output:
            running = [self._start(door, output.fileno()) for door in DOORS]
            try:
                for door in DOORS:
                    self._wait(door)
                yield self
            finally:
                for process in running:
                    _end(process)

    def _start(self, door: str, output: int) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
        command += ["--port", str(self.ports[door]), "--workers", "1", "project.wsgi:application"]
        return subprocess.Popen(
            command,
            cwd=clone.ROOT,
            env=self.environment(door),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_end_with_the_tests,
        )

    def _wait(self, door: str) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                if _status(self.ports[door]) == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise TimeoutError(f"the {door} door does not answer; it wrote:\n{self.log.read_text()}")


def _end_with_the_tests() -> None:
    """A run of tests that is killed leaves no door behind: the kernel ends it with its parent."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _status(port: int) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status
    finally:
        connection.close()


def _end(process: "subprocess.Popen[bytes]") -> None:
    """The whole group, and no longer than it takes."""
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def database_of(name: str) -> Iterator[None]:
    """Verbs inside speak to the database of these doors."""
    before = settings.DATABASES["default"]["NAME"]
    clone.point_at(name)
    try:
        yield
    finally:
        clone.point_at(before)
