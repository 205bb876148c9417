"""What people read for the codes of a document, in the languages of its receivers. Pure.

A destination knows no translation: it is built the same under every locale. So the words are data, here, for those
that every package shares; what one package alone says stands in its own folder.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from referrals.documents import Addressee
from referrals.documents.printing import named

LANGUAGES = ("en", "ro")
SPOKEN = {"MD": "ro", "RO": "ro"}
"""What an agency reads that did not say: the language of its country, where we have it."""


@dataclass(frozen=True)
class Vocabulary:
    language: str
    terms: Mapping[str, Mapping[str, str]]

    def of(self, group: str, code: str) -> str:
        """The words for this code. One without words is shown as it is, and never hidden."""
        return self.terms[group].get(code, named(code))

    def all_of(self, group: str, codes: tuple[str, ...]) -> str:
        return ", ".join(self.of(group, code) for code in codes)


def language_of(agency: Addressee) -> str:
    """The first of the agency's languages that we have, that of its country, or English."""
    said = [language.lower()[:2] for language in agency.languages]
    wanted = said or [SPOKEN.get(agency.country, "en")]
    return next((language for language in wanted if language in LANGUAGES), "en")


def vocabulary(language: str) -> Vocabulary:
    return Vocabulary(language, words_in(Path(__file__).parent / "words", language))


@cache
def words_in(folder: Path, language: str) -> Mapping[str, Mapping[str, str]]:
    """The words of one language, from a folder that has a file for each."""
    found: dict[str, dict[str, str]] = json.loads((folder / f"{language}.json").read_text(encoding="utf-8"))
    return found
