"""`./run test`: everything that must hold, pytest's closing line last; with arguments only pytest, with them."""

import os
import sys

from project.embedded import environment
from project.embedded.home import CLONE
from project.embedded.ports import PREFERRED
from project.embedded.quality import browser_steps, run_steps, steps
from project.embedded.session import session

WORKERS = 2
"""Each on clones of its own; a file's tests stay together, because they share what is slow to start."""


def test(arguments: list[str]) -> int:
    if arguments:
        return _pytest(arguments)
    before = run_steps([*browser_steps(), *steps()])
    after = _pytest(["-n", str(min(WORKERS, os.cpu_count() or 1)), "--dist", "loadfile"])
    return after or before


def _pytest(arguments: list[str]) -> int:
    """On a cluster of its own: other runs, and a running ./run, are not disturbed."""
    with session("test", fresh=True, hasty=True) as opened:
        opened.start_servers()
        told = environment.tests(environment.shared(opened.home, "test", PREFERRED), opened.home)
        command = [sys.executable, "-m", "pytest", *arguments]
        return opened.supervisor.attend(command, environment.terminal(told), CLONE)
