"""Personal tokens at the terminal: who is issued one by whom, how it ends, and what it proves."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.acceptance.conftest import EXAMPLES
from tests.acceptance.terminal import Terminal

WHO = ("Nadia", "--to", "senior-ae", "--because", "Ready")


def secret(terminal: Terminal, who: str, *more: str, acting: str = "H-1") -> str:
    """Returns the secret of a new token for somebody, issued by HR."""
    return str(terminal.run("token", "issue", who, "--json", *more, acting=acting).json["secret"])


def test_a_token_is_shown_once_and_neither_record_nor_database_holds_it(company: Terminal) -> None:
    said = company.run("token", "issue", "H-6", "--for-days", "30", "--note", "Laptop", acting="H-1").out
    told, shown = said.splitlines()
    assert told == "T-0001 is Milo Brandt's, until the end of 2026-11-14. It is shown this once:"
    assert re.fullmatch(r"rung_[A-Za-z0-9_-]{43}", shown)
    for file in company.workspace.rglob("*"):
        assert not file.is_file() or shown[5:].encode() not in file.read_bytes(), file
    (event,) = company.run("audit", "log", "--type", "TokenIssued", "--json").json
    assert event["rule"] == "permit:issue a token:hr" and "Laptop" not in str(event)
    (listed,) = company.run("token", "list", "--json", acting="H-1").json
    assert (listed["person"], listed["state"], listed["note"]) == ("P-0006", "valid", "Laptop")
    assert company.run("audit", "replay").out.endswith("Nothing differs.\n")


def test_a_token_proves_who_acts_and_the_record_says_so(
    company: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RUNG_TOKEN", secret(company, "H-6"))
    company.run("nominate", *WHO)
    (event,) = company.run("audit", "log", "--type", "CaseNominated", "--json").json
    assert event["authenticated"] == "token"
    assert company.run("case", "withdraw", "C-0001", "--because", "No", acting="H-2", code=3).err == (
        "The token is P-0006's, and P-0002 is named; leave the name out.\n"
    )
    file = tmp_path / "token"
    monkeypatch.delenv("RUNG_TOKEN")
    file.write_text(secret(company, "H-10") + "\n")
    monkeypatch.setenv("RUNG_TOKEN_FILE", str(file))
    assert "Only nominator or manager" not in company.run("track", "reverse", "--because", "No").out
    monkeypatch.setenv("RUNG_TOKEN_FILE", str(tmp_path / "none"))
    assert company.run("queue", code=2).err == (
        f"{tmp_path / 'none'} (RUNG_TOKEN_FILE) cannot be read; write the token into it.\n"
    )


def test_a_token_ends_by_its_day_by_a_word_and_is_told(
    company: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = secret(company, "H-6", "--for-days", "2")
    monkeypatch.setenv("RUNG_TOKEN", mine)
    later = Terminal(company.workspace, datetime(2026, 10, 17, 23, 59, tzinfo=UTC))
    assert later.run("queue").out == "Nothing waits for you.\n"
    over = Terminal(company.workspace, datetime(2026, 10, 18, 0, 1, tzinfo=UTC))
    assert over.run("queue", code=3).err == ("The token T-0001 ended on 2026-10-17; ask HR for another.\n")
    other = company.run("token", "issue", "--json").json
    assert other["person"] == "P-0006", "whoever shows a token issues their own"
    company.run("token", "revoke", "T-0001")
    assert company.run("queue", code=3).err == (
        "The token T-0001 was revoked on 2026-10-15; ask HR for another.\n"
    )
    monkeypatch.setenv("RUNG_TOKEN", other["secret"])
    assert (
        company.run("token", "revoke", "T-0001", code=3).err == "T-0001 was revoked on 2026-10-15 already.\n"
    )
    assert [one["state"] for one in company.run("token", "list", "--json").json] == ["revoked", "valid"]
    monkeypatch.setenv("RUNG_TOKEN", "rung_" + "A" * 43)
    assert company.run("queue", code=3).err == (
        "This token is not known here; ask HR for one (`rung token issue`).\n"
    )


def test_nobody_issues_or_revokes_for_another_but_hr(
    company: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = company.run("token", "issue", "H-10", acting="H-6", code=3).err
    assert asked == (
        "Not allowed: issue a token, P-0008.\n"
        "  - Only hr or proven owner may issue a token. [permit:issue a token]\n"
    )
    assert company.run("token", "issue", acting="H-6", code=3).err.startswith(
        "Not allowed: issue a token, P-0006"
    )
    secret(company, "H-10")
    company.run("delegate", "give", "H-6", "--until", "2026-11-30", "--because", "Away", acting="H-1")
    monkeypatch.setenv("RUNG_TOKEN", secret(company, "H-6"))
    theirs = (("issue", "H-10"), ("revoke", "T-0001"))
    for words in (*theirs, *((*one, "--for", "H-1") for one in theirs)):
        assert company.run("token", *words, code=3).err.startswith("Not allowed: "), words
    assert company.run("token", "issue", "--for-days", "900", code=2).err == (
        "A token for 900 days is not possible; write 1 to 366.\n"
    )


def test_the_token_of_somebody_erased_opens_nothing(
    company: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = secret(company, "H-13", "--note", "For Joel's phone")
    request = company.run("erasure", "request", "H-13", "--because", "Left", "--json", acting="H-1").json
    hr = company.workspace / "hr.csv"
    hr.write_text("hr_id,name,roles\nH-2,Dario Conti,decider;hr\n")
    company.run("import", "people", hr, acting="H-1")
    company.run("erasure", "approve", request["request"], acting="H-2")
    monkeypatch.setenv("RUNG_TOKEN", mine)
    assert company.run("queue", code=3).err.startswith("This token is not known here")
    monkeypatch.delenv("RUNG_TOKEN")
    (listed,) = company.run("token", "list", "--json", acting="H-1").json
    assert "Joel" not in str(listed)


def test_a_token_put_into_the_table_by_hand_is_one_that_the_record_does_not_lead_to(
    company: Terminal,
) -> None:
    from engine.access.token import digest
    from engine.bootstrap import open_engine

    secret(company, "H-10")
    engine = open_engine(company.workspace)
    with engine.store.write() as tx:
        made = digest("rung_mine")
        tx.connection.exec_driver_sql(
            "insert into token select 'x', 'T-0002', person, ?, issued_by, issued_on, until, null, event, null"
            " from token",
            (made,),
        )
    engine.close()
    said = company.run("audit", "replay", code=1).out
    assert "  token T-0002: stored a row, derived no row\n" in said


def test_where_a_database_is_shared_a_name_is_not_enough(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = Terminal(tmp_path / "ws")
    team.run(
        "init", team.workspace, "--name", "Halden", "--pack", "sales", "--solo", "--database", postgres_url
    )
    team.run("import", "people", EXAMPLES / "people.csv")
    asked = "The database is shared by many, so a name is not enough: set RUNG_TOKEN to your token. "
    first = asked + "Nobody has one yet; somebody of HR begins: `rung token issue PERSON --as PERSON`.\n"
    later = asked + "HR issues one: `rung token issue PERSON`.\n"
    for words in (("nominate", *WHO), ("queue",), ("case", "show", "C-0001")):
        assert team.run(*words, acting="H-6", code=3).err == first
    assert team.run("case", "list").out, "what anybody may see needs no name"
    assert team.run("token", "issue", "H-6", acting="H-6", code=3).err.startswith("Not allowed: ")
    hr = secret(team, "H-1")
    assert team.run("token", "issue", "H-6", acting="H-1", code=3).err == later
    monkeypatch.setenv("RUNG_TOKEN", hr)
    team.run("token", "issue", "H-6")
    team.run("session", "list")
    (event,) = team.run("audit", "log", "--type", "FactsImported", "--last", "1", "--json").json
    assert event["authenticated"] == "asserted", "the founder, before there was somebody of HR"
    monkeypatch.delenv("RUNG_TOKEN")
    settings = team.workspace / "rung.toml"
    settings.write_text(settings.read_text() + "trust_asserted = true\n")
    assert team.run("queue", acting="H-6").out == "Nothing waits for you.\n"
    settings.write_text(settings.read_text().replace("asserted = true", "asserted = 1"))
    assert team.run("queue", acting="H-6", code=2).err.endswith("`trust_asserted` must be true or false.\n")
