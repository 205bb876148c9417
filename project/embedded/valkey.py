"""The queue's server: one unix socket, an append-only file, nothing ever evicted. It holds ids, no case data."""

import os
import signal
import socket
from pathlib import Path

from project.embedded.accounts import Accounts
from project.embedded.home import Home
from project.embedded.processes import Program

SETTINGS = {
    "port": "0",
    "unixsocketperm": "777",  # the folder is the fence
    "daemonize": "no",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "save": "",
    "maxmemory": "128mb",
    "maxmemory-policy": "noeviction",
}


def server(home: Home, program: Path, accounts: Accounts) -> Program:
    settings = SETTINGS | {"unixsocket": os.fspath(home.broker_socket), "dir": os.fspath(home.queue)}
    return Program(
        name="valkey",
        command=[program, *(part for name, value in settings.items() for part in (f"--{name}", value))],
        account=accounts.services,
        environment={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        folder=home.queue,
        log=home.logs / "valkey.log",
        stop_signal=signal.SIGTERM,
        patience=10,
    )


def ready(home: Home) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            client.connect(os.fspath(home.broker_socket))
            client.sendall(b"PING\r\n")
            return client.recv(64).startswith(b"+PONG")
    except OSError:
        return False
