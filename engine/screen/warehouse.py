"""What every engine that a statement runs on does: loads the staged files, runs a text, narrows whom it asks about."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

Row: TypeAlias = tuple[Any, ...]


class Warehouse(ABC):
    """Holds a connection to one engine, with the relations loaded."""

    dialect: str

    @abstractmethod
    def load(self, folder: Path) -> None:
        """Loads every relation from the file of its name in a folder."""

    @abstractmethod
    def rows(self, text: str, params: Mapping[str, str]) -> Iterator[Row]:
        """Yields the rows of a statement; raises BadInput where an amount outgrows 38 digits."""

    @abstractmethod
    def narrow(self, people: Sequence[str]) -> None:
        """Leaves only some people as candidates."""


TOO_LARGE = "An amount outgrows 38 digits while it is compared, so nothing is told; look for one that is far too large."
