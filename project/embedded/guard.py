"""The last one out. A tiny process that outlives the supervisor only to end what a kill -9 of it left behind.

Reads `+GROUP` and `-GROUP` lines from its input. When the input ends with groups still named, the supervisor is
gone: they have had its death signal; after a moment's grace they are killed. Runs alone, on the standard library.
"""

import os
import signal
import sys
import time

GRACE = 5.0  # seconds for PostgreSQL to write its last page
LIMIT = 10.0  # seconds after which even a group of unreaped dead is left alone


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    clear(read_groups())


def read_groups() -> set[int]:
    groups: set[int] = set()
    for line in sys.stdin:
        change = groups.add if line.startswith("+") else groups.discard
        change(int(line[1:]))
    return groups


def clear(groups: set[int]) -> None:
    begun = time.monotonic()
    while groups := {group for group in groups if lives(group)}:
        waited = time.monotonic() - begun
        if waited > LIMIT:
            return
        if waited > GRACE:
            kill(groups)
        time.sleep(0.05)


def lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def kill(groups: set[int]) -> None:
    for group in groups:
        try:
            os.killpg(group, signal.SIGKILL)
        except ProcessLookupError:
            continue


if __name__ == "__main__":
    main()
