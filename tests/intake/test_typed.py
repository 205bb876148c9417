"""What every form of the desk and of agencies does with text that nobody can see, and with years that nobody means."""

import inspect
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pkgutil import iter_modules
from typing import Any
from unittest.mock import Mock

import pytest
from django import forms

import intake.forms
import referrals.forms
from intake.forms.typed import TypedForm
from intake.normalise import is_blank
from intake.templatetags.typed import beginning, defanged, is_long, paragraphs
from referrals.forms.answers import ReplyForm

UNSEEN = ["\u200b", " \u200b\u2060 ", "\u2800", "\u3164\ufeff", "\u202e"]
NEEDS: dict[str, Any] = {"opened_at": datetime(2026, 5, 14, tzinfo=UTC), "waived": False, "teams": []}
"""What some forms are given besides what was typed."""


def every_form() -> Iterator[type[TypedForm]]:
    packages = (intake.forms, referrals.forms)
    names = [
        f"{package.__name__}.{found.name}" for package in packages for found in iter_modules(package.__path__)
    ]
    for name in [*names, "project.forms"]:
        for _name, form in inspect.getmembers(import_module(name), inspect.isclass):
            if issubclass(form, TypedForm) and form.__module__ == name:
                yield form


def required_texts() -> list[tuple[type[TypedForm], str]]:
    return [
        (form, name)
        for form in every_form()
        for name, field in form.base_fields.items()
        if field.required and type(field) is forms.CharField
    ]


def filled(form: type[TypedForm], data: dict[str, str]) -> TypedForm:
    taken = inspect.signature(form.__init__).parameters
    made = form(data=data, **{name: given for name, given in NEEDS.items() if name in taken})
    if isinstance(made, ReplyForm):
        made.asked = Mock(answers=(), needs_info=False)
    return made


@pytest.mark.django_db
@pytest.mark.parametrize(("form", "name"), required_texts())
@pytest.mark.parametrize("text", UNSEEN)
def test_text_that_nobody_can_see_is_no_text(form: type[TypedForm], name: str, text: str) -> None:
    made = filled(form, {name: text})
    if name not in made.fields:
        pytest.skip("not asked here")
    assert name in made.errors, made.cleaned_data


@pytest.mark.parametrize("text", ["a", ".", "\u200bă", "😀", "1"])
def test_what_can_be_seen_is_text(text: str) -> None:
    assert not is_blank(text)


class Dated(TypedForm):
    day = forms.DateField()
    at = forms.DateTimeField()
    why = forms.CharField(required=False)


@pytest.mark.parametrize("year", ["0001", "1900", "9999"])
def test_a_year_that_nobody_means_is_asked_again(year: str) -> None:
    form = Dated({"day": f"{year}-12-31", "at": f"{year}-01-01 00:00"})
    assert set(form.errors) == {"day", "at"}


def test_text_that_need_not_be_there_and_cannot_be_seen_is_empty() -> None:
    form = Dated({"day": "2026-05-14", "at": "2026-05-14 08:02", "why": "\u200b"})
    assert form.is_valid()
    assert form.cleaned_data["why"] == ""


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("See https://evil.example.org/x?a=1.", "See hxxps://evil[.]example[.]org/x?a=1."),
        ("at evil.example.org, again", "at evil[.]example[.]org, again"),
        ("(www.example.test/a)", "(www[.]example[.]test/a)"),
        ("Write to ana@example.org", "Write to ana[at]example[.]org"),
        ("From 192.0.2.44", "From 192[.]0[.]2[.]44"),
        ("At 12.30 on 14.05.2026, i.e. today. Done.", "At 12.30 on 14.05.2026, i.e. today. Done."),
    ],
)
def test_an_address_in_words_opens_nothing(typed: str, shown: str) -> None:
    assert defanged(typed) == shown


def test_lines_stay_lines_and_markup_stays_words() -> None:
    assert paragraphs("One\ntwo\n\n<b>three</b>") == "<p>One<br>two</p>\n\n<p>&lt;b&gt;three&lt;/b&gt;</p>"


def test_long_text_is_folded_under_its_beginning() -> None:
    text = "word " * 200
    assert is_long(text)
    assert not is_long("word")
    assert len(beginning(text)) <= 120
