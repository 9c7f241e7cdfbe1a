"""What systemd is told: started, still alive, and in words what goes on (sd_notify(3), one datagram each).

Nothing is sent where nobody listens: outside a unit of Type=notify the address is not set.
"""
from __future__ import annotations

import os
import socket
import sys

ADDRESS = "NOTIFY_SOCKET"
READY = "READY=1"
ALIVE = "WATCHDOG=1"


def tell(*lines: str) -> None:
    """Send these lines as one message. A manager that cannot be reached is said on stderr and ends nobody: it will restart
    a unit that it does not hear, which is what it is for."""
    address = os.environ.get(ADDRESS)
    if not address:
        return
    target = "\0" + address[1:] if address.startswith("@") else address
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
            line.sendto("\n".join(lines).encode(), target)
    except OSError as error:
        sys.stderr.write(f"the service manager cannot be told: {error}\n")


def saying(words: str) -> str:
    """A line for `systemctl status`."""
    return f"STATUS={words}"
