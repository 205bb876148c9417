"""The supervisor's end of the guard: it is told which groups live, and started again if it is killed."""

import os
import subprocess
import sys
from pathlib import Path

from project.embedded import guard


class Watch:
    """Keeps one guard alive. The guard also holds the state folder's lock until it has cleared up."""

    def __init__(self, lock: int) -> None:
        self._lock = lock
        self._groups: set[int] = set()
        self._guard = self._start()

    @property
    def pid(self) -> int:
        return self._guard.pid

    def add(self, group: int) -> None:
        self._groups.add(group)
        self._tell(f"+{group}")

    def remove(self, group: int) -> None:
        self._groups.discard(group)
        self._tell(f"-{group}")

    def tend(self) -> None:
        if self._guard.poll() is None:
            return
        self._guard = self._start()
        for group in self._groups:
            self._tell(f"+{group}")

    def dismiss(self) -> None:
        """All is stopped: the guard finds nothing to do and goes."""
        for group in list(self._groups):
            self.remove(group)
        if self._guard.stdin:
            self._guard.stdin.close()
        self._guard.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-I", "-S", os.fspath(Path(guard.__file__))],
            cwd="/",
            env={},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            process_group=0,
            pass_fds=[self._lock],
        )

    def _tell(self, line: str) -> None:
        if self._guard.stdin is None:
            return
        try:
            self._guard.stdin.write(f"{line}\n".encode())
        except BrokenPipeError:
            return  # `tend` starts another and tells it all
