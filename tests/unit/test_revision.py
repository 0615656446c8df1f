"""The schema's revisions: each has a number of its own, and they follow each other in one line."""

from __future__ import annotations

import ast
from pathlib import Path

from engine.store import migration
from engine.store.database import NEWEST

FOLDER = Path(str(migration.__file__)).parent / "versions"


def line(folder: Path) -> list[str]:
    """Returns what does not follow of the revisions in a folder."""
    before, found = None, []
    for number, path in enumerate(sorted(folder.glob("r[0-9]*.py")), start=1):
        told: dict[str, object] = {
            target.id: ast.literal_eval(node.value)
            for node in ast.parse(path.read_text(encoding="utf-8")).body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        own = f"{number:04d}"
        if not path.name.startswith(f"r{own}_"):
            found.append(f"{path.name} is the revision number {own}: renumber it")
        if (told.get("revision"), told.get("down_revision")) != (own, before):
            found.append(f"{path.name} says {told.get('revision')} after {told.get('down_revision')}")
        before = own
    return found


def test_each_revision_has_a_number_of_its_own_and_follows_the_one_before() -> None:
    assert line(FOLDER) == []
    assert len(list(FOLDER.glob("r[0-9]*.py"))) == int(NEWEST)


def test_two_revisions_with_one_number_are_told(tmp_path: Path) -> None:
    for path in FOLDER.glob("r000[12]_*.py"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "r0002_zebra.py").write_text('revision = "0002"\ndown_revision = "0001"\n')
    assert line(tmp_path) == [
        "r0002_zebra.py is the revision number 0003: renumber it",
        "r0002_zebra.py says 0002 after 0001",
    ]
