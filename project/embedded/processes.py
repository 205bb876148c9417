"""Starting a child that cannot outlive us, and ending all that belongs to it."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from project.embedded.accounts import Account

# Loaded here and not in the child: after the change of account the interpreter's home may be out of reach.
_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_LONGEST_LOG = 5_000_000  # bytes; one older file is kept


@dataclass(frozen=True, kw_only=True)
class Program:
    """What to start and as whom. `death_signal` is what it gets when the supervisor dies without a word."""

    name: str
    command: Sequence[str | Path]
    account: Account
    environment: Mapping[str, str]
    folder: Path = Path("/")
    log: Path | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGTERM
    patience: float = 5.0


def become_subreaper() -> None:
    """Orphans of our children become our children instead of init's: only then can we find them."""
    _LIBC.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def start(program: Program) -> subprocess.Popen[bytes]:
    """Start in a process group of its own, from the main thread only: the death signal follows the thread."""
    output = _open_log(program.log) if program.log else None
    try:
        return _popen(program, output)
    finally:
        if output:
            output.close()


def _popen(program: Program, output: IO[bytes] | None) -> subprocess.Popen[bytes]:
    other = None if program.account.is_me else program.account
    return subprocess.Popen(
        [os.fspath(part) for part in program.command],
        env=dict(program.environment),
        cwd=program.folder,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
        process_group=0,
        umask=0o077,
        user=other.uid if other else None,
        group=other.gid if other else None,
        extra_groups=[] if other else None,
        preexec_fn=dies_with(os.getpid(), program.death_signal),
    )


def start_in_foreground(
    command: Sequence[str | Path], environment: Mapping[str, str], folder: Path
) -> subprocess.Popen[bytes]:
    """A command of the person at the terminal: their input, their screen, their Ctrl-C."""
    return subprocess.Popen(
        [os.fspath(part) for part in command],
        env=dict(environment),
        cwd=folder,
        preexec_fn=dies_with(os.getpid(), signal.SIGTERM),
    )


def run_in_foreground(command: Sequence[str | Path], environment: Mapping[str, str], folder: Path) -> int:
    """The same, with nothing else to look after: Ctrl-C is the command's own affair."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return start_in_foreground(command, environment, folder).wait()


def dies_with(parent: int, death_signal: signal.Signals) -> Callable[[], None]:
    """Run in the child after the change of account, which would have cleared it."""

    def prepare() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return prepare


def kill_group(leader: int, number: signal.Signals = signal.SIGKILL) -> None:
    try:
        os.killpg(leader, number)
    except ProcessLookupError:
        return


def kill_orphans(known: set[int]) -> None:
    """End what a dead main left to us; PostgreSQL's processes each lead a group of their own."""
    for pid in children_of(os.getpid()):
        if pid not in known:
            _kill(pid)


def children_of(parent: int) -> Iterator[int]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _parent_of(entry) == parent:
            yield int(entry.name)


def reap(known: set[int]) -> None:
    """Collect ended children that no Popen waits for."""
    for pid in children_of(os.getpid()):
        if pid not in known:
            _collect(pid)


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def last_lines(log: Path, count: int = 15) -> str:
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-count:])
    except OSError:
        return ""


def _open_log(path: Path) -> IO[bytes]:
    if path.exists() and path.stat().st_size > _LONGEST_LOG:
        path.replace(path.with_suffix(".1.log"))
    return path.open("ab")


def _parent_of(entry: Path) -> int:
    try:
        return int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError, ValueError):
        return -1


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _collect(pid: int) -> None:
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return
