"""A backup is one moment of the record; what is restored verifies, and an older copy is told from a newer note."""

from __future__ import annotations

import stat
import threading
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from engine.bootstrap import open_engine
from engine.founding import restore
from engine.record.event import Draft
from engine.record.log import append, head, read_log
from engine.store.vault import FolderVault
from terms.error import BadInput, Broken, Conflict
from tests.integration.packet_story import Story, decided, frozen, judged, workspace


@pytest.fixture
def story(url: str, tmp_path: Path) -> Story:
    """Returns a case whose scores are sealed, on each kind of database."""
    database = None if url.startswith("sqlite") else url
    return judged(frozen(workspace(tmp_path / "ws", database=database)), reveal=False)


def test_a_restored_workspace_verifies_replays_and_goes_on(story: Story, tmp_path: Path) -> None:
    from engine.replay.replay import replay

    engine, file = story.engine, tmp_path / "kept.zip"
    top = engine.backup(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    engine.close()
    verdict = restore(file, tmp_path / "again")
    assert (verdict.answer, verdict.size) == ("consistent", top.size)
    again = open_engine(
        tmp_path / "again",
        sources=replace(engine.sources, vault=FolderVault(tmp_path / "again" / "keys" / "sessions")),
    )
    assert again.config.database is None
    with again.read() as tx:
        assert replay(tx).differences == ()
    assert stat.S_IMODE((tmp_path / "again" / "keys" / "record.key").stat().st_mode) == 0o600
    other = Story(again, story.ids, story.case)
    decided(_revealed(other))
    assert again.verify().answer == "consistent"
    again.close()


def _revealed(story: Story) -> Story:
    from engine.case.query import load
    from engine.session.command import CastVote, Reveal
    from tests.integration.packet_story import VOICES

    with story.engine.read() as tx:
        panel = load(tx, story.case).panel
    assert panel is not None
    chair = story.actor("Ruth Chair")
    story.engine.act(Reveal(session=panel.session, case=story.case), chair)
    for name, voice in VOICES.items():
        cast = CastVote(session=panel.session, case=story.case, vote="yes", because=voice)
        story.engine.act(cast, story.actor(name))
    story.engine.act(Reveal(session=panel.session, case=story.case), chair)
    return story


def test_a_file_database_moves_into_postgresql_and_back(tmp_path: Path, postgres_url: str) -> None:
    story = frozen(workspace(tmp_path / "ws"))
    story.engine.backup(tmp_path / "one.zip")
    with story.engine.read() as tx:
        before = list(read_log(tx))
    story.engine.close()
    restore(tmp_path / "one.zip", tmp_path / "team", database=postgres_url)
    assert not (tmp_path / "team" / "rung.db").exists()
    team = open_engine(tmp_path / "team")
    with team.read() as tx:
        assert list(read_log(tx)) == before
    team.backup(tmp_path / "two.zip")
    team.close()
    restore(tmp_path / "two.zip", tmp_path / "home")
    home = open_engine(tmp_path / "home")
    with home.read() as tx:
        assert list(read_log(tx)) == before
    home.close()


def test_a_backup_while_others_write_is_one_moment(story: Story, tmp_path: Path) -> None:
    engine, stop = story.engine, threading.Event()
    boss, written = story.actor("Boss Bold"), []

    def write() -> None:
        while not stop.is_set():
            with engine.write() as tx:
                append(
                    tx,
                    [Draft(type="Noted", stream="notes"), Draft(type="Noted", stream="notes")],
                    actor=boss,
                    command="Note",
                )
            written.append(1)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for n in range(3):
            top = engine.backup(tmp_path / f"{n}.zip")
            verdict = restore(tmp_path / f"{n}.zip", tmp_path / f"r{n}")
            assert (verdict.answer, verdict.size) == ("consistent", top.size)
    finally:
        stop.set()
        writer.join()
    assert written
    with engine.read() as tx:
        assert head(tx).size >= top.size
    engine.close()


def test_a_backup_older_than_a_checkpoint_is_refused_and_leaves_nothing(story: Story, tmp_path: Path) -> None:
    engine = story.engine
    top = engine.backup(tmp_path / "old.zip")
    with engine.write() as tx:
        append(tx, [Draft(type="Noted", stream="notes")], actor=story.actor("Boss Bold"), command="Note")
    newer = engine.checkpoint()
    with pytest.raises(Broken) as told:
        restore(tmp_path / "old.zip", tmp_path / "again", since=[newer])
    assert told.value.sentence == (
        f"The backup is not restored: event {top.size}: a signed checkpoint counts {top.size + 1} entries, "
        f"the log has {top.size}: the end was cut off."
    )
    assert not (tmp_path / "again").exists()
    engine.close()


def test_a_backup_is_never_written_over_and_never_restored_over(story: Story, tmp_path: Path) -> None:
    file = tmp_path / "kept.zip"
    story.engine.backup(file)
    with pytest.raises(Conflict) as told:
        story.engine.backup(file)
    assert str(told.value) == f"{file} is there already; write the backup elsewhere with --out."
    with pytest.raises(Conflict) as told:
        restore(file, story.engine.root)
    assert str(told.value) == f"{story.engine.root} is not empty; restore into a new folder."
    story.engine.close()


@pytest.mark.parametrize("name", ["../evil", "/evil", "keys/../../evil", "other.txt"])
def test_a_zip_that_reaches_outside_its_folder_is_no_backup(tmp_path: Path, name: str) -> None:
    file = tmp_path / "bad.zip"
    with zipfile.ZipFile(file, "w") as made:
        for one in ("rung.db", "rung.toml", name):
            made.writestr(one, "x")
    with pytest.raises(BadInput) as told:
        restore(file, tmp_path / "again")
    assert str(told.value) == f"{file} is not a backup of Rung."
    assert not (tmp_path / "evil").exists()
    (tmp_path / "no.zip").write_text("nothing")
    with pytest.raises(BadInput, match="is not a backup of Rung"):
        restore(tmp_path / "no.zip", tmp_path / "again")


def test_a_spoilt_backup_is_refused(tmp_path: Path) -> None:
    import sqlite3

    story = frozen(workspace(tmp_path / "ws"))
    story.engine.backup(tmp_path / "kept.zip")
    story.engine.close()
    with zipfile.ZipFile(tmp_path / "kept.zip") as held:
        held.extractall(tmp_path / "open")
    with sqlite3.connect(tmp_path / "open" / "rung.db") as database:
        database.execute("update payload set body = '\"other\"' where field = 'because'")
    database.close()
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as made:
        for one in sorted((tmp_path / "open").rglob("*")):
            if one.is_file():
                made.write(one, one.relative_to(tmp_path / "open").as_posix())
    with pytest.raises(Broken, match="the payload because is not what the event committed to"):
        restore(tmp_path / "bad.zip", tmp_path / "again")
    assert not (tmp_path / "again").exists()
