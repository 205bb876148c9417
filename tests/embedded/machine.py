"""The one-command start as a person has it: a real process, a state folder of its own, and a look into /proc."""

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from project.embedded.environment import DOORS
from project.embedded.home import CLONE
from project.embedded.processes import children_of

PATIENCE = 180  # seconds; a start takes 10, on a machine with nothing else to do
_OURS = ("TUTELA_", "DATABASE_", "BROKER_URL", "DJANGO_", "PG_BINDIR", "PYTEST_")


class Machine:
    """One state folder in a short temporary path, and at most one start of it."""

    def __init__(self) -> None:
        self.base = Path(tempfile.mkdtemp(prefix="t-", dir="/tmp"))
        self.base.chmod(0o711)
        self.process: subprocess.Popen[str] | None = None
        self._said = self.base / "said"

    @property
    def state(self) -> Path:
        return self.base / "serve"

    @property
    def pid(self) -> int:
        assert self.process
        return self.process.pid

    @property
    def said(self) -> str:
        return self._said.read_text()

    @property
    def ports(self) -> dict[str, int]:
        told: dict[str, dict[str, int]] = json.loads((self.state / "running.json").read_text())
        return told["ports"]

    @property
    def doors(self) -> dict[str, int]:
        return {name: port for name, port in self.ports.items() if name in DOORS}

    def be_up(self, *command: str) -> None:
        """Start, unless that was done already, and wait for the word that it is up."""
        if self.ended:
            with self._said.open("w") as output:
                self.process = self._popen(list(command), output)
        wait_until(lambda: "Tutela is up" in self.said or self.ended, what="the start")
        assert not self.ended, self.said

    @property
    def ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def run(self, *command: str, **extra: str) -> subprocess.CompletedProcess[str]:
        """Another `./run` on the same state, to its end."""
        return subprocess.run(
            _python(list(command)),
            env=self.environment | extra,
            capture_output=True,
            text=True,
            check=False,
            timeout=90,
        )

    def end(self, number: signal.Signals) -> int:
        assert self.process
        self.process.send_signal(number)
        return self.process.wait(timeout=PATIENCE)

    def children(self, word: str = "") -> list[int]:
        return [pid for pid in children_of(self.pid) if word in command_line(pid)]

    def remove(self) -> None:
        if not self.ended:
            self.end(signal.SIGTERM)
        shutil.rmtree(self.base, ignore_errors=True)

    @property
    def environment(self) -> dict[str, str]:
        theirs = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        return theirs | {"PYTHONPATH": os.fspath(CLONE), "TUTELA_STATE": os.fspath(self.base)}

    def _popen(self, command: list[str], output: IO[str]) -> subprocess.Popen[str]:
        return subprocess.Popen(
            _python(command),
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )


def _python(command: list[str]) -> list[str]:
    return (
        [sys.executable, *command]
        if command[:1] == ["-c"]
        else [sys.executable, "-m", "project.embedded", *command]
    )


def wait_until(true: Callable[[], bool], *, what: str, seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds} s"
        time.sleep(0.02)


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def family(pid: int) -> list[int]:
    """All descendants."""
    found = []
    for child in children_of(pid):
        found += [child, *family(child)]
    return found


def lives(pid: int) -> bool:
    """Runs: the dead whom nobody has collected yet do not count."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def as_account(name: str, command: list[str | Path]) -> subprocess.CompletedProcess[str]:
    entry = pwd.getpwnam(name)
    other = entry.pw_uid != os.geteuid()
    return subprocess.run(
        [os.fspath(part) for part in command],
        user=entry.pw_uid if other else None,
        group=entry.pw_gid if other else None,
        extra_groups=[] if other else None,
        cwd="/",
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
