"""The part of a packet that shows exceptions: each with its finding, its reason and its chain."""

from __future__ import annotations

from collections.abc import Iterator

from engine.packet.view import Named, Said, View


class ExceptionStep(View):
    """Holds one answer in the chain of an exception: in which relation, by whom, when, and why."""

    relation: str
    approved: bool
    by: Named
    on: str
    because: Said


class Exempted(View):
    """Holds one exception; the finding beside it stays as it is. `until` is None while it is not granted."""

    id: str
    criterion: str
    status: str
    by: Named
    on: str
    because: Said
    steps: tuple[ExceptionStep, ...] = ()
    waits_for: str | None = None
    until: str | None = None

    def reasons(self) -> Iterator[Said]:
        """Yields why it was asked for, approved or refused."""
        yield self.because
        yield from (step.because for step in self.steps)
