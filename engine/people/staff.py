"""What a people file says of its rows: who there is, and what must hold of all of them together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

ROLES = (
    "chair",
    "decider",
    "department head",
    "director",
    "division head",
    "executive sponsor",
    "finance",
    "hr",
    "panel",
    "total rewards",
)


def circle(managers: Mapping[str, str], start: str) -> list[str]:
    """Returns the way from somebody up the reporting line and back to them; empty where there is none."""
    way = [start]
    while (above := managers.get(way[-1])) is not None:
        if above == start:
            return [*way, above]
        if above in way:
            return []
        way.append(above)
    return []


def circles(managers: Mapping[str, str]) -> Iterator[list[str]]:
    """Yields each circle of a reporting line once, beginning at its first member in order."""
    told: set[str] = set()
    for one in sorted(managers):
        found = circle(managers, one)
        if found and not told & set(found):
            told |= set(found)
            yield found
