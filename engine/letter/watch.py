"""Bounds how long a conversation with another machine takes in all, however slowly it talks."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Timer


@contextmanager
def watched(held: socket.socket | Callable[[], socket.socket | None], seconds: float) -> Iterator[None]:
    """Ends a connection after so many seconds, wherever the conversation is: its next step then fails."""

    def cut() -> None:
        found = held() if callable(held) else held
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
