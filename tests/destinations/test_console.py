"""The console: a line that says a referral would have left, and nothing of what it says."""

from dataclasses import replace
from typing import Any

from referrals import destinations, documents
from tests.destinations.contents import sample


def line(**changed: Any) -> str:
    document = replace(sample("console"), **changed)
    return destinations.find("console").build(document).content.decode("ascii")


def test_it_names_the_number_the_sizes_and_the_digest_on_one_line() -> None:
    document = sample("console")
    content = documents.to_bytes(document)
    assert line() == (f"R-2026-0311 items=3 bytes={len(content)} sha256={documents.digest(document).hex()}\n")


def test_it_says_that_it_is_a_test() -> None:
    assert line(test=True).endswith(" TEST\n")


def test_a_number_that_is_none_of_ours_makes_no_second_line() -> None:
    assert line(referral="R-1\nR-2 items=9").startswith("draft items=3 ")
