"""What a decision may cite: exhibits and statements of the file, and the facts its readiness read (law 11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from engine.case.state import Case
from engine.record.event import Gone
from terms.canonical import Json


def citable(case: Case, readiness: Json | Gone) -> frozenset[str]:
    """Returns every id that a decision on this case may cite."""
    own = {one.id for one in (*case.exhibits, *case.statements)}
    return frozenset(own.union(() if isinstance(readiness, Gone) else sources(readiness)))


def sources(value: Json) -> Iterator[str]:
    """Yields the source of every input, however deep the findings nest."""
    if isinstance(value, Mapping):
        found = value.get("source")
        if isinstance(found, str) and found:
            yield from found.split("+")
        for item in value.values():
            yield from sources(item)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for item in value:
            yield from sources(item)
