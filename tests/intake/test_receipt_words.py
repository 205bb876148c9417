"""The nine words: hard to guess, easy to write down, forgiving to read back."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.receipt_words import (
    LANGUAGES,
    WORDS_IN_A_CODE,
    UnknownLanguage,
    code_digest,
    looks_like_code,
    new_code,
    normalise_code,
    word_list,
)

PEPPER = b"pepper of the tests"
CODE = "abbey bamboo cactus dolphin eagle falcon garden harvest igloo"


@pytest.mark.parametrize("language", LANGUAGES)
class TestEachList:
    def test_it_has_2048_different_words_in_order(self, language: str) -> None:
        words = word_list(language)

        assert len(words) == 2048
        assert list(words) == sorted(set(words))

    def test_each_word_has_four_to_eight_plain_letters(self, language: str) -> None:
        assert [word for word in word_list(language) if not re.fullmatch("[a-z]{4,8}", word)] == []

    def test_the_first_four_letters_name_one_word(self, language: str) -> None:
        assert len({word[:4] for word in word_list(language)}) == 2048

    def test_a_code_is_nine_of_its_words(self, language: str) -> None:
        words = new_code(language).split(" ")

        assert len(words) == WORDS_IN_A_CODE
        assert set(words) <= set(word_list(language))

    def test_every_word_can_be_drawn_and_none_is_favoured(self, language: str) -> None:
        def first_word(number: int) -> str:
            same = number.to_bytes(2, "big")
            return new_code(language, random_bytes=lambda size: same * (size // 2)).split()[0]

        drawn = [first_word(number) for number in range(4096)]

        assert all(drawn.count(word) == 2 for word in word_list(language)[::97])

    def test_a_new_code_is_recognised_in_a_message(self, language: str) -> None:
        numbered = "\n".join(f"{at}. {word}" for at, word in enumerate(new_code(language).split(), start=1))

        assert looks_like_code(f"Bună, codul meu: {numbered} mulțumesc")


def test_a_language_without_a_list_is_refused_whatever_its_name() -> None:
    for name in ("de", "", "../words/en"):
        with pytest.raises(UnknownLanguage):
            new_code(name)


@pytest.mark.parametrize(
    "written",
    [
        CODE.upper(),
        CODE.replace(" ", "-"),
        CODE.replace(" ", ", ") + ".",
        "  " + CODE.replace(" ", "\n\t") + "\n",
        " ".join(f"{at}) {word}" for at, word in enumerate(CODE.split(), start=1)),
        CODE.replace("a", "ă"),
        CODE.replace("o", "o\u0301"),
    ],
)
def test_however_it_is_written_it_is_the_same_code(written: str) -> None:
    assert normalise_code(written) == CODE
    assert code_digest(written, pepper=PEPPER) == code_digest(CODE, pepper=PEPPER)


def test_a_slip_after_the_fourth_letter_is_forgiven() -> None:
    assert code_digest(CODE.replace("dolphin", "dolfin"), pepper=PEPPER) != code_digest(CODE, pepper=PEPPER)
    assert code_digest(CODE.replace("dolphin", "dolphyn"), pepper=PEPPER) == code_digest(CODE, pepper=PEPPER)
    assert code_digest(CODE.replace("dolphin", "dolp"), pepper=PEPPER) == code_digest(CODE, pepper=PEPPER)


def test_another_word_order_or_pepper_is_another_digest() -> None:
    words = CODE.split()
    swapped = " ".join([words[1], words[0], *words[2:]])

    assert len(code_digest(CODE, pepper=PEPPER)) == 32
    assert code_digest(swapped, pepper=PEPPER) != code_digest(CODE, pepper=PEPPER)
    assert code_digest(" ".join(words[:8]), pepper=PEPPER) != code_digest(CODE, pepper=PEPPER)
    assert code_digest(CODE, pepper=b"other") != code_digest(CODE, pepper=PEPPER)


@pytest.mark.parametrize(
    "message",
    [
        "",
        " ".join(CODE.split()[:8]),
        "The page is still online. I saw it again this morning and the same account has posted another link "
        "on the forum; people there ask for more and nobody does anything about it.",
        "Pagina este tot acolo. Am văzut din nou contul și a pus alt link pe forum; lumea cere mai mult și "
        "nimeni nu face nimic. Vă rog să vă uitați și la celelalte adrese pe care le-am trimis ieri.",
    ],
)
def test_ordinary_messages_are_not_taken_for_a_code(message: str) -> None:
    assert not looks_like_code(message)


@given(st.text())
def test_normalising_twice_changes_nothing_and_nothing_breaks(text: str) -> None:
    once = normalise_code(text)

    assert normalise_code(once) == once
    assert len(code_digest(text, pepper=PEPPER)) == 32
    looks_like_code(text)


def test_a_lone_surrogate_breaks_nothing() -> None:
    assert normalise_code("abbey \ud800 bamboo") == "abbey bamboo"
