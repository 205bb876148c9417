"""Which port each door gets, and whether it answers there. Loopback only."""

import http.client
import os
import socket

from project.embedded.environment import DOORS, MAIL, Ports

PREFERRED = {"public": 8010, "desk": 8020, "partner": 8030}
PREFERRED_MAIL = 8025


def preferred_ports() -> Ports:
    """Whoever names a mail server of their own gets no mailbox of ours."""
    mail = {} if os.environ.get("TUTELA_SMTP_URL") else {MAIL: PREFERRED_MAIL}
    return {name: port if _is_free(port) else _any_port() for name, port in (PREFERRED | mail).items()}


def any_ports() -> Ports:
    """For a run that shows itself: whatever it mails stays in its own mailbox."""
    return {name: _any_port() for name in (*DOORS, MAIL)}


def _is_free(port: int) -> bool:
    """Nothing listens there. Asked by binding without sharing, for a server that shares would hide behind it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _any_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/healthz", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
