"""How a delivery ends that did not succeed: another try may do, or none will."""

from __future__ import annotations


class Later(Exception):
    """Says that a letter was not delivered and why, and that another try may do.

    `wait` is the least number of seconds until then, where the other side asked for one; `whole` says that the
    whole channel is out of order, so that other letters of it need not be tried now.
    """

    def __init__(self, reason: str, *, wait: float | None = None, whole: bool = False) -> None:
        super().__init__(reason)
        self.wait = wait
        self.whole = whole


class GaveUp(Exception):
    """Says that a letter was refused for good, and why."""
