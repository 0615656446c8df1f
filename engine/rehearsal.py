"""Opens a workspace of an hour: a folder of files imported where nobody keeps it, to try a policy on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from engine.bootstrap import FOUNDER, Engine
from engine.fact.intake import KINDS, File
from engine.fact.reading import CLOSED
from engine.founding import found
from engine.record.event import Actor
from terms.error import BadInput

FIRST = ("people", "quotas", "attainment")


@contextmanager
def rehearse(folder: Path, *, zone: ZoneInfo, complete_as_of: str | None = None) -> Iterator[Engine]:
    """Yields the engine of a passing workspace that holds the files of a folder; all of it is gone afterwards.

    Each file is named by its kind (`people.csv`), with its mapping beside it (`people.mapping.yaml`) where it needs
    one. Raises BadInput where the folder has no people.csv, and whatever an import of one of its files raises.
    """
    if not (folder / "people.csv").is_file():
        raise BadInput(f"{folder} holds no people.csv; a comparison needs to know who there is.")
    with TemporaryDirectory(prefix="rung-rehearsal-") as place:
        engine = found(Path(place) / "workspace", name="Rehearsal", zone=zone.key, solo=True)
        try:
            for kind in (*FIRST, *(one for one in KINDS if one not in FIRST)):
                _import(engine, folder, kind, complete_as_of)
            yield engine
        finally:
            engine.close()


def _import(engine: Engine, folder: Path, kind: str, complete_as_of: str | None) -> None:
    file, mapping = folder / f"{kind}.csv", folder / f"{kind}.mapping.yaml"
    if not file.is_file():
        return
    given = File(
        kind=kind,
        data=file.read_bytes(),
        name=file.name,
        mapping=mapping.read_bytes() if mapping.is_file() else None,
        mapping_name=mapping.name,
        complete_as_of=complete_as_of if kind in CLOSED else None,
    )
    engine.import_file(given, Actor(FOUNDER))
