"""A real SMTP sink in this process: it keeps a book of what it took and what it said, and misbehaves as it is told."""

import asyncio
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from aiosmtpd.smtp import Envelope

from project.embedded.mailbox import HOST, Fault, Handler, serve

NUMBER = re.compile(rb"^Message-ID: <([^@>]+)@", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True)
class Taken:
    """One message that the sink has. `answered`: the client was told so."""

    number: str
    recipients: tuple[str, ...]
    content: bytes
    answered: bool


class Sink(Handler):
    """`plan`: what goes wrong with the first message offered, the second ...; the last word stays.

    Without a plan the recipient's name says it, as in the product's own mailbox.
    """

    def __init__(self, *plan: Fault, slow: float = 0.0) -> None:
        self.book: list[Taken] = []
        self.offered = 0
        self.faults: list[Fault] = []
        self.slow = slow
        self.port = 0
        self._plan = plan

    @property
    def url(self) -> str:
        return f"smtp://{HOST}:{self.port}"

    def fault_of(self, address: str) -> Fault:
        number, self.offered = self.offered, self.offered + 1
        planned = self._plan[min(number, len(self._plan) - 1)] if self._plan else super().fault_of(address)
        self.faults.append(planned)
        return planned

    def keep(self, envelope: Envelope, fault: Fault) -> None:
        if self.slow:
            time.sleep(self.slow)
        content: Any = envelope.content
        number = NUMBER.search(content)
        self.book.append(
            Taken(
                number[1].decode() if number else "",
                tuple(envelope.rcpt_tos),
                content,
                answered=fault is not Fault.LOSE_ANSWER,
            )
        )


@contextmanager
def sink(*plan: Fault, slow: float = 0.0) -> Iterator[Sink]:
    """A sink that listens until the block ends."""
    found = Sink(*plan, slow=slow)
    loop = asyncio.new_event_loop()
    # All of the loop's life is in its own thread: in this one a browser's loop may be running.
    thread = threading.Thread(target=_live, args=[loop], daemon=True)
    thread.start()
    try:
        server = asyncio.run_coroutine_threadsafe(serve(found, 0), loop).result(timeout=5)
        found.port = server.sockets[0].getsockname()[1]
        yield found
        loop.call_soon_threadsafe(server.close)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=5)


def _live(loop: asyncio.AbstractEventLoop) -> None:
    loop.run_forever()
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
