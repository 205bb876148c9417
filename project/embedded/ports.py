"""Which port each door gets, and whether it answers there. Loopback only."""

import http.client
import socket

from project.embedded.environment import DOORS, Ports

PREFERRED = {"public": 8010, "desk": 8020, "partner": 8030}


def preferred_ports() -> Ports:
    return {door: port if _is_free(port) else _any_port() for door, port in PREFERRED.items()}


def any_ports() -> Ports:
    return {door: _any_port() for door in DOORS}


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
