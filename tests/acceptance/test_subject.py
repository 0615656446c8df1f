"""`rung subject export`: all that is kept about a person, and nothing of anybody else."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from tests.acceptance.erasing import CANDIDATE, WORDS, candidate
from tests.acceptance.terminal import Terminal


def test_a_subject_reads_all_that_is_kept_about_them_and_nobody_else(
    reviewed: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "subject.json"
    refused = reviewed.run("subject", "export", "Nadia", "--out", file, acting="H-3", code=3).err
    assert "Only subject or hr may export a subject." in refused and not file.exists()
    reviewed.run("subject", "export", "Nadia", "--out", file, acting=CANDIDATE)
    text = file.read_text()
    own = candidate(reviewed)
    assert all(word in text for word in (*own, WORDS[0], WORDS[1], WORDS[2], WORDS[4]))
    with sqlite3.connect(reviewed.workspace / "rung.db") as database:
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
    last = reviewed.run("audit", "log", "--last", 1, "--json").json[0]
    assert last["type"] == "SubjectExported"
    assert reviewed.run("audit", "verify").out.startswith("Consistent")
