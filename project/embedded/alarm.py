"""Waiting that a signal can end. Every wait of the supervisor goes through here, so none can be missed."""

import os
import select
import signal
from types import FrameType

STOPPING = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}


class Stop(Exception):
    """Somebody asked for the end: SIGTERM, SIGHUP or Ctrl-C."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.exit_code = 130 if number == signal.SIGINT else 0


class Alarm:
    """Turns signals into the end of a wait. Make one, in the main thread, before anything is started."""

    def __init__(self) -> None:
        self._reader, writer = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        self._deaf = False
        for number in (*STOPPING, signal.SIGCHLD):
            signal.signal(number, _noted)

    def wait(self, seconds: float) -> None:
        """Sleep; a child's end wakes early, a request to stop raises Stop."""
        select.select([self._reader], [], [], seconds)
        for number in self._numbers():
            if number in STOPPING and not self._deaf:
                raise Stop(number)

    def stop_listening(self) -> None:
        """The end has begun: further requests change nothing."""
        self._deaf = True

    def _numbers(self) -> bytes:
        try:
            return os.read(self._reader, 256)
        except BlockingIOError:
            return b""


def _noted(_number: int, _frame: FrameType | None) -> None:
    """The number is in the pipe already; the handler only has to exist."""
