from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.embedded.machine import Machine


@pytest.fixture(scope="session")
def before() -> tuple[int, str]:
    """What no start may change: the mode of root's home, and the list of accounts."""
    return root_and_accounts()


@pytest.fixture(scope="session")
def _machine(before: tuple[int, str]) -> Iterator[Machine]:
    machine = Machine()
    yield machine
    machine.remove()


@pytest.fixture
def tutela(_machine: Machine) -> Machine:
    """A start that is up; a test may kill it, the next one starts it again on the same state."""
    _machine.be_up()
    return _machine


@pytest.fixture
def machine() -> Iterator[Machine]:
    """A state folder with nothing started."""
    machine = Machine()
    yield machine
    machine.remove()


def root_and_accounts() -> tuple[int, str]:
    return Path("/root").stat().st_mode, Path("/etc/passwd").read_text()
