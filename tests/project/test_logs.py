"""Process logs tell what happened and never what somebody typed."""

import json
import logging
import sys

from project.logs import JsonLines


def written(name: str, message: str, *values: object, error: bool = False) -> dict[str, str]:
    try:
        raise ValueError("typed by a person")
    except ValueError:
        fault = sys.exc_info() if error else None
    record = logging.LogRecord(name, logging.WARNING, __file__, 1, message, values, fault)
    text = JsonLines().format(record)
    assert "\n" not in text
    assert "typed by a person" not in text
    return dict(json.loads(text))


def test_a_value_is_never_formatted_in() -> None:
    assert written("django.request", "Not Found: %s", "typed by a person")["event"] == "Not Found: %s"


def test_a_librarys_finished_sentence_is_left_out() -> None:
    assert written("some.library", "typed by a person")["event"] == ""


def test_an_error_is_named_by_its_type_and_place_not_its_words() -> None:
    line = written("project.x", "a page failed", error=True)
    assert line["error"] == "ValueError"
    assert "test_logs.py" in line["where"]
