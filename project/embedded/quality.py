"""Lint, types, walls and migrations, side by side; each says one line, and all it has to say when it fails."""

import base64
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from project.embedded.environment import DOORS, door_url
from project.embedded.home import CLONE
from project.embedded.keys import NAMES
from project.embedded.ports import PREFERRED
from project.embedded.processes import say

HOUSE = "tests/architecture/test_repository.py"
"""What no linter knows: names of files, inline styles, ignored types. Needs no service."""
CHROMIUM = Path("/usr/bin/chromium")


@dataclass(frozen=True)
class Step:
    name: str
    command: tuple[str, ...]


def steps() -> Iterator[Step]:
    python = sys.executable
    yield Step("types (mypy)", (python, "-m", "mypy", "."))
    yield Step("walls (import-linter)", (_tool("lint-imports"), "--no-cache"))
    yield Step("migrations", (python, "-W", "ignore", "manage.py", "makemigrations", "--check", "--dry-run"))
    yield Step(
        "house (architecture)",
        (python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "not django_db", HOUSE),
    )
    yield Step("lint (ruff check)", (_tool("ruff"), "check", "--quiet", "."))
    yield Step("lint (ruff format)", (_tool("ruff"), "format", "--check", "--quiet", "--diff", "."))
    templates = sorted(os.fspath(folder) for folder in CLONE.glob("*/templates"))
    if templates:
        yield Step("lint (djlint)", (_tool("djlint"), "--lint", "--quiet", *templates))


def check() -> int:
    """0 when every step passed. All run, whatever the first one says."""
    return run_steps(list(steps()))


def run_steps(todo: list[Step]) -> int:
    """All at once; each is told of when it ends, not in the order of the list."""
    begun = time.monotonic()
    running = {step: _start(step) for step in todo}
    failed = False
    while running:
        for step in [step for step, process in running.items() if process.poll() is not None]:
            failed |= not _passed(step, running.pop(step), begun)
        time.sleep(0.05)
    return int(failed)


def browser_steps() -> list[Step]:
    """Chromium for the journeys: installed where we may, asked for where we may not."""
    if CHROMIUM.exists():
        return []
    if os.geteuid() != 0:
        say("The browser tests need Debian's chromium: sudo apt-get install chromium")
        return []
    install = "apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium"
    return [Step("browser (apt-get install chromium)", ("sh", "-c", install))]


def _start(step: Step) -> subprocess.Popen[str]:
    output = tempfile.TemporaryFile("w+")  # noqa: SIM115 - read and closed when the step has ended
    process = subprocess.Popen(
        step.command,
        cwd=CLONE,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        text=True,
    )
    process.stdout = output
    return process


def _passed(step: Step, process: subprocess.Popen[str], begun: float) -> bool:
    code = process.returncode
    say(f"{'ok  ' if code == 0 else 'FAIL'} {step.name}, after {time.monotonic() - begun:.1f} s")
    if code and process.stdout:
        process.stdout.seek(0)
        say(process.stdout.read().strip())
    return code == 0


def _tool(name: str) -> str:
    return os.fspath(Path(sys.executable).with_name(name))


def _environment() -> dict[str, str]:
    """Settings that load without services: nothing here connects to anything."""
    nowhere = {
        "BROKER_URL": "redis+socket:///nonexistent",
        "DATABASE_URL": "postgres://nobody@/nothing?host=/nonexistent",
        "DEBIAN_FRONTEND": "noninteractive",
        "PYTHONPATH": os.fspath(CLONE),
        "TUTELA_MODE": "test",
    }
    urls = {f"TUTELA_{door.upper()}_URL": door_url(PREFERRED[door]) for door in DOORS}
    keys = {f"TUTELA_{name}": secrets.token_urlsafe(60) for name in NAMES}
    keys["TUTELA_KEK"] = base64.b64encode(secrets.token_bytes(32)).decode()
    theirs = {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"}
    return theirs | nowhere | urls | keys
