"""The line once more where there is no network at all: a namespace with nothing but loopback."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.code import ROOT

ALONE = "TUTELA_TEST_ALONE"
LINE = "tests/journeys/test_the_line.py"
INSIDE = 'ip link set lo up && [ "$(ip -o link show up | wc -l)" = 1 ] && exec "$@"'


def _may_unshare() -> bool:
    if not shutil.which("unshare") or not shutil.which("ip"):
        return False
    probe = subprocess.run(
        ["unshare", "-n", "ip", "link", "set", "lo", "up"], capture_output=True, check=False
    )
    return probe.returncode == 0


@pytest.mark.skipif(ALONE in os.environ, reason="this is the run inside")
def test_the_line_needs_no_network() -> None:
    if not _may_unshare():
        pytest.skip(
            "NOT TRIED: unshare -n is not permitted here, so nothing shows that the line needs no network"
        )
    run = subprocess.run(
        ["unshare", "-n", "sh", "-euc", INSIDE, "alone", sys.executable, "-m", "pytest", "-q", LINE],
        cwd=ROOT,
        env=os.environ | {ALONE: "yes"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "1 passed" in run.stdout
