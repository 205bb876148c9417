"""Production starts only with everything it needs and nothing it must not have, and says which is wrong."""

import base64
import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "DATABASE_URL": "postgres://tutela_app@db.test/tutela",
    "BROKER_URL": "rediss://broker.test/0",
    "TUTELA_SECRET_KEY": secrets.token_urlsafe(60),
    "TUTELA_PEPPER": secrets.token_urlsafe(40),
    "TUTELA_KEK": base64.b64encode(secrets.token_bytes(32)).decode(),
    "TUTELA_PUBLIC_URL": "https://report.test",
    "TUTELA_DESK_URL": "https://desk.test",
    "TUTELA_PARTNER_URL": "https://partners.test",
    "TUTELA_LOG_ORIGIN": "report.test/log",
    "TUTELA_DOOR": "desk",
}


def start(command: str = "web", /, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """Load the settings as a web process or as a manage.py command would, with this environment alone."""
    wanted = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    arguments = ["manage.py", command] if command != "web" else ["granian"]
    code = f"import sys; sys.argv = {arguments!r}; import project.settings"
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **wanted}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_it_starts_with_everything_in_place() -> None:
    assert start().returncode == 0


@pytest.mark.parametrize("name", [name for name in GOOD if name != "TUTELA_DOOR"])
def test_a_missing_value_is_named(name: str) -> None:
    result = start(**{name: None})
    assert result.returncode != 0
    assert f"{name} is missing" in result.stderr


def test_everything_that_is_wrong_is_named_at_once() -> None:
    result = start(DATABASE_URL=None, TUTELA_PEPPER=None, DEBUG="1")
    assert all(name in result.stderr for name in ("DATABASE_URL", "TUTELA_PEPPER", "DEBUG"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TUTELA_SECRET_KEY", "django-insecure-" + "x1y2z3a4" * 8),
        ("TUTELA_SECRET_KEY", "short"),
        ("TUTELA_PEPPER", "a" * 64),
        ("TUTELA_KEK", "changeme"),
        ("TUTELA_PEPPER", "your-secret-key-here-0123456789-abcdefghijklmnop"),
    ],
)
def test_a_default_or_weak_key_is_refused_by_name(name: str, value: str) -> None:
    result = start(**{name: value})
    assert result.returncode != 0
    assert f"{name} is a default or too short" in result.stderr


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("DEBUG", "true", "DEBUG is on"),
        ("DEBUG", "perhaps", "DEBUG must be yes or no"),
        ("DATABASE_OWNER_URL", "postgres://tutela_owner@db.test/tutela", "DATABASE_OWNER_URL is set"),
        ("TUTELA_FAILPOINT", "intake.sort_item.after_commit", "TUTELA_FAILPOINT is set"),
        ("TUTELA_PUBLIC_URL", "http://report.test", "TUTELA_PUBLIC_URL must begin with https://"),
        ("DATABASE_OWNER_URL_FILE", "/run/owner", "DATABASE_OWNER_URL is set"),
        ("DATABASE_URL", "sqlite:///tutela.db", "DATABASE_URL must begin with postgres://"),
        # The key is made afresh for each run, so it is no part of the test's name.
        pytest.param(
            "TUTELA_PEPPER", GOOD["TUTELA_SECRET_KEY"], "must differ from each other", id="the-same-twice"
        ),
        ("TUTELA_MODE", "staging", "TUTELA_MODE must be"),
        ("TUTELA_DOOR", "back", "TUTELA_DOOR must be one of"),
    ],
)
def test_what_production_must_not_have_is_refused(name: str, value: str, reason: str) -> None:
    result = start(**{name: value})
    assert result.returncode != 0
    assert reason in result.stderr


def test_only_migrate_and_setup_roles_take_the_owners_key() -> None:
    owner: dict[str, str | None] = {
        "DATABASE_OWNER_URL": "postgres://tutela_owner@db.test/tutela",
        "DATABASE_URL": None,
    }
    assert start("migrate", **owner).returncode == 0
    assert start("setup_roles", **owner).returncode == 0
    assert start("seed_demo", **owner).returncode != 0


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "pepper"
    file.write_text(GOOD["TUTELA_PEPPER"] + "\n")
    assert start(TUTELA_PEPPER=None, TUTELA_PEPPER_FILE=str(file)).returncode == 0
    url = tmp_path / "url"
    url.write_text(GOOD["DATABASE_URL"])
    assert start(DATABASE_URL=None, DATABASE_URL_FILE=str(url)).returncode == 0
    file.write_bytes(b"\xff\xfe\x00" * 20)
    assert (
        "TUTELA_PEPPER_FILE cannot be read: it is not text"
        in start(TUTELA_PEPPER=None, TUTELA_PEPPER_FILE=str(file)).stderr
    )
    missing = start(TUTELA_PEPPER=None, TUTELA_PEPPER_FILE=str(tmp_path / "absent"))
    assert "TUTELA_PEPPER_FILE cannot be read" in missing.stderr
