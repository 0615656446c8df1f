"""A calendar feed, read back by the library: what is due stands in it, changes and ends show, nobody else's does."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from tests.acceptance.terminal import Terminal
from tests.acceptance.test_round import ROUND, planned

HR, CHAIR, MEMBER, MANAGER, CANDIDATE = "H-1", "H-3", "H-4", "H-6", "H-10"


def feed(terminal: Terminal, who: str) -> dict[str, Any]:
    """Returns somebody's entries by what they say."""
    file = terminal.workspace / "me.ics"
    terminal.run("calendar", who, "--out", file, acting=who)
    data = file.read_bytes()
    file.unlink()
    assert all(len(line) <= 75 for line in data.split(b"\r\n")) and b"\n" not in data.replace(b"\r\n", b"")
    held = Calendar.from_ical(data)
    assert (held["version"], held["method"], held["prodid"]) == ("2.0", "PUBLISH", "-//Rung//Rung//EN")
    found = {str(one["summary"]): one for one in held.walk("VEVENT")}
    for one in found.values():
        assert one.errors == [] and {"UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "STATUS"} <= set(one)
        assert one.decoded("dtend") > one.decoded("dtstart") and type(one.decoded("dtstart")) is date
    return found


def told(terminal: Terminal, who: str) -> list[str]:
    return [name for name, one in feed(terminal, who).items() if one["status"] == "CONFIRMED"]


def test_a_judge_finds_their_session_and_task_with_alarms_ahead(calibrating: Terminal) -> None:
    mine = feed(calibrating, MEMBER)
    assert list(mine) == ["S-0001: calibration session", "C-0001: score it (for senior-ae)"]
    task = mine["C-0001: score it (for senior-ae)"]
    assert (task.decoded("dtstart"), task.decoded("dtend")) == (date(2026, 11, 14), date(2026, 11, 15))
    assert [one.decoded("trigger") for one in task.walk("VALARM")] == [timedelta(days=-3)]
    session = mine["S-0001: calibration session"]
    assert [one.decoded("trigger").days for one in session.walk("VALARM")] == [-3, -1]
    assert list(feed(calibrating, "H-7")) == ["S-0001: calibration session (as an alternate)"]


def test_the_same_things_give_the_same_bytes(calibrating: Terminal) -> None:
    one, other = (calibrating.run("calendar", MEMBER, acting=MEMBER).out for _ in range(2))
    assert one == other


def test_what_is_done_is_cancelled_and_what_comes_back_is_the_same_entry(calibrating: Terminal) -> None:
    run, name = calibrating.run, "C-0001: score it (for senior-ae)"
    first = feed(calibrating, MEMBER)[name]
    run("session", "score", "S-0001", "C-0001", "deal-complexity=4", acting=MEMBER)
    gone = {str(one["uid"]): one for one in feed(calibrating, MEMBER).values()}[str(first["uid"])]
    assert (gone["status"], gone["sequence"], first["sequence"]) == ("CANCELLED", 1, 0)
    assert gone.decoded("dtstart") == first.decoded("dtstart") and str(gone["summary"]) == "No longer due"
    assert gone.decoded("dtstamp") > first.decoded("dtstamp") and gone.walk("VALARM") == []
    calibrating.today += timedelta(days=61)
    assert str(first["uid"]) not in {str(one["uid"]) for one in feed(calibrating, MEMBER).values()}


def test_a_day_that_moves_raises_the_sequence_of_the_same_entry(company: Terminal) -> None:
    run = company.run
    text = (
        "--to",
        "senior-ae",
        "--gap",
        "deal-complexity",
        "--kind",
        "shadowing",
        "--text",
        "Learn",
        "--owner",
        CANDIDATE,
    )
    run("plan", "add", "Nadia", *text, "--due", "2026-12-01", acting=MANAGER)
    name = "A-0001: an action of a development plan is due"
    first = feed(company, CANDIDATE)[name]
    run("plan", "postpone", "A-0001", "--due", "2027-01-15", "--because", "Ill", acting=CANDIDATE)
    later = feed(company, CANDIDATE)[name]
    assert later["uid"] == first["uid"] and (first["sequence"], later["sequence"]) == (0, 1)
    assert later.decoded("dtstart") == date(2027, 1, 15)


def test_the_candidates_calendar_knows_of_a_decision_only_once_they_are_told(company: Terminal) -> None:
    because = ("--because", "Shown")
    company.walk("Nadia", "senior-ae", hr=HR, chair=CHAIR, panel=("H-3", "H-4", "H-5"), decider="H-2")
    assert told(company, CANDIDATE) == []
    theirs = told(company, MANAGER)
    assert theirs == ["C-0001: senior-ae takes effect", "C-0001: tell the candidate (for senior-ae)"]
    company.run("case", "tell", "C-0001", *because, acting=MANAGER)
    assert told(company, MANAGER) == told(company, CANDIDATE) == ["C-0001: senior-ae takes effect"]


def test_the_days_of_a_round_stand_in_the_calendars_of_those_whom_it_concerns(
    company: Terminal, tmp_path: Path
) -> None:
    planned(company, tmp_path / "round.yaml", ROUND)
    closing = "autumn-2026-12: nominations close"
    assert told(company, MANAGER) == [closing] and told(company, CANDIDATE) == []
    company.run("nominate", "Nadia", "--to", "senior-ae", "--because", "Ready", acting=MANAGER)
    theirs = told(company, CANDIDATE)
    assert theirs == ["autumn-2026-12: files are frozen", "autumn-2026-12: decisions are told by"]
    assert set(told(company, MANAGER)) >= {closing, *theirs}
    assert feed(company, MANAGER)[closing].decoded("dtstart") == date(2026, 10, 20)


def test_nobody_gets_another_persons_calendar(calibrating: Terminal) -> None:
    for reader in (HR, CHAIR, MANAGER):
        refused = calibrating.run("calendar", MEMBER, acting=reader, code=3)
        assert refused.err == (
            "Not allowed: read a calendar, P-0004.\n"
            "  - Only owner may read a calendar. [permit:read a calendar]\n"
        )
    assert "score" not in calibrating.run("calendar", CANDIDATE, acting=CANDIDATE).out


def test_a_delegation_stands_in_both_calendars_from_its_first_to_its_last_day(company: Terminal) -> None:
    company.run("delegate", "give", "H-2", "--until", "2026-10-20", "--because", "Away", acting=HR)
    for who, said in ((HR, "Somebody acts for you: Dario Conti"), ("H-2", "You act for Hedda Rask")):
        one = feed(company, who)[said]
        assert (one.decoded("dtstart"), one.decoded("dtend")) == (date(2026, 10, 15), date(2026, 10, 21))


def test_a_calendar_replaces_a_calendar_and_no_other_file(calibrating: Terminal, tmp_path: Path) -> None:
    out = tmp_path / "me.ics"
    for _ in range(2):
        said = calibrating.run("calendar", MEMBER, "--out", out, acting=MEMBER).out
        assert said == f"The calendar of Petter Vik: {out} (2 entries)\n"
    assert out.stat().st_mode & 0o077 == 0
    out.write_text("notes", encoding="utf-8")
    assert calibrating.run("calendar", MEMBER, "--out", out, acting=MEMBER, code=4).err == (
        f"{out} is there already and no calendar; write elsewhere with --out.\n"
    )
    assert out.read_text(encoding="utf-8") == "notes"
    shown = calibrating.run("calendar", MEMBER, "--json", acting=MEMBER).json
    assert [one["day"] for one in shown] == ["2026-10-15", "2026-11-14"]


@pytest.mark.parametrize("name", ["Tab\tIlla", "Semi; Colon, Comma\\", "BEGIN:VEVENT"])
def test_no_name_breaks_out_of_its_line(company: Terminal, name: str, tmp_path: Path) -> None:
    text = (Path(__file__).resolve().parents[2] / "examples" / "halden" / "people.csv").read_text()
    file = tmp_path / "people.csv"
    file.write_text(text.replace("Dario Conti", f'"{name}"'), encoding="utf-8")
    company.run("import", "people", file, acting=HR)
    company.run("delegate", "give", "H-2", "--until", "2026-10-20", "--because", "Away", acting=HR)
    assert len(feed(company, HR)) == 1
