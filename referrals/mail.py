"""The line by mail: one connection for each message, the envelope from the message's own To header.

What is refused is known not to have arrived. A connection that breaks after the content began to travel says nothing:
whatever smtplib raises then goes up, and nobody sends it again by itself.
"""

import json
import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import getaddresses
from threading import Timer
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from referrals.destinations import DeliveryError, Remedy, Sealed

CONNECT_SECONDS, READ_SECONDS, TOTAL_SECONDS = 10.0, 30.0, 90.0
SCHEMES = frozenset({"smtp", "smtps", "smtp+starttls"})
PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
OWN_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
STATUS = re.compile(r"5\.\d{1,3}\.\d{1,3}")
MESSAGE_ID = re.compile(r"<([0-9a-f-]{36})@[^<>@\s]+>")


@dataclass(frozen=True)
class Server:
    """Where mail goes out, from TUTELA_SMTP_URL: smtp://, smtps:// or smtp+starttls://user:password@host:port."""

    scheme: str
    host: str
    port: int
    user: str
    password: str


class Mail:
    """A wire. Its answer is the server's code, with the digest of the bytes that the code is about."""

    def put(self, sealed: Sealed, *, idempotency_key: UUID) -> bytes:
        server = server_of(settings.TUTELA_SMTP_URL)
        number, recipients = _envelope(sealed.content)
        code = _hand_in(server, sealed.content, recipients)
        answer = {
            "id": number,
            "at": timezone.now().isoformat(),
            "sha256": sealed.digest.hex(),
            "code": code,
        }
        return json.dumps(answer).encode()


def server_of(url: str) -> Server:
    """Raises DeliveryError: without a server nothing is mailed, and nothing goes in the clear to another machine."""
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES or not parts.hostname:
        raise DeliveryError("no mail server is set (TUTELA_SMTP_URL)", remedy=Remedy.FIX_CONFIG)
    if parts.scheme == "smtp" and parts.hostname not in OWN_MACHINE:
        raise DeliveryError("mail leaves this machine only encrypted", remedy=Remedy.FIX_CONFIG)
    return Server(
        parts.scheme,
        parts.hostname,
        parts.port or PORTS[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
    )


def _envelope(content: bytes) -> tuple[str, list[str]]:
    """The number in the Message-ID, by which a bounce is recognised, and to whom it goes."""
    message = message_from_bytes(content, policy=policy.SMTP)
    found = MESSAGE_ID.fullmatch(str(message["Message-ID"] or ""))
    recipients = _recipients(message)
    if not found or not recipients:
        raise DeliveryError("a message without a number or a recipient", remedy=Remedy.FIX_PAYLOAD)
    return found[1], recipients


def recipients_of(content: bytes) -> list[str]:
    """To whom a sealed message goes."""
    return _recipients(message_from_bytes(content, policy=policy.SMTP))


def _recipients(message: Message) -> list[str]:
    return [address for _, address in getaddresses([str(message["To"] or "")]) if "@" in address]


def _hand_in(server: Server, content: bytes, recipients: list[str]) -> int:
    with _connected(server) as client:
        try:
            _introduce(client, server, recipients)
        except DeliveryError:
            raise
        except smtplib.SMTPResponseException as refused:
            raise _refused(refused.smtp_code) from refused
        except (OSError, smtplib.SMTPException) as broken:
            raise DeliveryError("the mail server went away", remedy=Remedy.RETRY) from broken
        try:
            code, _ = client.data(content)
        except smtplib.SMTPDataError as refused:
            raise _refused(refused.smtp_code) from refused
        return code


def _introduce(client: smtplib.SMTP, server: Server, recipients: list[str]) -> None:
    """Everything before the content. One recipient refused is the message refused."""
    if server.scheme == "smtp+starttls":
        client.ehlo_or_helo_if_needed()
        client.starttls(context=ssl.create_default_context())
    client.ehlo_or_helo_if_needed()
    if server.user:
        client.login(server.user, server.password)
    _accepted(client.mail(settings.TUTELA_MAIL_FROM))
    for recipient in recipients:
        _accepted(client.rcpt(recipient))


def _accepted(answer: tuple[int, bytes]) -> None:
    code, _ = answer
    if code not in {250, 251}:
        raise _refused(code)


def _refused(code: int) -> DeliveryError:
    remedy = Remedy.RETRY if 400 <= code < 500 else Remedy.FIX_CONFIG
    return DeliveryError(f"the mail server answered {code}", remedy=remedy)


@contextmanager
def _connected(server: Server) -> Iterator[smtplib.SMTP]:
    """A server that drips its answers is hung up on: the time-outs of a socket begin again with every byte."""
    client = _connect(server)
    hang_up = Timer(TOTAL_SECONDS, _shut, [client])
    hang_up.daemon = True
    hang_up.start()
    try:
        yield client
        with suppress(OSError, smtplib.SMTPException):
            client.quit()
    finally:
        hang_up.cancel()
        client.close()


def _connect(server: Server) -> smtplib.SMTP:
    own_name = settings.TUTELA_MAIL_FROM.rpartition("@")[2]
    kind = smtplib.SMTP_SSL if server.scheme == "smtps" else smtplib.SMTP
    try:
        client = kind(server.host, server.port, local_hostname=own_name, timeout=CONNECT_SECONDS)
    except smtplib.SMTPResponseException as refused:
        raise _refused(refused.smtp_code) from refused
    except (OSError, smtplib.SMTPException) as absent:
        raise DeliveryError("the mail server cannot be reached", remedy=Remedy.RETRY) from absent
    if client.sock:
        client.sock.settimeout(READ_SECONDS)
    return client


def _shut(client: smtplib.SMTP) -> None:
    if client.sock:
        with suppress(OSError):
            client.sock.shutdown(socket.SHUT_RDWR)


@dataclass(frozen=True)
class Bounce:
    """All that is read of a report of failure: which message, and the status (RFC 3463)."""

    message_id: str
    status: str


def read_bounce(raw: bytes) -> Bounce | None:
    """Read a delivery status notification (RFC 3464). None: it reports no final failure of a message of ours."""
    report = message_from_bytes(raw, policy=policy.SMTP)
    status, number = "", ""
    for part in report.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            status = status or _final_status(part)
        elif kind == "text/rfc822-headers" and isinstance(part, EmailMessage):
            number = number or _number(message_from_bytes(_body(part), policy=policy.SMTP))
        elif kind == "message/rfc822":
            number = number or next(map(_number, _parts(part)), "")
    return Bounce(number, status) if status and number else None


def _final_status(part: Message) -> str:
    """A delay is no failure: it may still arrive."""
    for block in _parts(part):
        found = STATUS.match(str(block.get("Status", "")).strip())
        if found and str(block.get("Action", "")).strip().lower() == "failed":
            return found[0]
    return ""


def _parts(part: Message) -> list[Message]:
    inside = part.get_payload()
    return [one for one in inside if isinstance(one, Message)] if isinstance(inside, list) else []


def _number(message: Message) -> str:
    found = MESSAGE_ID.fullmatch(str(message.get("Message-ID", "")).strip())
    return found[1] if found else ""


def _body(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
