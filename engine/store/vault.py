"""A vault that keeps session keys as files beside the database, readable by their owner alone."""

from __future__ import annotations

import hmac
import os
import re
import secrets
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

from terms.error import BadInput, CannotTell

NAME = re.compile(r"[A-Za-z0-9._-]{1,160}\Z")
MOST = 4096  # keys remembered at once
Mark: TypeAlias = tuple[int, int, int]


class FolderVault:
    """Keeps one root key as a file per session (what a name has before its first dot), and derives the others from it.

    A key is HMAC-SHA-256 of its name under that root. Keys that have a file of their own, as the first versions
    made them, are read from it. A key is remembered as long as the file that it came from is the very same.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.known: dict[str, tuple[str, Mark, bytes]] = {}
        self.files: dict[str, tuple[Mark, bytes]] = {}

    def make(self, name: str) -> bytes:
        """Returns the key kept under a name, made now where there is none; it is on the disk then."""
        try:
            return self.open(name)
        except CannotTell:
            self._make(self._root(name))
        return self.open(name)

    def open(self, name: str) -> bytes:
        """Returns the key kept under a name; raises CannotTell where it is gone."""
        held = self.known.get(name)
        if held is not None and held[1] == _mark(held[0]):
            return held[2]
        own, root = self._path(name), self._root(name)
        old = os.access(own, os.F_OK)  # mostly not, and to ask costs less than an error
        path = own if old else root
        mark = _mark(path)
        if mark is None:
            raise CannotTell(f"The key {name} is not in {self.folder}, so what it seals cannot be read.")
        key = self._read(path, mark)
        if path == root:
            key = hmac.digest(key, name.encode(), sha256)
        if len(self.known) >= MOST:
            self.known.clear()
            self.files.clear()
        self.known[name] = path, mark, key
        return key

    def _read(self, path: str, mark: Mark) -> bytes:
        held = self.files.get(path)
        if held is None or held[0] != mark:
            held = self.files[path] = mark, bytes.fromhex(Path(path).read_text(encoding="ascii"))
        return held[1]

    def _make(self, path: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_bytes(32).hex())
            file.flush()
            os.fsync(file.fileno())
        above = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(above)
        finally:
            os.close(above)

    def _root(self, name: str) -> str:
        return self._path(f"root.{name.partition('.')[0]}")

    def _path(self, name: str) -> str:
        if not NAME.match(name):
            raise BadInput(f"{name!r} is no name for a key.")
        return f"{self.folder}{os.sep}{name}.key"


def _mark(path: str) -> Mark | None:
    """Returns what tells one file from another that took its place; None where there is none."""
    if not os.access(
        path, os.F_OK
    ):  # mostly so for a key's own file, and an error costs more than a question
        return None
    try:
        found = os.stat(path)  # noqa: PTH116  # asked at every judgement, and a Path is dear
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
