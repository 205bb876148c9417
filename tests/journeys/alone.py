"""`unshare -n python -m tests.journeys.alone COMMAND ...`: the command where nothing but loopback is up."""

import fcntl
import os
import socket
import struct
import sys

SET_FLAGS = 0x8914  # SIOCSIFFLAGS
GET_ADDRESS = 0x8915  # SIOCGIFADDR
UP = 0x1  # IFF_UP


def main(command: list[str]) -> None:
    """Bring loopback up without the `ip` program, which a small machine may lack, and become the command."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        fcntl.ioctl(asking, SET_FLAGS, struct.pack("16sh14x", b"lo", UP))
        with_address = [name for _number, name in socket.if_nameindex() if _has_address(asking, name)]
    if with_address != ["lo"]:
        sys.exit(f"not alone: {with_address}")
    os.execvp(command[0], command)  # noqa: S606 - no shell is wanted


def _has_address(asking: socket.socket, name: str) -> bool:
    """Some kernels put dead tunnels into every namespace; only what has an address leads anywhere."""
    try:
        fcntl.ioctl(asking, GET_ADDRESS, struct.pack("256s", name.encode()))
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main(sys.argv[1:])
