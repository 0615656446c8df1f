"""A vault that keeps session keys as files beside the database, readable by their owner alone."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from terms.error import BadInput, CannotTell

NAME = re.compile(r"[A-Za-z0-9._-]{1,160}\Z")


class FolderVault:
    """Keeps each key as a file of 64 hexadecimal digits in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make(self, name: str) -> bytes:
        """Returns the key kept under a name, made now where there is none."""
        path = self._path(name)
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return self.open(name)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            key = secrets.token_bytes(32)
            file.write(key.hex())
        return key

    def open(self, name: str) -> bytes:
        """Returns the key kept under a name; raises CannotTell where it is gone."""
        try:
            return bytes.fromhex(self._path(name).read_text(encoding="ascii"))
        except FileNotFoundError:
            raise CannotTell(
                f"The key {name} is not in {self.folder}, so what it seals cannot be read."
            ) from None

    def _path(self, name: str) -> Path:
        if not NAME.match(name):
            raise BadInput(f"{name!r} is no name for a key.")
        return self.folder / f"{name}.key"
