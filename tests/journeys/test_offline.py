"""The line once more where there is no network at all: a namespace with nothing but loopback."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.code import ROOT

ALONE = "TUTELA_TEST_ALONE"
LINE = "tests/journeys/test_the_line.py"
BROWSER = "tests/journeys/test_in_a_browser.py::test_a_report_becomes_a_closed_case[with scripting]"
INSIDE = ["unshare", "-n", sys.executable, "-m", "tests.journeys.alone"]


def _may_unshare() -> bool:
    if not shutil.which("unshare"):
        return False
    return subprocess.run([*INSIDE, "true"], cwd=ROOT, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(ALONE in os.environ, reason="this is the run inside")
@pytest.mark.parametrize(
    "journey",
    [
        pytest.param(LINE, id="through HTTP"),
        pytest.param(BROWSER, id="in Chromium", marks=pytest.mark.browser),
    ],
)
def test_the_line_needs_no_network(journey: str) -> None:
    if not _may_unshare():
        pytest.skip(
            "NOT TRIED: unshare -n is not permitted here, so nothing shows that the line needs no network"
        )
    run = subprocess.run(
        [*INSIDE, sys.executable, "-m", "pytest", "-q", journey],
        cwd=ROOT,
        env=os.environ | {ALONE: "yes"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "1 passed" in run.stdout
