"""`rung subject export`: all that is kept about a person, and nothing of anybody else."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path

from tests.acceptance.bench import people
from tests.acceptance.conftest import calibrate
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


def test_nothing_of_others_leaks_to_whoever_is_candidate_manager_and_panel_member_under_two_accounts(
    company: Terminal, tmp_path: Path
) -> None:
    run, because = company.run, ("--because", "Ready, says Petter. SIN\u00c1 would do too.")
    rows = (
        "H-20,Ingeborg Aas,inge@halden.example,H-4,ae-2,2024-10-01,2022-03-01,West,",
        "H-21,Bo Li,bo@halden.example,H-2,,,2022-03-01,West,",
        "H-22,Sin\u00e1 Dahl,sina@halden.example,H-2,,,2022-03-01,West,",
        "H-40,Pieter Vik-Fick,pieter@elsewhere.example,H-2,,,2022-03-01,West,",
    )
    people(company, *rows, head="hr_id,name,email,manager,level,level_since,hired,team,roles")
    run("person", "join", "H-4", "H-40", "--because", "One passport", acting="H-1")
    run("nominate", "H-40", "--to", "sales-manager", *because, acting="H-2")
    run("nominate", "H-20", "--to", "senior-ae", "--because", "Ingeborg closes what Bo opens", acting="H-4")
    calibrate(company, case="C-0003")
    run("session", "score", "S-0001", "C-0003", "deal-complexity=4", "--note",
        "deal-complexity=Nadia asks nadia\u2019s own questions, as sina\u0301 does", acting="H-40")  # fmt: skip
    file = tmp_path / "subject.json"
    run("subject", "export", "H-40", "--out", file, acting="H-1")
    early = json.loads(file.read_text())
    assert "ScoresGiven" not in [one["type"] for one in early["events"]], "HR is not told who has judged"
    for member in ("H-3", "H-5"):
        run("session", "score", "S-0001", "C-0003", "deal-complexity=2", "--note",
            "deal-complexity=Quixotic judgement", acting=member)  # fmt: skip
    run("session", "reveal", "S-0001", "C-0003", acting="H-3")
    for member in ("H-3", "H-4", "H-5"):
        vote = ("session", "vote", "S-0001", "C-0003", "yes", "--because", f"Vote of {member}")
        run(*vote, acting=member)
    run("session", "reveal", "S-0001", "C-0003", acting="H-3")
    run("subject", "export", "H-4", "--out", file, "--force", acting="H-40")
    text = file.read_text()
    held = json.loads(text)
    assert [one["hr_id"] for one in held["directory"]] == ["H-4", "H-40"]
    assert [one["to"] for one in held["cases"]] == ["sales-manager"]
    told = [(one["type"], one.get("texts", {})) for one in held["events"]]
    nominated = [texts for kind, texts in told if kind == "CaseNominated"]
    assert [sorted(one) for one in nominated] == [["because", "readiness"], ["because"]], (
        "no figures of others"
    )
    assert nominated[0]["because"] == "Ready, says Petter. [another person] would do too."
    assert nominated[1]["because"] == "[another person] closes what [another person] opens"
    ((scores, vote),) = [
        (one, two)
        for kind, one in told
        if kind == "ScoresGiven"
        for other, two in told
        if other == "VoteCast"
    ]
    note = scores["scores"]["deal-complexity"]["note"]
    assert note == "[another person] asks [another person]\u2019s own questions, as [another person] does"
    assert vote["vote"] == {"vote": "yes", "because": "Vote of H-4"}
    with sqlite3.connect(company.workspace / "rung.db") as database:
        rows_of = database.execute("select id, name, email, hr_id, label from person").fetchall()
        facts = database.execute(
            "select count(*) from fact join person on person.id = fact.person where hr_id in ('H-4', 'H-40')"
        ).fetchone()[0]
    database.close()
    for who, name, email, hr_id, label in rows_of:
        if hr_id not in ("H-4", "H-40"):
            for word in (who, name, *name.split(), email, hr_id, label):
                assert not re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text, re.IGNORECASE), word
    assert "Quixotic" not in text and "Vote of H-3" not in text
    assert len(held["facts"]) == facts > 0
