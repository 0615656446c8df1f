"""Upgrades: two versions of Rung at once on the newer schema, and what a revision may do so that they can."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, select

from engine.case.command import AttachEvidence, TakeStep
from engine.record.log import read_log
from engine.store.database import NEWEST
from engine.store.migration.run import upgrade
from engine.store.table.schema import schema
from tests.integration.fault import derived, sound
from tests.integration.packet_story import Story, workspace
from tests.integration.test_store import reopened

ROOT = Path(__file__).resolve().parents[2]
PREVIOUS = f"{int(NEWEST) - 1:04d}"
WRITES = 8
DAY = date(2026, 6, 1)
OLDER = """
import sys
from datetime import date
from pathlib import Path
from engine.bootstrap import open_engine
from engine.case.command import AttachEvidence
from engine.replay.replay import replay
from engine.record.event import Actor
from engine.store import database

root, case, person, writes, newest = sys.argv[1:]
assert database.NEWEST == newest, database.NEWEST
assert Path(database.__file__).is_relative_to(Path.cwd()), database.__file__
engine = open_engine(Path(root))
print("ready", flush=True)
sys.stdin.readline()
for n in range(int(writes)):
    command = AttachEvidence(case=case, kind="coaching", text=f"old {n}", happened_on=date(2026, 6, 1))
    engine.act(command, Actor(person), key=f"old-{n}")
with engine.read() as tx:
    # what a readiness says belongs to the version that wrote it; states, votes and deadlines are everybody's
    told = [str(one) for one in replay(tx).differences if ": the readiness of " not in str(one)]
print(engine.verify().answer, told)
engine.close()
"""


def git(*words: str) -> bytes:
    """Returns what git answers about this repository; skips where there is none, or not all of its history."""
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"the version before this schema is not in a history here: git {' '.join(words)} failed")
    return done.stdout


def older(folder: Path) -> Path:
    """Returns a folder with the last version of Rung that knew the schema before the newest."""
    introduced = git("log", "-1", "--format=%H", f'-SNEWEST = "{NEWEST}"', "--", "engine/store/database.py")
    if not introduced.strip():
        pytest.skip("the revision is not committed yet, so there is no version before it")
    archive = git("archive", f"{introduced.decode().strip()}^")
    with tarfile.open(fileobj=io.BytesIO(archive)) as held:
        held.extractall(folder, filter="data")
    return folder


def test_the_version_before_and_this_one_write_at_once_on_the_newest_schema(url: str, tmp_path: Path) -> None:
    before = older(tmp_path / "before")
    story = workspace(tmp_path / "ws", database=None if url.startswith("sqlite") else url)
    with closing(story.engine):
        both_write(story, before)


def both_write(story: Story, before: Path) -> None:
    """Holds that whatever both versions write is there, and sound."""
    boss, engine = story.actor("Boss Bold"), story.engine
    engine.act(TakeStep(case=story.case, step="open_evidence"), boss)
    words = [str(engine.root), story.case, boss.person, str(WRITES), PREVIOUS]
    with subprocess.Popen(
        [sys.executable, "-c", OLDER, *words],
        cwd=before,
        env={**os.environ, "PYTHONPATH": str(before)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as other:
        try:
            assert other.stdout is not None and other.stdin is not None and other.stderr is not None
            assert other.stdout.readline() == "ready\n", other.stderr.read()
            other.stdin.write("\n")
            other.stdin.flush()
            for n in range(WRITES):
                command = AttachEvidence(case=story.case, kind="coaching", text=f"new {n}", happened_on=DAY)
                engine.act(command, boss, key=f"new-{n}")
            told, complaint = other.communicate()
        finally:
            other.kill()
    assert told == "cannot tell []\n" or told == "consistent []\n", complaint
    with engine.read() as tx:
        told = str([dict(one.payload) for one in read_log(tx, types=("EvidenceAttached",))])
    assert told.count("old ") == told.count("new ") == WRITES
    assert all(f"{who} {n}" in told for who in ("old", "new") for n in range(WRITES))
    sound(engine)
    derived(engine)


def columns(connection: Any) -> dict[tuple[str, str], tuple[str, bool]]:
    """Returns each column of a schema with its type, and whether a row needs it to be given."""
    held = inspect(connection)
    return {
        (table, str(one["name"])): (str(one["type"]), not one["nullable"] and one["default"] is None)
        for table in held.get_table_names()
        for one in held.get_columns(table)
    }


def test_a_revision_only_adds_or_says_that_earlier_versions_no_longer_fit(url: str) -> None:
    store = reopened(url)
    store.dialect.prepare(store.url)
    held: dict[tuple[str, str], tuple[str, bool]] = {}
    for number in range(1, int(NEWEST) + 1):
        revision = f"{number:04d}"
        with store._connected() as connection:
            store.dialect.begin(connection)
            upgrade(connection, revision)
            store.dialect.commit(connection)
        with store.read() as tx:
            found = columns(tx.connection)
            tables = {table for table, _ in held}
            changed = {one for one in held if found.get(one) != held[one]}
            asked = {one for one in set(found) - set(held) if one[0] in tables and found[one][1]}
            oldest = tx.connection.execute(select(schema.c.oldest)).scalar() if number >= 3 else revision
        if changed or asked:
            assert oldest == revision, (
                f"{revision} changes {changed} and asks for {asked}: earlier versions break"
            )
        held = found
    store.close()
