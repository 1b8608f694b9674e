"""Addresses of this machine at which a program under test may listen."""

import socket
from contextlib import suppress
from random import Random

# Below those that the system gives to whoever connects: one of these stays free between the look and the listening.
PORTS = range(20_000, 32_000)


def free_address() -> str:
    """Return a host and a port at which nobody listens, and hardly anybody else is about to."""
    chance = Random()
    while True:
        port = chance.choice(PORTS)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return f"127.0.0.1:{port}"
