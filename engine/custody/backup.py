"""Makes a backup (one zip: database, keys, checkpoints, settings) and a workspace out of one again."""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from engine.custody.checkpoint import CHECKPOINTS, KEYS, sign_now
from engine.record.checkpoint import Checkpoint
from engine.store.copying import copy_out, copy_rows
from engine.store.database import Store
from terms.error import BadInput, Conflict

DATABASE, SETTINGS = "rung.db", "rung.toml"
FOLDERS = (KEYS, CHECKPOINTS, "policies")
STATED = re.compile(r"^database\s*=.*\n?", re.MULTILINE)


def backup(store: Store, root: Path, path: Path) -> Checkpoint:
    """Returns the checkpoint of the copy that a file now holds; nothing that is written meanwhile is in it.

    Raises Conflict where the file is there, Broken where the record does not continue its checkpoints.
    """
    if path.exists():
        raise Conflict(f"{path} is there already; write the backup elsewhere with --out.")
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".rung-backup-") as name:
        copy = Path(name) / DATABASE
        copy_out(store, copy)
        copied = Store(f"sqlite:///{copy}", store.sources)
        try:
            with copied.read() as tx:
                top = sign_now(tx, root)
        finally:
            copied.close()
        draft = Path(name) / "draft.zip"
        draft.touch(mode=0o600)
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as made:
            made.write(copy, DATABASE)
            newest = root / CHECKPOINTS / f"{top.size:012d}.note"
            if not newest.exists():
                made.writestr(newest.relative_to(root).as_posix(), top.note)
            for file in _files(root):
                made.write(file, file.relative_to(root).as_posix())
        draft.replace(path)
    return top


def _files(root: Path) -> Iterator[Path]:
    yield root / SETTINGS
    for folder in FOLDERS:
        if (root / folder).is_dir():
            found = (one for one in (root / folder).rglob("*") if one.is_file())
            yield from sorted(one for one in found if not one.name.startswith("."))


def unpack(path: Path, root: Path, database: str | None) -> None:
    """Writes the workspace that a backup holds into a new folder; its database becomes a file beside it, or
    what a URL names.

    Raises Conflict where the folder holds something, BadInput where the file is no backup.
    """
    if root.exists() and any(root.iterdir()):
        raise Conflict(f"{root} is not empty; restore into a new folder.")
    try:
        with zipfile.ZipFile(path) as held:
            names = held.namelist()
            if DATABASE not in names or SETTINGS not in names or not all(map(_safe, names)):
                raise BadInput(f"{path} is not a backup of Rung.")
            fresh = not root.exists()
            root.mkdir(parents=True, exist_ok=True)
            try:
                held.extractall(root)
            except BaseException:
                if fresh:
                    shutil.rmtree(root)
                raise
    except (zipfile.BadZipFile, FileNotFoundError) as error:
        raise BadInput(f"{path} is not a backup of Rung: {error}.") from None
    for folder in (KEYS, CHECKPOINTS, "policies", "exports"):
        (root / folder).mkdir(exist_ok=True)
    (root / KEYS).chmod(0o700)
    for file in (root / DATABASE, *(one for one in (root / KEYS).rglob("*") if one.is_file())):
        file.chmod(0o600)
    text = STATED.sub("", (root / SETTINGS).read_text(encoding="utf-8"))
    if database is not None:
        text = text.replace("[workspace]\n", f'[workspace]\ndatabase = "{database}"\n', 1)
    (root / SETTINGS).write_text(text, encoding="utf-8")


def _safe(name: str) -> bool:
    parts = PurePosixPath(name).parts
    known = name in (DATABASE, SETTINGS) or (len(parts) > 1 and parts[0] in FOLDERS)
    return known and ".." not in parts and not name.startswith("/") and "\\" not in name


def move_in(root: Path, target: Store) -> None:
    """Copies an unpacked database into an empty one of another kind, and takes the file away."""
    source = Store(f"sqlite:///{root / DATABASE}", target.sources)
    try:
        source.create()
        target.create()
        with source.read() as held, target.write() as made:
            copy_rows(held, made)
    finally:
        source.close()
    (root / DATABASE).unlink()
