"""A vault that keeps session keys as files beside the database, readable by their owner alone."""

from __future__ import annotations

import hmac
import os
import re
import secrets
from pathlib import Path
from typing import TypeAlias

from terms.error import BadInput, CannotTell

NAME = re.compile(r"[A-Za-z0-9._-]{1,160}\Z")
MOST = 4096  # keys remembered at once
Mark: TypeAlias = tuple[int, int, int]


class FolderVault:
    """Keeps one root key as a file per session (what a name has before its first dot), and derives the others from it.

    A key is HMAC-SHA-256 of its name under that root. A root is remembered as long as its file is the very same.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.roots: dict[str, tuple[str, Mark, bytes]] = {}
        self.known: dict[str, tuple[bytes, bytes]] = {}

    def make(self, name: str) -> bytes:
        """Returns the key kept under a name, made now where there is none; it is on the disk then."""
        try:
            return self.open(name)
        except CannotTell:
            self._make(self._path(name.partition(".")[0]))
        return self.open(name)

    def open(self, name: str) -> bytes:
        """Returns the key kept under a name; raises CannotTell where it is gone."""
        held = self.known.get(name)
        if held is None and not NAME.match(name):
            raise BadInput(f"{name!r} is no name for a key.")
        root = self._root(name)
        if held is not None and held[0] is root:
            return held[1]
        if len(self.known) >= MOST:
            self.known.clear()
        key = hmac.digest(root, name.encode(), "sha256")
        self.known[name] = root, key
        return key

    def _root(self, name: str) -> bytes:
        session = name.partition(".")[0]
        held = self.roots.get(session)
        path = self._path(session) if held is None else held[0]
        mark = _mark(path)
        if mark is None:
            raise CannotTell(f"The key {name} is not in {self.folder}, so what it seals cannot be read.")
        if held is None or held[1] != mark:
            if len(self.roots) >= MOST:
                self.roots.clear()
            held = self.roots[session] = path, mark, bytes.fromhex(Path(path).read_text(encoding="ascii"))
        return held[2]

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

    def _path(self, session: str) -> str:
        if not NAME.match(session):
            raise BadInput(f"{session!r} is no name for a key.")
        return f"{self.folder}{os.sep}root.{session}.key"


def _mark(path: str) -> Mark | None:
    """Returns what tells one file from another that took its place; None where there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116  # asked at every judgement, and a Path is dear
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
