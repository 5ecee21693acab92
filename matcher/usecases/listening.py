"""Where the server listens: one address, and a socket of its own for each worker process.

A socket shared by workers is emptied by whichever wakes first: of eight callers that stay, one
worker was seen to get all eight. With a socket each, the system deals connections out by itself.
And asyncio turns Nagle's algorithm off only on sockets that name their protocol; otherwise the
second half of each answer waits some 40 ms until the caller acknowledges the first.
"""

import socket
from collections.abc import Callable
from typing import Any

from matcher.errors import InvalidInput

WORKERS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Where several workers are told the folder in which they count together; ``serve`` sets it."""


class Listener(socket.socket):
    """A bound TCP socket; a worker process that it is handed to gets another on its address."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(_family(host), socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self.bind((host, port))

    @property
    def address(self) -> tuple[str, int]:
        """Host and port, as they are bound."""
        host, port, *_ = self.getsockname()
        return host, port

    def __reduce__(self) -> tuple[Callable[..., "Listener"], tuple[Any, ...]]:
        """How it passes to a worker: by its address, not by its descriptor."""
        return Listener, self.address


def open_listener(host: str, port: int) -> Listener:
    """Bind the address; raises InvalidInput when it is taken, or is not of this machine."""
    try:
        _check_free(host, port)
        return Listener(host, port)
    except OSError as error:
        raise InvalidInput("address-in-use", pointer="port", host=host, port=str(port)) from error


def _check_free(host: str, port: int) -> None:
    """A socket that shares its port does not notice that another server shares it already."""
    with socket.socket(_family(host)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
