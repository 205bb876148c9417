"""What no reviewer should have to look for: migrations named, no admin, no shelf for odd things, walls standing."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.code import PACKAGES, ROOT

IGNORES = Path(__file__).with_name("type_ignores.txt")
TEMPLATES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("templates/**/*.html"))
LOG_TABLES = {"Event", "Line", "Payload", "Pending", "SubjectKey", "models"}
SAYS_WHAT_IS_REFUSED = {"test_docs.py", "test_repository.py"}
INLINE = re.compile(r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", re.IGNORECASE)
SCRIPT = re.compile(r"<script\b(?![^>]*\bsrc=)", re.IGNORECASE)
ELSEWHERE = re.compile(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE)
PLACE = re.compile(r"/work/|\.\./shared", re.IGNORECASE)


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", *patterns], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_a_migration_is_named_for_what_it_does() -> None:
    names = [path.stem for package in PACKAGES for path in (ROOT / package / "migrations").glob("0*.py")]
    assert names
    assert not [
        name for name in names if "_auto_" in name or not re.fullmatch(r"\d{4}_[a-z][a-z0-9_]+", name)
    ]


@pytest.mark.django_db
def test_the_migrations_say_what_the_models_say() -> None:
    from django.core.management import call_command

    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_there_is_no_admin_that_writes_past_the_verbs() -> None:
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
    assert not [
        path for path in _python() if "django.contrib.admin" in path.read_text() and path != Path(__file__)
    ]


def test_there_is_no_shelf_for_odd_things() -> None:
    assert not [path for path in _python() if path.name in {"utils.py", "helpers.py", "misc.py", "common.py"}]


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="a copy without its history")
def test_nothing_names_the_place_where_it_was_written() -> None:
    files = [
        path
        for path in tracked()
        if path.suffix not in {".png", ".pdf"} and path.name not in SAYS_WHAT_IS_REFUSED
    ]
    assert not [path for path in files if PLACE.search(path.read_text(errors="ignore"))]


def test_the_walls_stand() -> None:
    run = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_only_the_log_touches_the_tables_of_the_log() -> None:
    """Outside audit/, its models are bases to inherit from, and nothing to read or write."""
    touched = []
    for path in (
        path for package in PACKAGES if package != "audit" for path in (ROOT / package).rglob("*.py")
    ):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module in {"audit.models", "audit"}:
                touched += [(path.name, name.name) for name in node.names if name.name in LOG_TABLES]
            if isinstance(node, ast.Import) and "audit.models" in {name.name for name in node.names}:
                touched.append((path.name, "audit.models"))
            if isinstance(node, ast.Call) and ast.unparse(node).startswith(
                ("apps.get_model('audit", "get_model('audit")
            ):
                touched.append((path.name, ast.unparse(node)))
    assert touched == []


SPEAKS_SQL = {
    "audit/lines.py",
    "audit/verify.py",
    "intake/services/visits.py",
    "intake/steps.py",
    "project/checks.py",
    "project/management/commands/setup_roles.py",
    "project/pages/basics.py",
    "referrals/steps.py",
}


def test_sql_by_hand_stands_in_few_known_files() -> None:
    """Everywhere else the tables are asked through their models, where the walls can see it."""
    found = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if "migrations" not in path.parts
        and re.search(r"\.cursor\(|RawSQL|\.raw\(|\.extra\(", path.read_text())
    }
    assert found == SPEAKS_SQL


WIRING = {
    "__init__",
    "actions",
    "apps",
    "catalogue",
    "celery",
    "checks",
    "context",
    "doors",
    "env",
    "forms",
    "grants",
    "logs",
    "middleware",
    "models",
    "names",
    "people",
    "roles",
    "settings",
    "wsgi",
}


def test_the_wiring_has_the_rooms_we_know() -> None:
    """A new file in project/ is argued for here: most things belong to an app."""
    assert {path.stem for path in (ROOT / "project").glob("*.py")} == WIRING


def test_ignored_types_only_become_fewer() -> None:
    """Lower the number in type_ignores.txt when you can; never raise it."""
    found = sum(path.read_text().count("# type: " + "ignore") for path in _python())
    assert found == int(IGNORES.read_text())


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_template_holds_no_script_no_style_and_nothing_from_elsewhere(template: Path) -> None:
    text = template.read_text()
    assert not INLINE.search(text)
    assert not SCRIPT.search(text)
    assert not ELSEWHERE.search(text)


def test_templates_are_well_formed() -> None:
    folders = sorted({path.parent for path in TEMPLATES})
    run = subprocess.run(
        [str(Path(sys.executable).with_name("djlint")), "--lint", "--quiet", *map(str, folders)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def _python() -> list[Path]:
    return [path for package in (*PACKAGES, "tests", "benchmarks") for path in (ROOT / package).rglob("*.py")]
