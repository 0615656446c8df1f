"""Erasure by two people: no trace of what was erased is left, and what was proved before still holds."""

from __future__ import annotations

import os
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from tests.acceptance.erasing import CANDIDATE, WORDS, ask, bytes_of, candidate, traces
from tests.acceptance.tampering import edit
from tests.acceptance.terminal import Terminal


def test_no_trace_of_what_was_erased_is_left_in_any_file_or_later_export(
    reviewed: Terminal, tmp_path: Path
) -> None:
    name, email, hr_id = candidate(reviewed)
    who = next(one["person"] for one in reviewed.run("person", "list", "--json").json if one["name"] == name)
    words = (*(one for one in WORDS if one != "Marzipan-note"), name, email)
    found = {word for _, word in traces(reviewed.workspace, words)}
    assert found == set(words)
    with sqlite3.connect(reviewed.workspace / "rung.db") as database:
        facts = database.execute(
            "select count(*) from fact where person = (select id from person where name = ?)", (name,)
        ).fetchone()[0]
    database.close()
    number = ask(reviewed, "Nadia")
    said = reviewed.run("erasure", "approve", number, "--json", acting="H-2").json
    assert (said["facts"], said["people"]) == (facts, 1)
    assert sorted(one for one in said["remarks"]) == [
        "taken away: exports/C-0001-auditor.html",
        "taken away: exports/C-0001-auditor.zip",
    ]
    assert traces(reviewed.workspace, words) == []
    assert f'"{hr_id}"'.encode() not in b"".join(bytes_of(reviewed.workspace).values())
    out = tmp_path / "later"
    out.mkdir()
    for variant in ("candidate", "committee", "auditor"):
        for form in ("html", "md", "json", "zip"):
            file = out / f"{variant}.{form}"
            reviewed.run(
                "export", "C-0001", "--as", variant, "--format", form, "--out", file, "--actor", "H-1"
            )
    reviewed.run("audit", "proof", "--all", "--out", out / "all.json")
    reviewed.run("subject", "export", who, "--out", out / "subject.json", acting="H-1")
    reviewed.run("backup", "--out", out / "backup.zip")
    assert traces(out, words) == []
    assert f"erased by event {said['event']}".encode() in (out / "auditor.json").read_bytes()
    told = reviewed.run("case", "show", "C-0001").out + reviewed.run("audit", "log", "--json").out
    assert not any(word in told for word in words)


def dumped(url: str) -> dict[str, str]:
    """Returns every row of every table of a schema, and what the server keeps of its columns for its planner."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {
            name: "\n".join(map(repr, connection.exec_driver_sql(f'select * from "{name}"')))
            for name in inspect(connection).get_table_names()
        }
        found["pg_stats"] = "\n".join(
            map(
                repr, connection.exec_driver_sql("select * from pg_stats where schemaname = current_schema()")
            )
        )
    engine.dispose()
    return found


def pages(url: str) -> dict[str, bytes]:
    """Returns every file of a server's data folder but its write-ahead log, once the server wrote all of them out."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("checkpoint")
        folder = Path(str(connection.exec_driver_sql("show data_directory").scalar()))
    engine.dispose()
    if not os.access(folder / "base", os.R_OK):
        pytest.skip("the server's files cannot be read from here")
    files = (one for one in folder.rglob("*") if one.is_file() and "pg_wal" not in one.parts)
    return {str(one.relative_to(folder)): one.read_bytes() for one in files}


def test_no_trace_of_what_was_erased_is_left_in_postgresql_s_tables_files_or_statistics(
    reviewed: Terminal, tmp_path: Path, postgres_url: str
) -> None:
    name, email, hr_id = candidate(reviewed)
    words = (*(one for one in WORDS if one != "Marzipan-note"), name, email)
    reviewed.run("backup", "--out", tmp_path / "kept.zip")
    reviewed.run("restore", tmp_path / "kept.zip", tmp_path / "team", "--database", postgres_url)
    (tmp_path / "kept.zip").unlink()
    settings = tmp_path / "team" / "rung.toml"
    settings.write_text(settings.read_text().replace("[workspace]\n", "[workspace]\ntrust_asserted = true\n"))
    team = Terminal(tmp_path / "team", datetime(2026, 10, 16, 8, tzinfo=UTC))
    for form in ("html", "zip"):
        team.run("export", "C-0001", "--as", "auditor", "--format", form, "--actor", "H-1")
    engine = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("analyze")  # as the server does by itself, now and then
    engine.dispose()
    before = "\n".join(dumped(postgres_url).values())
    assert [one for one in words if one not in before] == []
    held_pages = b"".join(pages(postgres_url).values())
    assert [one for one in words if one.encode() not in held_pages] == []
    number = ask(team, "Nadia")
    said = team.run("erasure", "approve", number, "--json", acting="H-2").json
    assert said["remarks"][-1] == (
        "left: archived WAL, replicas and backups of the server keep older pages until they run out"
    )
    after = dumped(postgres_url)
    told = (*words, f"'{hr_id}'")
    assert [(table, one) for table, text in after.items() for one in told if one in text] == []
    found = [
        (file, one) for file, data in pages(postgres_url).items() for one in words if one.encode() in data
    ]
    assert found == []
    assert traces(team.workspace, words) == []
    team.run("backup", "--out", tmp_path / "later.zip")
    assert traces(tmp_path, words) == [one for one in traces(tmp_path, words) if "/ws/" in one[0]]
    assert team.run("audit", "verify").out.startswith("Consistent")
    assert team.run("audit", "replay", "--json").json["differences"] == []


def test_an_erased_record_verifies_its_proofs_hold_and_replay_names_the_event(
    reviewed: Terminal, tmp_path: Path
) -> None:
    name = candidate(reviewed)[0]
    who = next(one["person"] for one in reviewed.run("person", "list", "--json").json if one["name"] == name)
    before = tmp_path / "before.json"
    reviewed.run("audit", "proof", "C-0001", "--out", before)
    note = tmp_path / "before.note"
    shutil.copy(sorted((reviewed.workspace / "checkpoints").glob("*.note"))[-1], note)
    event = reviewed.run("erasure", "approve", ask(reviewed, "Nadia"), "--json", acting="H-2").json["event"]
    assert reviewed.run("audit", "verify", "--since", note).out.startswith("Consistent: ")
    key = reviewed.workspace / "keys" / "record.pub"
    assert reviewed.run("audit", "verify", before, "--key", key).out.startswith("Consistent: ")
    after = tmp_path / "after.zip"
    reviewed.run("export", "C-0001", "--as", "auditor", "--format", "zip", "--out", after, "--actor", "H-1")
    said = reviewed.run("audit", "verify", after, "--key", key, "--since", note).out
    assert said.startswith("Consistent: ") and f"erased by event {event}" in said
    replayed = reviewed.run("audit", "replay", "--json").json
    assert replayed["differences"] == []
    assert replayed["erased"] == 3
    shown = reviewed.run("person", "list", "--json").json
    assert [one["name"] for one in shown if one["person"] == who] == [f"erased by event {event}"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("delete from payload where field = 'vote'", "the payload vote is missing and no event erased it"),
        (
            "update payload set erased = 9, body = '', salt = null where field = 'vote'",
            "the payload vote is gone, and event 9 did not erase it",
        ),
        (
            "insert into tombstone select import_seq, \"row\", field, '00', 9 from fact limit 1",
            "1 tombstones name it, and it erased nothing",
        ),
    ],
)
def test_what_is_gone_without_an_event_is_tampering(reviewed: Terminal, change: str, told: str) -> None:
    edit(reviewed.workspace, lambda database: database.execute(change))
    assert told in reviewed.run("audit", "verify", code=1).out


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("update payload set body = '\"back\"' where erased is not null", "something is left"),
        ("update payload set erased = null, salt = '00', body = '1' where erased is not null", "and is back"),
        ("delete from tombstone where rowid = (select max(rowid) from tombstone)", "tombstones name it"),
        ("update tombstone set commitment = substr(commitment, 2) || '0'", "its tombstones are others"),
        ("update tombstone set commitment = 'zz'", "its tombstones are others"),
        ("update person set name = 'Nadia' where name like 'erased%'", "whom this erased"),
        (
            "update person set event = 2 where name like 'erased%'",
            "is in the directory, and no import entered",
        ),
    ],
)
def test_an_erasure_that_is_tampered_with_shows(reviewed: Terminal, change: str, told: str) -> None:
    reviewed.run("erasure", "approve", ask(reviewed, "Nadia"), acting="H-2")
    edit(reviewed.workspace, lambda database: database.execute(change))
    assert told in reviewed.run("audit", "verify", "--json", code=1).out


def test_two_people_erase_and_neither_is_the_one_it_is_about(reviewed: Terminal) -> None:
    number = ask(reviewed, "Nadia", acting=CANDIDATE)
    refused = reviewed.run("erasure", "approve", number, acting=CANDIDATE, code=3).err
    assert "Whoever acts may not approve an erasure: it is about them." in refused
    assert (
        "Only hr may approve an erasure."
        in reviewed.run("erasure", "approve", number, acting="H-3", code=3).err
    )
    again = reviewed.run("erasure", "request", "Nadia", "--because", "x", acting="H-1", code=4).err
    assert again == f"Event {number} asks for this already; `rung erasure approve {number}`.\n"
    reviewed.run("erasure", "decline", number, "--because", "Not yet", acting="H-1")
    assert (
        f"Request {number} was declined"
        in reviewed.run("erasure", "approve", number, acting="H-1", code=4).err
    )
    number = ask(reviewed, "Nadia")
    refused = reviewed.run("erasure", "approve", number, acting="H-1", code=3).err
    assert "they asked for it themselves, and a second person approves" in refused
    assert reviewed.run("audit", "verify").out.startswith("Consistent")
    reviewed.run("erasure", "approve", number, acting="H-2")
    states = [one["state"] for one in reviewed.run("erasure", "list", "--json").json]
    assert states == ["declined", "approved"]
    assert "was approved by event" in reviewed.run("erasure", "approve", number, acting="H-2", code=4).err
    assert reviewed.run("erasure", "approve", 2, acting="H-2", code=2).err == (
        "No event 2 asks for an erasure; `rung erasure list` shows those there are.\n"
    )


def test_the_last_holder_of_hr_is_not_erased(company: Terminal) -> None:
    number = ask(company, "H-1", acting="H-1")
    assert "it is about them" in company.run("erasure", "approve", number, acting="H-1", code=3).err


def test_a_name_that_stands_elsewhere_is_pointed_out(reviewed: Terminal) -> None:
    run = reviewed.run
    name = candidate(reviewed)[0]
    said = run(
        "nominate",
        "H-11",
        "--to",
        "sales-manager",
        "--because",
        f"Better than {name}",
        acting="H-1",
        code=None,
    )
    if said.code:
        pytest.skip("the small company has nobody else to nominate")
    told = run("erasure", "request", "Nadia", "--because", "x", acting="H-1").out
    assert "their name also stands in " in told and ":because, which this does not reach" in told
