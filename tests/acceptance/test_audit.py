"""`rung audit`: an untouched record holds, and whoever edits the stored database is found out."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from engine.bootstrap import open_engine
from engine.custody.checkpoint import verify_now
from engine.record.checkpoint import write_checkpoint
from engine.record.key import load_key, make_key
from engine.record.note import sign
from engine.record.verify import BROKEN
from engine.replay.replay import replay
from engine.store.table.person import person
from engine.store.table.whole import metadata
from engine.store.transaction import Tx
from terms.error import Broken, RungError
from tests.acceptance.conftest import calibrate
from tests.acceptance.tampering import decide, edit, refit
from tests.acceptance.tampering_directory import DIRECTORY
from tests.acceptance.tampering_kept import KEPT
from tests.acceptance.tampering_log import ENTRIES, ON_A_FILE
from tests.acceptance.terminal import Terminal

EDITS = {**ENTRIES, **ON_A_FILE, **KEPT, **DIRECTORY}


@pytest.fixture(scope="module")
def once(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("decided") / "ws"
    shutil.copytree(made, root)
    decide(calibrate(Terminal(root)))
    return root


@pytest.fixture
def decided(once: Path, tmp_path: Path) -> Terminal:
    """Returns a company with one decided case, so with a signed checkpoint, in a workspace of this test's own."""
    shutil.copytree(once, tmp_path / "ws")
    return Terminal(tmp_path / "ws")


def test_there_are_many_distinct_ways_of_editing_a_database_and_each_has_its_answer() -> None:
    assert len(EDITS) >= 95
    assert len({id(change) for change, _ in EDITS.values()}) == len(EDITS)


@pytest.mark.parametrize("name", EDITS)
def test_an_edited_database_is_found_out(decided: Terminal, name: str) -> None:
    change, told = EDITS[name]
    edit(decided.workspace, change)
    said = decided.run("audit", "verify", code=1)
    assert said.out.startswith("Broken: ")
    assert told in said.out


@pytest.mark.parametrize("name", EDITS)
def test_without_a_checkpoint_no_edited_database_is_called_consistent(decided: Terminal, name: str) -> None:
    shutil.rmtree(decided.workspace / "checkpoints")
    edit(decided.workspace, EDITS[name][0])
    said = decided.run("audit", "verify", code=None)
    assert (said.code, said.out.partition(":")[0]) in ((1, "Broken"), (5, "Cannot tell"))


def test_an_untouched_record_is_consistent_and_derives_again(decided: Terminal) -> None:
    said = decided.run("audit", "verify")
    assert said.out.startswith("Consistent: ") and said.out.endswith(" agree with 1 signed checkpoint.\n")
    replayed = decided.run("audit", "replay", "--json").json
    assert replayed == {
        "cases": 1,
        "decided": 1,
        "sessions": 1,
        "readiness": 2,
        "votes": 1,
        "erased": 0,
        "restated": [],
        "differences": [],
    }


def test_without_a_checkpoint_nobody_can_tell(decided: Terminal) -> None:
    shutil.rmtree(decided.workspace / "checkpoints")
    said = decided.run("audit", "verify", code=5)
    assert said.out.startswith("Cannot tell: ")


def test_a_checkpoint_of_another_log_or_by_another_key_does_not_count(
    decided: Terminal, tmp_path: Path
) -> None:
    folder = decided.workspace / "checkpoints"
    note = next(folder.glob("*.note")).read_text(encoding="utf-8")
    (tmp_path / "k").mkdir()
    make_key(tmp_path / "k", note.splitlines()[0])
    forged = sign("\n".join(note.splitlines()[:3]) + "\n", note.splitlines()[0], load_key(tmp_path / "k"))
    (folder / "000000000001.note").write_text(forged, encoding="utf-8")
    said = decided.run("audit", "verify", code=1)
    assert "is not signed by" in said.err


def test_two_roots_for_one_size_are_a_fork_and_refused(decided: Terminal) -> None:
    engine = open_engine(decided.workspace)
    path = engine.checkpoint()
    note = path.read_text(encoding="utf-8")
    other = note.replace(note.splitlines()[2], "A" * 43 + "=")
    with pytest.raises(Broken, match="Two checkpoints of size"):
        write_checkpoint(path.parent, other)
    assert path.read_text(encoding="utf-8") == note
    engine.close()


def test_replay_tells_a_projection_that_was_edited(decided: Terminal) -> None:
    edit(
        decided.workspace,
        lambda held: held.execute("update case_row set state = 'declined', outcome = 'declined'"),
    )
    said = decided.run("audit", "replay", code=1)
    assert "case_row C-0001, state: stored declined, derived promoted" in said.out


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("update session_row set state = 'open'", "session_row S-0001, state: stored open, derived closed"),
        ("update edition set text = 'x' where kind = 'policy'", "text: stored x, derived "),
        (
            "update edition set state = 'proposed' where kind = 'ladder'",
            "state: stored proposed, derived published",
        ),
        ("delete from edition where kind = 'workflow'", "stored no row, derived a row"),
        ("update intake set file_digest = 'x' where kind = 'people'", "file_digest: stored x, derived "),
        ("update person set natural = 'x' where hr_id = 'H-10'", "natural: stored x, derived "),
        (
            'insert into task (id, "case", kind, member, target, due, disagreement, since, label) '
            "select 'x', id, 'vote', 'm', target, '', 0, '', label from case_row",
            "task x: stored a row, derived no row",
        ),
    ],
)
def test_replay_tells_every_kind_of_row_that_the_record_does_not_lead_to(
    decided: Terminal, change: str, told: str
) -> None:
    edit(decided.workspace, lambda held: held.execute(change))
    said = decided.run("audit", "replay", "--json", code=None)
    found = [
        f"{one['what']}: stored {one['stored']}, derived {one['derived']}" for one in said.json["differences"]
    ]
    assert said.code == 1 and any(told in one for one in found), found


def test_replay_tells_a_task_whose_deadline_was_moved(company: Terminal) -> None:
    calibrate(company)
    assert company.run("audit", "replay", "--json").json["differences"] == []
    edit(
        company.workspace,
        lambda held: held.execute("update task set due = '2030-01-01' where kind = 'score'"),
    )
    assert "due: stored 2030-01-01, derived " in company.run("audit", "replay", code=1).out


def test_replay_tells_facts_that_were_swapped_under_a_readiness(decided: Terminal) -> None:
    edit(
        decided.workspace,
        lambda held: held.execute("update fact set value = '1' where kind = 'actual' and row = 5"),
    )
    said = decided.run("audit", "replay", code=1)
    assert "the readiness of C-0001: stored /findings/0/" in said.out


@pytest.mark.parametrize("kind", ["CaseNominated", "CaseDecided", "SessionOpened", "VotesRevealed"])
def test_replay_tells_an_event_that_holds_what_no_version_writes(decided: Terminal, kind: str) -> None:
    seq = decided.run("audit", "log", "--type", kind, "--json").json[0]["seq"]
    edit(decided.workspace, refit(seq, data={}))
    said = decided.run("audit", "replay", "--json", code=1).json["differences"]
    told = [one["stored"] for one in said if one["what"].startswith("the events of ")]
    assert told and told[0].startswith("what no version writes (KeyError: "), said


def test_history_cannot_be_rewritten_through_the_database_itself(decided: Terminal) -> None:
    held = sqlite3.connect(decided.workspace / "rung.db")
    held.execute("pragma recursive_triggers = on")
    for statement in (
        "update log set type = 'x' where seq = 1",
        "delete from log where seq = 1",
        "insert or replace into log select * from log where seq = 1",
        "update fact set value = '1'",
        "delete from fact",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="is insert-only"):
            held.execute(statement)
    held.close()


def test_the_log_has_no_names_or_mails(decided: Terminal) -> None:
    held = sqlite3.connect(decided.workspace / "rung.db")
    bodies = b"".join(row[0] for row in held.execute("select body from log"))
    people = held.execute("select name, email, hr_id from person").fetchall()
    held.close()
    for name, email, hr_id in people:
        for text in (name, email, f'"{hr_id}"'):
            assert text.encode() not in bodies
    assert sha256(bodies).hexdigest()


def test_a_flipped_byte_of_any_row_is_found_and_its_row_named(decided: Terminal) -> None:
    database = decided.workspace / "rung.db"
    edit(decided.workspace, lambda held: None)
    sound = database.read_bytes()
    with sqlite3.connect(database) as held:
        sizes = dict(held.execute("select seq, length(body) from log").fetchall())
    held.close()
    for seq, length in sizes.items():
        with sqlite3.connect(database) as held:
            (body,) = held.execute("select body from log where seq = ?", (seq,)).fetchone()
            at = seq * 131 % length
            spoilt = body[:at] + bytes([body[at] ^ (1 << seq % 8)]) + body[at + 1 :]
            held.execute("update log set body = ? where seq = ?", (spoilt, seq))
        held.close()
        engine = open_engine(decided.workspace)
        verdict = engine.verify()
        engine.close()
        assert (verdict.answer, verdict.faults[0].seq) == ("broken", seq)
        database.write_bytes(sound)
    assert len(sizes) > 30


GARBAGE = ("x'ff'", "'x'", "null", "-1", "0.5")
WATCHED = ("log", "payload", "fact", "tombstone", "head", "person", "command")
DERIVED = person.c.natural
"""What replay alone tells, since it follows from the events that join two accounts, and can be rebuilt."""
UNWATCHED = {"head.id", "head.generation"}
"""What tells nothing of the record: a row's only key, and how often what is kept in memory was to be read anew."""


def test_whatever_is_put_in_a_column_of_the_record_is_told_and_breaks_neither_verification_nor_replay(
    decided: Terminal,
) -> None:
    engine, tried = open_engine(decided.workspace), 0
    with suppress(Undone), engine.store.write() as tx:
        here = tx.connection
        for (name,) in here.exec_driver_sql("select name from sqlite_master where type = 'trigger'").all():
            here.exec_driver_sql(f"drop trigger {name}")
        for table, column in ((t, c) for t in metadata.sorted_tables if t.name in WATCHED for c in t.c):
            last = f"rowid = (select max(rowid) from {table.name})"
            cell = f'select "{column.name}" from {table.name} where {last}'
            for value in GARBAGE:
                before = here.exec_driver_sql(cell).scalar()
                here.exec_driver_sql("savepoint edit")
                with suppress(IntegrityError):
                    here.exec_driver_sql(f'update {table.name} set "{column.name}" = {value} where {last}')
                    edited = here.exec_driver_sql(f"select count(*) from {table.name}").scalar()
                    changed = edited and before != here.exec_driver_sql(cell).scalar()
                    answer = verify_now(Tx(here, tx.sources), decided.workspace).answer
                    differences: Sequence[object] = ()
                    with suppress(RungError):
                        differences = replay(Tx(here, tx.sources)).differences
                    watched = changed and f"{table.name}.{column.name}" not in UNWATCHED
                    assert not watched or answer == BROKEN or (column is DERIVED and differences), (
                        table.name,
                        column.name,
                        value,
                    )
                    tried += bool(watched)
                here.exec_driver_sql("rollback to edit")
        raise Undone
    assert tried > 150
    engine.close()


class Undone(Exception):
    """Ends a transaction that is to leave nothing."""
