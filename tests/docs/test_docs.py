"""The handbook promises nothing that does not exist: links, commands, paths and the reference are tried."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.utils.translation import override

from project.catalogue import collect
from project.embedded.__main__ import HELP
from project.reference import MADE, pages
from project.reference.environment import MEANINGS, environment

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
DECISIONS = sorted((DOCS / "adr").glob("0*.md"))

LINK = re.compile(r"\]\(([^)\s]+)\)")
RUN = re.compile(r"\./run[ \t]+([a-z][\w-]*)(?:[ \t]+([a-z_]\w*))?")
MANAGE = re.compile(r"python manage\.py ([a-z_]\w*)")
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
PATH = re.compile(r"`((?:audit|intake|referrals|project|tests|docs|requirements)/[\w./-]*|[\w-]+\.toml)`")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
PLACE = re.compile(r"/work/|/tmp/(?!another-hotline)|site-packages|pypi\.org|simple/", re.IGNORECASE)
MODES = set(re.findall(r"^  \./run ([a-z]+)", HELP, re.MULTILINE))
PARTS = ["Context", "Decision", "Consequences", "What would change our mind"]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    heads = HEADING.findall(page.read_text())
    return {re.sub(r"[^\w -]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def links(page: Path) -> list[str]:
    return [target for target in LINK.findall(page.read_text()) if "://" not in target]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in links(page):
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), target
        assert not anchor or anchor in anchors(found), target


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_exists(page: Path) -> None:
    for code in CODE.findall(page.read_text()):
        for mode, command in RUN.findall(code):
            assert mode in MODES, f"./run {mode}"
            assert mode != "manage" or not command or command in get_commands(), f"./run manage {command}"
        for command in MANAGE.findall(code):
            assert command in get_commands(), command


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_file_named_exists(page: Path) -> None:
    for path in PATH.findall(page.read_text()):
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_page_names_the_place_where_it_was_written(page: Path) -> None:
    assert not PLACE.search(page.read_text())


def test_every_button_we_name_exists() -> None:
    """What stands in bold type is a text of the product, or the beginning of one."""
    known = {str(message.id) for message in collect(ROOT)}
    texts = [re.sub(r"\s+", " ", text) for text in known]
    for page in [*(DOCS / "tutorial").glob("*.md"), DOCS / "howto" / "add-people.md"]:
        for bold in re.findall(r"\*\*(.+?)\*\*", page.read_text(), re.DOTALL):
            label = re.sub(r"\s+", " ", bold)
            assert any(text.startswith(label) for text in texts), label


def test_every_test_named_exists() -> None:
    sources = "".join(path.read_text() for path in (ROOT / "tests").rglob("*.py"))
    named = {name for page in PAGES for name in re.findall(r"`(test_\w+)`", page.read_text())}
    assert named
    assert not [name for name in named if f"def {name}(" not in sources]


def test_every_page_is_reached_from_the_first() -> None:
    reached: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        reached.add(page)
        targets = {(page.parent / target.partition("#")[0]).resolve() for target in links(page)}
        waiting += [path for path in targets if path.suffix == ".md" and path not in reached]
    assert not [name_of(page) for page in DOCS.rglob("*.md") if page not in reached]


def test_every_picture_is_shown() -> None:
    shown = {(page.parent / target).resolve() for page in PAGES for target in links(page)}
    assert not [name_of(path) for path in (DOCS / "images").iterdir() if path not in shown]


def test_the_reference_says_what_the_code_says() -> None:
    with override("en"):
        fresh = pages()
    texts = {path.name: path.read_text() for path in (DOCS / "reference").glob("*.md")}
    kept = {name: text for name, text in texts.items() if text.startswith(MADE)}
    assert [name for name, text in fresh.items() if kept.get(name) != text] == [], "./run manage reference"
    assert set(kept) == set(fresh)


def test_every_setting_is_explained() -> None:
    assert {setting.name for setting in environment()} == set(MEANINGS)


@pytest.mark.parametrize("page", DECISIONS, ids=name_of)
def test_a_decision_says_what_would_change_it(page: Path) -> None:
    heads = HEADING.findall(page.read_text())
    assert heads[0].startswith(f"{int(page.name[:4])}. ")
    assert heads[1:] == PARTS
    assert len(page.read_text().split()) < 420


def test_every_decision_is_in_the_index() -> None:
    index = (DOCS / "adr" / "README.md").read_text()
    assert not [page.name for page in DECISIONS if f"({page.name})" not in index]


def test_the_licence_is_the_one_we_name() -> None:
    text = (ROOT / "LICENSE").read_text()
    assert text.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2\n")
    assert all(f"\n{article}." in text for article in range(1, 16))
    assert 'license = "EUPL-1.2"' in (ROOT / "pyproject.toml").read_text()
