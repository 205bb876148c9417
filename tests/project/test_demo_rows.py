"""A hotline's own list: good lines are read, bad ones are named by their number, and none stops the others."""

import pytest

from intake.triage import ReportKind
from project.demo.rows import BadRow, NotAList, Row, read_rows

HEADER = "URL;REFERER;WORKUSER-EMAIL;REFERENCE;SOURCE;TYPE\n"


def read(*lines: str) -> list[Row | BadRow]:
    return list(read_rows((HEADER + "\n".join(lines)).encode()))


def test_a_line_becomes_a_report() -> None:
    (row,) = read("https://forum.example.org/t/1;a search;ana@hotline.test;R-1;public;CSAM")
    assert row == Row(
        2, "https://forum.example.org/t/1", "a search", "ana@hotline.test", "R-1", "public", ReportKind.CSAM
    )


def test_a_byte_order_mark_and_small_letters_in_the_header_do_not_matter() -> None:
    assert len(list(read_rows(("\ufeff" + HEADER.lower() + "https://example.org/;;;;;").encode()))) == 1


def test_a_bad_line_is_named_by_its_number_and_the_next_is_still_read() -> None:
    bad, good = read("no address", "https://example.org/;;;;;")
    assert isinstance(bad, BadRow)
    assert bad.line == 2
    assert isinstance(good, Row)
    assert good.line == 3


NO_ADDRESS = ["", "@account", "javascript:alert(1)", "data:image/png;base64,AAAA", "a man in the park"]


@pytest.mark.parametrize("url", NO_ADDRESS)
def test_what_is_no_address_is_left_out(url: str) -> None:
    (bad,) = read(f'"{url}";;;;;x')
    assert isinstance(bad, BadRow)


def test_an_empty_line_is_nothing() -> None:
    assert read("", ";;;;;") == []


def test_a_type_we_do_not_know_is_not_sure() -> None:
    (row,) = read("https://example.org/;;;;;image host")
    assert isinstance(row, Row)
    assert row.kind is ReportKind.NOT_SURE


def test_another_header_is_refused_with_the_right_one() -> None:
    with pytest.raises(NotAList, match="URL;REFERER"):
        list(read_rows(b"a;b\n1;2"))


GOOD = "https://example.org/;;;;;"


@pytest.mark.parametrize(
    "bad",
    [
        '"https://example.org/1;;;;;',
        "https://example.org/" + "a" * 200_000 + ";;;;;",
        "https://example.org/;;;",
        "\x00;;;;;",
    ],
)
def test_a_bad_line_takes_no_other_with_it(bad: str) -> None:
    first, wrong, last = read(GOOD, bad, GOOD)
    assert isinstance(first, Row)
    assert isinstance(wrong, BadRow)
    assert isinstance(last, Row)
    assert (wrong.line, last.line) == (3, 4)


def test_a_line_in_another_encoding_is_left_out_alone() -> None:
    lines = [HEADER.strip().encode(), "https://example.org/ș;;;;;".encode("utf-16-le"), GOOD.encode()]
    found = list(read_rows(b"\r\n".join(lines)))
    assert [type(row) for row in found][-1] is Row
    assert isinstance(found[0], BadRow)


def test_only_real_line_ends_count() -> None:
    found = read(GOOD.replace(";;;;;", ";a\u2028b;;;;"), GOOD)
    assert [row.line for row in found] == [2, 3]


def test_control_characters_of_a_reference_are_shown_escaped() -> None:
    (row,) = read("https://example.org/;;;R\x1b[31m;;")
    assert isinstance(row, Row)
    assert "\x1b" not in row.reference
