"""Bounds how long a conversation with another machine takes in all, however slowly it talks."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Timer


@contextmanager
def watched(held: Callable[[], socket.socket | None], seconds: float) -> Iterator[None]:
    """Ends a connection after so many seconds, wherever the conversation is: its next step then fails.

    The connection is asked for only then, since beginning TLS puts another in its place.
    """

    def cut() -> None:
        found = held()
        if found is not None:
            with suppress(OSError):
                found.shutdown(socket.SHUT_RDWR)

    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
