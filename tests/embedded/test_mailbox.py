"""The mailbox of the one-command start: a real server in a process of its own, with names that misbehave."""

import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from project.embedded import mailbox
from project.embedded.ports import any_ports, preferred_ports

MESSAGE = "Subject: Notice\r\n\r\nA line.\r\n"


@dataclass(frozen=True)
class Post:
    port: int
    folder: Path

    def send(self, *to: str) -> None:
        with smtplib.SMTP(mailbox.HOST, self.port, timeout=5, local_hostname="localhost") as client:
            client.sendmail("hotline@example.org", to, MESSAGE)


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    port = any_ports()["mail"]
    command = [sys.executable, "-m", "project.embedded.mailbox", str(tmp_path), str(port)]
    with subprocess.Popen(command) as process:
        ends = time.monotonic() + 20
        while not mailbox.listens(port) and time.monotonic() < ends:
            time.sleep(0.05)
        yield Post(port, tmp_path)
        process.terminate()


def test_what_is_taken_is_kept_as_it_came_for_the_owners_eyes_and_counted(post: Post) -> None:
    post.send("desk@example.org")
    post.send("desk@example.org")
    first, second = mailbox.messages(post.folder)
    assert first.read_bytes() == MESSAGE.encode()
    assert (first.name[:5], second.name[:5]) == ("00001", "00002")
    assert first.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("name", "code"), [("busy", 451), ("nobody", 550)])
def test_a_name_that_refuses_keeps_nothing(post: Post, name: str, code: int) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        post.send(f"{name}@example.org")
    assert [told[0] for told in refused.value.recipients.values()] == [code]
    assert mailbox.messages(post.folder) == []


def test_a_name_that_hangs_up_has_the_message_and_never_said_so(post: Post) -> None:
    with pytest.raises(smtplib.SMTPServerDisconnected):
        post.send("hangup@example.org")
    assert len(mailbox.messages(post.folder)) == 1


def test_who_names_a_mail_server_gets_no_mailbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TUTELA_SMTP_URL", raising=False)
    assert "mail" in preferred_ports()
    monkeypatch.setenv("TUTELA_SMTP_URL", "smtps://mail.example.org")
    assert "mail" not in preferred_ports()
    assert "mail" in any_ports()
