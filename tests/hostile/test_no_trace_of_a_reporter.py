"""T1: who reports leaves no trace. What their browser tells is in no table, no log line and no message."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import connection
from kombu.transport.memory import Channel

from audit import log
from tests.cast import Cast
from tests.marks import found_in_tables
from tests.reporter import Reporter

MARKS = {
    "user-agent": "Markedagent",
    "x-forwarded-for": "192.0.2.77",
    "accept-language": "en;q=0.77",
    "referer": "https://markedreferer.example.org/",
    "cookie": "markedcookie=1",
}


@pytest.mark.commits
def test_nothing_that_the_browser_tells_is_kept_anywhere(
    cast: Cast,
    as_role: Callable[[str], AbstractContextManager[None]],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    with as_role("tutela_public"):
        reporter = Reporter(headers=MARKS)
        words = reporter.report("https://www.example.net/trace")
        reporter.come_back(words)
        reporter.post("where", where="\x00")
        reporter.get("privacy")
    assert len(words.split()) == 9

    marks = [*MARKS.values(), "Markedagent", "markedreferer", "markedcookie", words]
    database = connection.settings_dict["NAME"]
    assert found_in_tables(database, ["no such mark", "example.net/trace"])
    assert found_in_tables(database, marks) == []

    texts = str(log.payloads(log.entries_for().values_list("event_id", flat=True)))
    messages = str([queue.queue for queue in Channel.queues.values()])
    written = caplog.text + "".join(capfd.readouterr())
    for mark in marks:
        assert mark not in texts
        assert mark not in messages
        assert mark not in written
    assert "example.net" not in messages
