"""The Romanian of the product is whole: every string, every plural, every placeholder."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest
from babel.messages.catalog import Message
from django.apps import apps
from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format

from audit import naming
from audit.models import Recorded
from project import catalogue
from project.names import KINDS

LANGUAGE = "ro"
PLURAL_FORMS = 3
SAME_IN_BOTH = {
    "%(agency)s: %(why)s",
    "%(day)s, %(name)s",
    "%(hours)d h",
    "%(hours)d h %(minutes)02d",
    "%(minutes)d min",
    "Blog",
    "CSAM",
    "E-mail",
    "Sex",
    "Spam",
    "Test",
    "administrator",
    "auditor",
    "e-mail",
}
PLACEHOLDER = re.compile(r"%\(\w+\)[#0 +-]*\d*[a-z]|%%|\{\w*\}")
TAG = re.compile(r"<[^<>]+>")
CEDILLAS = "\u015e\u015f\u0162\u0163"
STRAIGHT_QUOTES = re.compile(r'"(?![^<]*>)')


def messages() -> Iterator[Message]:
    return (message for message in catalogue.read(settings.BASE_DIR, LANGUAGE) if message.id)


def sources(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def translations(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def test_every_string_has_a_translation() -> None:
    assert catalogue.untranslated(settings.BASE_DIR, LANGUAGE) == []


def test_collecting_again_changes_nothing() -> None:
    fresh = catalogue.rendered(catalogue.merged(settings.BASE_DIR, LANGUAGE), LANGUAGE)
    assert fresh == catalogue.po_file(settings.BASE_DIR, LANGUAGE).read_bytes()


def test_nothing_obsolete_is_kept() -> None:
    assert "#~" not in catalogue.po_file(settings.BASE_DIR, LANGUAGE).read_text()


def test_no_string_is_still_english() -> None:
    same = {source for found in messages() for source in sources(found) if source in translations(found)}
    assert same == SAME_IN_BOTH


def test_counted_strings_have_all_forms() -> None:
    short = [
        found.id
        for found in messages()
        if found.pluralizable and not (len(translations(found)) == PLURAL_FORMS and all(translations(found)))
    ]
    assert short == []


@pytest.mark.parametrize("parts", [PLACEHOLDER, TAG], ids=["placeholders", "tags"])
def test_parts_that_the_product_fills_in_survive(parts: re.Pattern[str]) -> None:
    wrong = [
        (sources(found), text)
        for found in messages()
        for text in translations(found)
        if Counter(parts.findall(text)) != Counter(parts.findall(sources(found)[-1]))
    ]
    assert wrong == []


def test_letters_and_marks_are_romanian() -> None:
    wrong = [
        text
        for found in messages()
        for text in translations(found)
        if set(text) & set(CEDILLAS) or "!" in text or "“" in text or STRAIGHT_QUOTES.search(text)
    ]
    assert wrong == []


def test_a_sentence_ends_as_its_source_does() -> None:
    wrong = [
        (source, text)
        for found in messages()
        for source, text in zip(sources(found), translations(found), strict=False)
        if found.context != "abbrev. month" and (source[-1] in ".?:") != (text[-1] in ".?:")
    ]
    assert wrong == []


@pytest.mark.parametrize("mark", ["%(n)s report", "%(n)s item"])
def test_twenty_and_more_take_their_preposition(mark: str) -> None:
    found = catalogue.read(settings.BASE_DIR, LANGUAGE).get(mark)
    assert found
    assert ["de " in text for text in translations(found)] == [False, False, True]


@pytest.mark.parametrize(("form", "written"), [("j F Y", "14 mai 2026"), ("j N Y", "14 mai 2026")])
def test_months_are_written_small(form: str, written: str) -> None:
    with translation.override(LANGUAGE):
        assert date_format(date(2026, 5, 14), form) == written
        assert date_format(date(2026, 11, 24), form).islower()


def test_the_log_is_asked_in_the_words_it_shows() -> None:
    with translation.override(LANGUAGE):
        shown = naming.pseudonyms(["public", "system"])
        assert {actor: naming.actor_called(word) for actor, word in shown.items()} == {
            "public": "public",
            "system": "system",
        }


def test_every_kind_of_object_in_the_log_has_a_word() -> None:
    kinds = {model.audit_kind for model in apps.get_models() if issubclass(model, Recorded)}
    assert kinds <= KINDS.keys()
