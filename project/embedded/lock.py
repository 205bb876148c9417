"""One start a state folder: a lock the kernel drops when its holder, and the holder's guard, are gone."""

import fcntl
import os
import time
from pathlib import Path

PATIENCE = 20  # seconds for what a killed start left behind to finish


class StateInUse(Exception):
    """Somebody else holds the folder."""


def take_lock(path: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + PATIENCE
    while not _locked(descriptor):
        words = path.read_text().strip()
        if _alive(words) or time.monotonic() > deadline:
            os.close(descriptor)
            raise StateInUse(words)
        time.sleep(0.05)
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"pid {os.getpid()}".encode(), 0)
    return descriptor


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _alive(words: str) -> bool:
    """Whether the process that wrote the lock still runs; its guard may hold the lock a moment longer."""
    number = words.removeprefix("pid ")
    try:
        state = Path(f"/proc/{int(number)}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, ValueError):
        return False
    return state != "Z"


def holder_of(folder: Path) -> str:
    """What the holder of the lock wrote about itself, or nothing when nobody holds it."""
    try:
        descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return (folder / "lock").read_text().strip() or "a start that has just begun"
    finally:
        os.close(descriptor)
    return ""
