"""Joins store, clock, ids, salts, keys and rooms: the one door that cli and web call."""

from __future__ import annotations

from pathlib import Path

from engine.record.event import Actor
from terms.error import BadInput, Unknown


class Engine:
    """Holds one open workspace."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def actor(self, text: str | None) -> Actor:
        """Returns who acts; raises BadInput where nobody is named."""
        if not text:
            raise BadInput("Nobody acts: name yourself with --as PERSON or RUNG_AS.")
        return Actor(text)

    def close(self) -> None:
        """Closes every connection."""


def find_root(start: Path, given: Path | None) -> Path:
    """Returns the workspace folder: the given one, or the nearest above that holds rung.toml."""
    for folder in [given] if given else [start, *start.parents]:
        if (folder / "rung.toml").is_file():
            return folder
    raise Unknown(
        f"No workspace at {given or start}: no rung.toml there or above; make one with `rung init`."
    )


def open_engine(root: Path) -> Engine:
    """Returns the engine of a workspace."""
    return Engine(root)
