"""The words of packages: every code the house has, in every language, with nothing to fill in that is not filled."""

import json
from collections.abc import Iterable
from pathlib import Path
from string import Formatter

import pytest

from intake.kinds import ItemKind
from intake.schemes import SCHEME, HostKnownBy, Verdict, read_shipped
from intake.states import Priority
from referrals import documents, wording
from referrals.documents.vocabulary import LANGUAGES
from referrals.states import AgencyKind, FollowUpKind, Obligation, ReferralState
from tests.destinations.contents import HOME

SHARED = Path(documents.__file__).parent / "words"
FOLDERS = [SHARED, HOME / "police_package" / "words", HOME / "provider_notice" / "words"]
JUDGED = {
    dimension.code: [value.code for value in dimension.values]
    for dimension in read_shipped(SCHEME).dimensions
    if dimension.code != "outcome"
}
CODES: dict[str, Iterable[str]] = {
    **JUDGED,
    "agency": AgencyKind,
    "follow_up": FollowUpKind,
    "effect": FollowUpKind,
    "host_known_by": HostKnownBy,
    "kind": [kind for kind in ItemKind if kind is not ItemKind.TEXT],
    "left_out": wording.LEFT_OUT,
    "obligation": [word for word in Obligation if word is not Obligation.FORBIDDEN],
    "priority": Priority,
    "reason": wording.REASONS,
    "state": ReferralState,
    "title": ["first", *FollowUpKind],
    "verdict": Verdict,
    "why": wording.WHY_LEFT_OUT,
}


def words(folder: Path, language: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads((folder / f"{language}.json").read_text())
    return found


@pytest.mark.parametrize("group", CODES)
def test_every_code_has_its_words(group: str) -> None:
    for language in LANGUAGES:
        assert {str(code) for code in CODES[group]} - set(words(SHARED, language)[group]) == set()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_every_language_says_the_same(folder: Path) -> None:
    first, *others = (sentences(folder, language) for language in LANGUAGES)
    for other in others:
        assert set(other) == set(first)
        for key, text in first.items():
            assert blanks(other[key]) == blanks(text), key


def sentences(folder: Path, language: str) -> dict[tuple[str, str], str]:
    return {
        (group, code): text for group, told in words(folder, language).items() for code, text in told.items()
    }


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_romanian_is_written_with_commas_below_and_every_word_prints(folder: Path) -> None:
    text = (folder / "ro.json").read_text()
    assert not set("şţŞŢ") & set(text)
    assert all(letter == "\n" or documents.printable(letter) == letter for letter in text)


def test_the_verdicts_that_say_illegal_are_those_of_the_scheme() -> None:
    assert {verdict for verdict in Verdict if verdict.illegal} == documents.ILLEGAL
