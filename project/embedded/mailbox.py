"""The mail server of the one-command start: takes every message, keeps it below the state folder, sends none on.

`hangup@`, `busy@` and `nobody@` of any domain answer as their names say, so that a trouble can be tried out.
"""

import asyncio
import os
import socket
import sys
import uuid
from enum import StrEnum
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

LARGEST = 30_000_000
HOST = "127.0.0.1"


class Fault(StrEnum):
    """What goes wrong with one message."""

    NONE = "none"
    REFUSE = "refuse"
    BUSY = "busy"
    BUSY_AFTER = "busy_after"
    DROP = "drop"
    LOSE_ANSWER = "lose_answer"
    ANSWER_TWICE = "answer_twice"


ADDRESSES = {"hangup": Fault.LOSE_ANSWER, "busy": Fault.BUSY, "nobody": Fault.REFUSE}
REFUSED = {Fault.REFUSE: "550 5.1.1 nobody has this address", Fault.BUSY: "451 4.2.1 busy, try again later"}
TAKEN = "250 2.0.0 taken"


class Handler:
    """One message: a fault is chosen for its recipient, and what is taken is kept."""

    def fault_of(self, address: str) -> Fault:
        return ADDRESSES.get(address.partition("@")[0], Fault.NONE)

    def keep(self, envelope: Envelope, fault: Fault) -> None:
        raise NotImplementedError

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it by this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        fault = self.fault_of(address)
        if fault in REFUSED:
            return REFUSED[fault]
        vars(envelope)["fault"] = fault
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 fine"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        fault: Fault = vars(envelope)["fault"]
        if fault is Fault.BUSY_AFTER:
            return REFUSED[Fault.BUSY]
        if fault is not Fault.DROP:
            self.keep(envelope, fault)
        if fault in {Fault.DROP, Fault.LOSE_ANSWER}:
            _hang_up(server)
        return f"{TAKEN}\r\n{TAKEN}" if fault is Fault.ANSWER_TWICE else TAKEN


class Mailbox(Handler):
    """Keeps each message as a file of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, envelope: Envelope, fault: Fault) -> None:
        content: Any = envelope.content
        draft = self.folder / f"{uuid.uuid4()}.new"
        draft.write_bytes(content)
        draft.replace(self.folder / f"{len(messages(self.folder)) + 1:05d}-{draft.stem[:8]}.eml")


def messages(folder: Path) -> list[Path]:
    """What was taken, oldest first."""
    return sorted(folder.glob("*.eml"))


def listens(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=2) as client:
            return client.recv(3) == b"220"
    except OSError:
        return False


async def serve(handler: Handler, port: int) -> asyncio.Server:
    """Listen on this machine alone; port 0 is any."""
    return await asyncio.get_running_loop().create_server(
        lambda: SMTP(handler, hostname="mailbox.localhost", data_size_limit=LARGEST), HOST, port
    )


def _hang_up(server: SMTP) -> None:
    if isinstance(server.transport, asyncio.WriteTransport):
        server.transport.abort()


async def _run(folder: Path, port: int) -> None:
    async with await serve(Mailbox(folder), port) as server:
        await server.serve_forever()


if __name__ == "__main__":
    os.umask(0o077)
    asyncio.run(_run(Path(sys.argv[1]), int(sys.argv[2])))
