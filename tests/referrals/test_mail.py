"""The line by mail, against a real server that misbehaves: what is known not to have arrived, and what is not known."""

import json
import smtplib
import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from django.test import override_settings

from project.embedded.mailbox import Fault
from referrals import mail
from referrals.destinations import DeliveryError, Remedy, Sealed
from tests.simulators.smtp import Sink, sink


def a_message(to: str = "desk@example.org", number: str = "") -> Sealed:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = "hotline@example.org", to
    message["Subject"] = "Notice"
    message["Message-ID"] = f"<{number or uuid.uuid4()}@example.org>"
    message.set_content("A line.\n.\n..dots\n")
    return Sealed("notice.eml", "message/rfc822", message.as_bytes())


def put(server: Sink | str, sealed: Sealed) -> dict[str, object]:
    url = server if isinstance(server, str) else server.url
    with override_settings(TUTELA_SMTP_URL=url):
        answer: dict[str, object] = json.loads(mail.Mail().put(sealed, idempotency_key=uuid.uuid4()))
    return answer


def test_a_message_arrives_as_it_was_sealed_and_the_answer_is_about_its_bytes() -> None:
    number = str(uuid.uuid4())
    sealed = a_message("Desk <desk@example.org>", number)
    with sink() as server:
        answer = put(server, sealed)
        (taken,) = server.book
    assert (taken.number, taken.recipients) == (number, ("desk@example.org",))
    assert taken.content == sealed.content
    assert (answer["id"], answer["sha256"], answer["code"]) == (number, sealed.digest.hex(), 250)


@pytest.mark.parametrize(
    ("fault", "remedy"),
    [
        (Fault.REFUSE, Remedy.FIX_CONFIG),
        (Fault.BUSY, Remedy.RETRY),
    ],
)
def test_what_is_refused_is_known_not_to_have_arrived(fault: Fault, remedy: Remedy) -> None:
    with sink(fault) as server:
        with pytest.raises(DeliveryError) as refused:
            put(server, a_message())
        assert server.book == []
    assert refused.value.remedy is remedy


def test_a_refusal_after_the_content_is_an_answer_with_its_code() -> None:
    with sink(Fault.BUSY_AFTER) as server:
        assert put(server, a_message())["code"] == 451
        assert server.book == []


@pytest.mark.parametrize(("fault", "kept"), [(Fault.DROP, 0), (Fault.LOSE_ANSWER, 1)])
def test_a_line_that_breaks_after_the_content_began_says_nothing(fault: Fault, kept: int) -> None:
    with sink(fault) as server:
        with pytest.raises((OSError, smtplib.SMTPException)):
            put(server, a_message())
        assert len(server.book) == kept


def test_an_answer_that_comes_twice_is_one_answer() -> None:
    with sink(Fault.ANSWER_TWICE) as server:
        assert put(server, a_message())["code"] == 250
        assert len(server.book) == 1


def test_one_refused_recipient_is_the_message_refused() -> None:
    with sink() as server:
        with pytest.raises(DeliveryError):
            put(server, a_message("desk@example.org, nobody@example.org"))
        assert server.book == []


@pytest.mark.parametrize(
    ("url", "remedy"),
    [
        ("", Remedy.FIX_CONFIG),
        ("https://mail.example.org", Remedy.FIX_CONFIG),
        ("smtp://mail.example.org", Remedy.FIX_CONFIG),
        ("smtp://127.0.0.1:1", Remedy.RETRY),
    ],
)
def test_without_a_server_nothing_is_mailed(url: str, remedy: Remedy) -> None:
    with pytest.raises(DeliveryError) as refused:
        put(url, a_message())
    assert refused.value.remedy is remedy


def test_a_message_to_nobody_is_not_handed_in() -> None:
    with sink() as server, pytest.raises(DeliveryError) as refused:
        put(server, Sealed("x", "message/rfc822", b"Subject: x\r\n\r\nx\r\n"))
    assert refused.value.remedy is Remedy.FIX_PAYLOAD
    assert server.offered == 0


def test_a_server_that_never_answers_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "CONNECT_SECONDS", 0.2)
    with listening() as url, pytest.raises(DeliveryError) as refused:
        put(url, a_message())
    assert refused.value.remedy is Remedy.RETRY


def test_a_server_that_drips_its_answer_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes in time, the whole never."""
    monkeypatch.setattr(mail, "TOTAL_SECONDS", 0.3)
    with listening(b"220 ready\r\n", drip=True) as url, pytest.raises(DeliveryError) as refused:
        put(url, a_message())
    assert refused.value.remedy is Remedy.RETRY


@contextmanager
def listening(greeting: bytes = b"", *, drip: bool = False) -> Iterator[str]:
    """A server that takes the connection and is not heard of again, or only a byte at a time."""
    done = threading.Event()

    def serve() -> None:
        client, _ = server.accept()
        with client:
            client.sendall(greeting)
            while drip and not done.wait(0.05):
                try:
                    client.sendall(b"2")
                except OSError:
                    return
            done.wait(5)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"smtp://127.0.0.1:{server.getsockname()[1]}"
        done.set()
        thread.join(5)


REPORT = """\
From: MAILER-DAEMON@example.org
To: hotline@example.org
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org

Final-Recipient: rfc822; desk@example.org
Action: {action}
Status: {status}
--b
Content-Type: {kind}

From: hotline@example.org
Message-ID: <{number}@example.org>

--b--
"""


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_of_failure_is_read_for_its_status_and_its_message(kind: str) -> None:
    number = str(uuid.uuid4())
    raw = REPORT.format(action="failed", status="5.1.1", kind=kind, number=number)
    assert mail.read_bounce(raw.encode()) == mail.Bounce(number, "5.1.1")


@pytest.mark.parametrize(
    ("action", "status", "number"),
    [
        ("delayed", "4.4.1", uuid.uuid4()),
        ("delivered", "2.0.0", uuid.uuid4()),
        ("failed", "5.1.1", "somebody-elses"),
        ("failed", "5.x", uuid.uuid4()),
    ],
)
def test_a_delay_or_somebody_elses_message_is_no_bounce(action: str, status: str, number: object) -> None:
    raw = REPORT.format(action=action, status=status, kind="message/rfc822", number=number)
    assert mail.read_bounce(raw.encode()) is None


def test_what_is_no_report_is_no_bounce() -> None:
    assert mail.read_bounce(b"") is None
    assert mail.read_bounce(b"Subject: hello\r\n\r\nhello") is None
    assert mail.read_bounce(bytes(range(256)) * 20) is None
