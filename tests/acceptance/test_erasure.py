"""Erasure by two people: no trace of what was erased, proofs that still hold, and what stands against it."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from terms.canonical import Json
from tests.acceptance.conftest import calibrate
from tests.acceptance.tampering import body, edit, rebuild
from tests.acceptance.terminal import Terminal
from tests.acceptance.test_letter import post

WORDS = ("Quixotic-letter", "Zephyrine-reason", "Vermilion-vote", "Marzipan-note", "Obsidian-ground")
CANDIDATE = "H-10"


@pytest.fixture(scope="module")
def once(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("erasing") / "ws"
    shutil.copytree(made, root)
    held = post(Terminal(root))
    run = held.run
    run("import", "people", people(root.parent), acting="H-1")
    run("nominate", "Nadia", "--to", "senior-ae", "--because", WORDS[1], acting="H-6")
    run("case", "step", "C-0001", "open_evidence", acting="H-6")
    run("evidence", "add", "C-0001", "--kind", "customer-letter", "--text", WORDS[0], acting="H-6")
    run("case", "step", "C-0001", "freeze_file", acting="H-6")
    members = [word for one in ("H-3", "H-4", "H-5") for word in ("--member", one)]
    run("session", "open", "--title", "Autumn", "--chair", "H-3", *members, "--quorum", "3", acting="H-1")
    run("session", "add", "S-0001", "C-0001", acting="H-3")
    for member in ("H-3", "H-4", "H-5"):
        run("session", "score", "S-0001", "C-0001", "deal-complexity=4", acting=member)
    run("session", "reveal", "S-0001", "C-0001", acting="H-3")
    for member in ("H-3", "H-4", "H-5"):
        run("session", "vote", "S-0001", "C-0001", "yes", "--because", WORDS[2], acting=member)
    run("session", "reveal", "S-0001", "C-0001", acting="H-3")
    run("session", "close", "S-0001", acting="H-3")
    run("decide", "C-0001", "promoted", "--because", WORDS[4], acting="H-2")
    for form in ("html", "zip"):
        run("export", "C-0001", "--as", "auditor", "--format", form, "--actor", "H-1")
    return root


def people(folder: Path) -> Path:
    """Returns a people file that gives the role hr to a second person, so that two can erase."""
    text = (Path(__file__).resolve().parents[2] / "examples" / "halden" / "people.csv").read_text()
    head, *rows = text.splitlines()
    at = head.split(",").index("roles")
    for n, row in enumerate(rows):
        cells = row.split(",")
        if cells[0] == "H-2":
            cells[at] = ";".join([*filter(None, cells[at].split(";")), "hr"])
            rows[n] = ",".join(cells)
    file = folder / "people.csv"
    file.write_text("\n".join([head, *rows]) + "\n")
    return file


@pytest.fixture
def held(once: Path, tmp_path: Path) -> Terminal:
    """Returns a company with a decided case and two people of hr, in a workspace of this test's own."""
    shutil.copytree(once, tmp_path / "ws")
    return Terminal(tmp_path / "ws", datetime(2026, 10, 16, 8, tzinfo=UTC))


def candidate(held: Terminal) -> tuple[str, ...]:
    """Returns what the directory says of the candidate."""
    with sqlite3.connect(held.workspace / "rung.db") as database:
        row = database.execute("select name, email, hr_id from person where name like 'Nadia%'").fetchone()
    database.close()
    return tuple(row)


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Returns every file below a folder, a zip's members unpacked among them."""
    found: dict[str, bytes] = {}
    for path in folder.rglob("*"):
        if path.is_file():
            found[str(path)] = path.read_bytes()
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as packed:
                    found |= {f"{path}/{name}": packed.read(name) for name in packed.namelist()}
    return found


def traces(folder: Path, words: tuple[str, ...]) -> list[tuple[str, str]]:
    return [
        (file, word) for file, held in bytes_of(folder).items() for word in words if word.encode() in held
    ]


def ask(held: Terminal, *words: object, acting: str = "H-1") -> int:
    """Returns the number of a request for an erasure."""
    said = held.run("erasure", "request", *words, "--because", "She asked for it", "--json", acting=acting)
    return int(said.json["request"])


def test_no_trace_of_what_was_erased_is_left_in_any_file_or_later_export(
    held: Terminal, tmp_path: Path
) -> None:
    name, email, hr_id = candidate(held)
    who = next(one["person"] for one in held.run("person", "list", "--json").json if one["name"] == name)
    words = (*(one for one in WORDS if one != "Marzipan-note"), name, email)
    found = {word for _, word in traces(held.workspace, words)}
    assert found == set(words)
    with sqlite3.connect(held.workspace / "rung.db") as database:
        facts = database.execute(
            "select count(*) from fact where person = (select id from person where name = ?)", (name,)
        ).fetchone()[0]
    database.close()
    number = ask(held, "Nadia")
    said = held.run("erasure", "approve", number, "--json", acting="H-2").json
    assert (said["facts"], said["people"]) == (facts, 1)
    assert sorted(one for one in said["remarks"]) == [
        "taken away: exports/C-0001-auditor.html",
        "taken away: exports/C-0001-auditor.zip",
    ]
    assert traces(held.workspace, words) == []
    assert f'"{hr_id}"'.encode() not in b"".join(bytes_of(held.workspace).values())
    out = tmp_path / "later"
    out.mkdir()
    for variant in ("candidate", "committee", "auditor"):
        for form in ("html", "md", "json", "zip"):
            file = out / f"{variant}.{form}"
            held.run("export", "C-0001", "--as", variant, "--format", form, "--out", file, "--actor", "H-1")
    held.run("audit", "proof", "--all", "--out", out / "all.json")
    held.run("subject", "export", who, "--out", out / "subject.json", acting="H-1")
    held.run("backup", "--out", out / "backup.zip")
    assert traces(out, words) == []
    assert f"erased by event {said['event']}".encode() in (out / "auditor.json").read_bytes()
    told = held.run("case", "show", "C-0001").out + held.run("audit", "log", "--json").out
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
    held: Terminal, tmp_path: Path, postgres_url: str
) -> None:
    name, email, hr_id = candidate(held)
    words = (*(one for one in WORDS if one != "Marzipan-note"), name, email)
    held.run("backup", "--out", tmp_path / "kept.zip")
    held.run("restore", tmp_path / "kept.zip", tmp_path / "team", "--database", postgres_url)
    (tmp_path / "kept.zip").unlink()
    with (tmp_path / "team" / "rung.toml").open("a", encoding="utf-8") as settings:
        settings.write("trust_asserted = true\n")
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
    held: Terminal, tmp_path: Path
) -> None:
    name = candidate(held)[0]
    who = next(one["person"] for one in held.run("person", "list", "--json").json if one["name"] == name)
    before = tmp_path / "before.json"
    held.run("audit", "proof", "C-0001", "--out", before)
    note = tmp_path / "before.note"
    shutil.copy(sorted((held.workspace / "checkpoints").glob("*.note"))[-1], note)
    event = held.run("erasure", "approve", ask(held, "Nadia"), "--json", acting="H-2").json["event"]
    assert held.run("audit", "verify", "--since", note).out.startswith("Consistent: ")
    key = held.workspace / "keys" / "record.pub"
    assert held.run("audit", "verify", before, "--key", key).out.startswith("Consistent: ")
    after = tmp_path / "after.zip"
    held.run("export", "C-0001", "--as", "auditor", "--format", "zip", "--out", after, "--actor", "H-1")
    said = held.run("audit", "verify", after, "--key", key, "--since", note).out
    assert said.startswith("Consistent: ") and f"erased by event {event}" in said
    replayed = held.run("audit", "replay", "--json").json
    assert replayed["differences"] == []
    assert replayed["erased"] == 3
    shown = held.run("person", "list", "--json").json
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
def test_what_is_gone_without_an_event_is_tampering(held: Terminal, change: str, told: str) -> None:
    edit(held.workspace, lambda database: database.execute(change))
    assert told in held.run("audit", "verify", code=1).out


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("update payload set body = '\"back\"' where erased is not null", "something is left"),
        ("update payload set erased = null, salt = '00', body = '1' where erased is not null", "and is back"),
        ("delete from tombstone where rowid = (select max(rowid) from tombstone)", "tombstones name it"),
        ("update tombstone set commitment = substr(commitment, 2) || '0'", "its tombstones are others"),
    ],
)
def test_an_erasure_that_is_tampered_with_shows(held: Terminal, change: str, told: str) -> None:
    held.run("erasure", "approve", ask(held, "Nadia"), acting="H-2")
    edit(held.workspace, lambda database: database.execute(change))
    assert told in held.run("audit", "verify", "--json", code=1).out


def test_two_people_erase_and_neither_is_the_one_it_is_about(held: Terminal) -> None:
    number = ask(held, "Nadia", acting=CANDIDATE)
    refused = held.run("erasure", "approve", number, acting=CANDIDATE, code=3).err
    assert "Whoever acts may not approve an erasure: it is about them." in refused
    assert (
        "Only hr may approve an erasure." in held.run("erasure", "approve", number, acting="H-3", code=3).err
    )
    again = held.run("erasure", "request", "Nadia", "--because", "x", acting="H-1", code=4).err
    assert again == f"Event {number} asks for this already; `rung erasure approve {number}`.\n"
    held.run("erasure", "decline", number, "--because", "Not yet", acting="H-1")
    assert (
        f"Request {number} was declined" in held.run("erasure", "approve", number, acting="H-1", code=4).err
    )
    number = ask(held, "Nadia")
    refused = held.run("erasure", "approve", number, acting="H-1", code=3).err
    assert "they asked for it themselves, and a second person approves" in refused
    assert held.run("audit", "verify").out.startswith("Consistent")
    held.run("erasure", "approve", number, acting="H-2")
    states = [one["state"] for one in held.run("erasure", "list", "--json").json]
    assert states == ["declined", "approved"]
    assert "was approved by event" in held.run("erasure", "approve", number, acting="H-2", code=4).err
    assert held.run("erasure", "approve", 2, acting="H-2", code=2).err == (
        "No event 2 asks for an erasure; `rung erasure list` shows those there are.\n"
    )


def rewritten(held: Terminal, seq: int, **changed: Json) -> list[str]:
    """Returns what replay tells once an entry was rewritten by somebody who made every hash fit."""

    def change(database: sqlite3.Connection) -> None:
        body(database, seq, **changed)
        rebuild(database)

    edit(held.workspace, change)
    assert "are not those that were signed" in held.run("audit", "verify", "--json", code=1).out
    said = held.run("audit", "replay", "--json", code=1).json
    return [
        f"{one['seq']}, {one['what']}: {one['stored']}, not {one['derived']}" for one in said["differences"]
    ]


def last(held: Terminal, kind: str) -> dict[str, Json]:
    """Returns the last event of a type."""
    found: dict[str, Json] = held.run("audit", "log", "--type", kind, "--json").json[-1]
    return found


@pytest.mark.parametrize("field", ["actor", "acting_for"])
def test_replay_tells_an_erasure_that_one_person_asked_for_and_approved(held: Terminal, field: str) -> None:
    number = ask(held, "Nadia")
    held.run("erasure", "approve", number, acting="H-2")
    asked, approved = last(held, "ErasureRequested"), last(held, "ErasureApproved")
    assert rewritten(held, int(str(approved["seq"])), **{field: asked["actor"]}) == [
        f"{approved['seq']}, who asked for the erasure: the same person, not another person"
    ]


def test_replay_tells_an_erasure_that_its_subject_approved_or_nobody_asked_for(held: Terminal) -> None:
    number = ask(held, "Nadia")
    held.run("erasure", "approve", number, acting="H-2")
    approved = last(held, "ErasureApproved")
    subject, data = approved["about"], approved["data"]
    assert isinstance(subject, list) and isinstance(data, dict)
    seq = int(str(approved["seq"]))
    assert rewritten(held, seq, actor=subject[0], data={**data, "request": 2}) == [
        f"{seq}, who asked for the erasure: nobody, not another person",
        f"{seq}, who approved the erasure: the person it is about, not another person",
    ]


@pytest.mark.parametrize("of", [("Nadia",), ("--case", "C-0001")])
@pytest.mark.parametrize("erased", [("Nadia",), ("--case", "C-0001")])
def test_replay_tells_an_erasure_of_what_was_held(
    held: Terminal, of: tuple[str, ...], erased: tuple[str, ...]
) -> None:
    said = held.run("hold", "place", *of, "--because", "A claim", acting="H-1").out
    hold = int(said.split("event ")[1].split(";")[0])
    held.run("hold", "lift", hold, "--because", "Settled", acting="H-1")
    held.run("erasure", "approve", ask(held, *erased), acting="H-2")
    assert held.run("audit", "replay", "--json").json["differences"] == []
    lifted, approved = last(held, "HoldLifted"), last(held, "ErasureApproved")
    told = f"{approved['seq']}, what it erased: erased, not held by event {hold}"
    assert rewritten(held, int(str(lifted["seq"])), data={"hold": 2}) == [told]


def test_a_legal_hold_blocks_erasure_until_it_is_lifted(held: Terminal) -> None:
    said = held.run("hold", "place", "--case", "C-0001", "--because", "A claim", acting="H-1").out
    hold = int(said.split("event ")[1].split(";")[0])
    number = ask(held, "Nadia")
    told = f"A legal hold stands, placed by event {hold}; it is lifted first. [hold]"
    assert told in held.run("erasure", "approve", number, acting="H-2", code=3).err
    seq = held.run("audit", "log", "--case", "C-0001", "--json").json[0]["seq"]
    text = held.run("erasure", "request", "--event", f"{seq}:because", "--because", "x", acting="H-1").out
    assert f"not yet: A legal hold stands, placed by event {hold}" in text
    assert (
        "it is about them" in held.run("hold", "lift", hold, "--because", "x", acting=CANDIDATE, code=3).err
    )
    held.run("hold", "lift", hold, "--because", "Settled", acting="H-1")
    assert held.run("hold", "lift", hold, "--because", "x", acting="H-1", code=4).err.startswith(
        f"The hold of event {hold} was lifted by event "
    )
    held.run("erasure", "approve", number, acting="H-2")


def test_retention_counts_from_the_later_of_record_and_action(held: Terminal) -> None:
    held.run("retention", "set", 12, "--because", "HR-7", acting="H-1")
    listed = held.run("retention", "list", "--json").json
    (case,) = listed["files"]
    assert case["kept_until"] == "2027" + max(case["recorded"], case["action"])[4:]
    number = ask(held, "--case", "C-0001")
    told = (
        f"It is kept until {case['kept_until']}: 12 months from the later of record and action. [retention]"
    )
    assert told in held.run("erasure", "approve", number, acting="H-2", code=3).err
    assert held.run("retention", "list", "--due", "--json").json["files"] == []
    later = Terminal(held.workspace, datetime(2027, 12, 1, tzinfo=UTC))
    assert [one["case"] for one in later.run("retention", "list", "--due", "--json").json["files"]] == [
        "C-0001"
    ]
    said = later.run("erasure", "approve", number, "--json", acting="H-2").json
    assert (said["facts"], said["people"]) == (0, 0)
    assert traces(later.workspace, WORDS) == []
    assert later.run("audit", "verify").out.startswith("Consistent")


def test_an_open_case_stands_against_erasing_its_person_and_a_single_text_can_go(
    company: Terminal, tmp_path: Path
) -> None:
    company.run("import", "people", people(tmp_path), acting="H-1")
    calibrate(company)
    number = ask(company, "Nadia")
    assert "C-0001 is open; decide or withdraw it first. [erase:open]" in (
        company.run("erasure", "approve", number, acting="H-2", code=3).err
    )
    seq = company.run("audit", "log", "--case", "C-0001", "--json").json[0]["seq"]
    several = company.run("erasure", "request", "--event", seq, "--because", "x", acting="H-1", code=2).err
    assert several == f"Event {seq} keeps several texts; name one: {seq}:because, {seq}:readiness.\n"
    derived = company.run(
        "erasure", "request", "--event", f"{seq}:readiness", "--because", "x", acting="H-1", code=2
    )
    assert "is no text that somebody wrote" in derived.err
    event = company.run(
        "erasure", "approve", ask(company, "--event", f"{seq}:because"), "--json", acting="H-2"
    ).json["event"]
    assert f"erased by event {event}" in company.run("case", "show", "C-0001", "--json").out
    assert company.run("audit", "verify").code == 0 if (company.workspace / "checkpoints").exists() else 5
    assert company.run("audit", "replay", "--json").json["differences"] == []


def test_the_last_holder_of_hr_is_not_erased(company: Terminal) -> None:
    number = ask(company, "H-1", acting="H-1")
    assert "it is about them" in company.run("erasure", "approve", number, acting="H-1", code=3).err


def test_a_subject_reads_all_that_is_kept_about_them_and_nobody_else(held: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "subject.json"
    refused = held.run("subject", "export", "Nadia", "--out", file, acting="H-3", code=3).err
    assert "Only subject or hr may export a subject." in refused and not file.exists()
    held.run("subject", "export", "Nadia", "--out", file, acting=CANDIDATE)
    text = file.read_text()
    own = candidate(held)
    assert all(word in text for word in (*own, WORDS[0], WORDS[1], WORDS[2], WORDS[4]))
    with sqlite3.connect(held.workspace / "rung.db") as database:
        others = database.execute(
            "select id, name, email, hr_id from person where name <> ?", (own[0],)
        ).fetchall()
        facts = database.execute(
            "select count(*) from fact where person = (select id from person where name = ?)", (own[0],)
        ).fetchone()[0]
    database.close()
    for other in others:
        for word in other:
            assert f'"{word}"' not in text and f" {word} " not in text, word
    assert len(json.loads(text)["facts"]) == facts
    last = held.run("audit", "log", "--last", 1, "--json").json[0]
    assert last["type"] == "SubjectExported"
    assert held.run("audit", "verify").out.startswith("Consistent")


def test_a_name_that_stands_elsewhere_is_pointed_out(held: Terminal) -> None:
    run = held.run
    name = candidate(held)[0]
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
