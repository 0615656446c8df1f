"""Letters before they are anywhere: which event makes which, how their words are made, how long they wait."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.case.apply import CHANGES
from engine.letter.kind import BY_EVENT, KINDS, SILENT
from engine.letter.mail import message
from engine.letter.outbox import at
from engine.letter.setting import address_of
from engine.letter.word import Words, one_line, words

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates" / "letter"
SENDER = address_of("rung@halden.example", "Rung")
TO = address_of("nadia@halden.example", "Nadia")
CASE = {"label": "C-0001", "candidate": "Nadia", "target": "senior-ae"}
VALUES: dict[str, object] = {
    "to": "Pia", "me": "P-0005", "who": str, "label": str, "on": "2026-10-15", "workspace": "Halden", "case": CASE,
    "behalf": None, "thing": "calibration", "tasks": ["score it"], "due": "2026-11-14", "session": "S-0001",
    "held_on": "2026-10-15", "alternate": False, "giver": "Hedda", "taker": "Dario", "since": "2026-10-15",
    "until": "2026-10-20", "last": "2026-11-20", "cycle": "2026-H2", "own": True, "action": "A-0001", "of": "Nadia",
    "level": "senior-ae", "start": "2026-10-15", "interim": "I-0001",
    "question": "Q1", "item": "A-0001", "what": "action", "ballot": "vote", "chain": "X1", "relation": "hr",
}  # fmt: skip


def test_no_letter_follows_from_an_event_that_tells_by_its_time_that_somebody_judged() -> None:
    assert not set(SILENT) & set(BY_EVENT)
    assert {"DeadlineReminded", "DutyReminded"} <= set(BY_EVENT), "a deadline names all, whoever has judged"
    judging = {name for name in CHANGES if re.search("Scores?Given|VoteCast|Voided|ScoreChange", name)}
    assert judging and not judging & set(BY_EVENT)


def test_each_kind_has_its_words_and_stands_in_the_table_that_people_read() -> None:
    assert {one.name.removesuffix(".txt.j2") for one in TEMPLATES.glob("*.txt.j2")} == {*KINDS, "foot"}
    page = (ROOT / "docs" / "letters.md").read_text(encoding="utf-8")
    for one in KINDS.values():
        also = ", and whoever acts for them" if one.passed_on else ""
        assert f"| {one.name} | {', '.join(one.events)} | {one.to}{also} |\n" in page


@pytest.mark.parametrize("kind", KINDS)
def test_no_letter_of_any_kind_has_room_for_what_was_judged_or_written(kind: str) -> None:
    text = (TEMPLATES / f"{kind}.txt.j2").read_text(encoding="utf-8")
    asked = set(re.findall(r"{{ ([\w.]+)", text)) | set(re.findall(r"{% if ([\w.]+)", text))
    assert not asked - {*VALUES, *(f"case.{one}" for one in CASE)}
    made = words(kind, VALUES)
    assert made.text.startswith("Dear Pia,\n\n") and "\n" not in made.subject and made.subject
    assert made.text.endswith("that is read where you act.\n") and "{" not in made.text


@given(kind=st.sampled_from(sorted(KINDS)), name=st.text(max_size=300))
def test_whatever_somebody_is_called_a_letter_keeps_its_lines_its_headers_and_its_tags(
    kind: str, name: str
) -> None:
    odd = {
        **VALUES,
        "to": name,
        "case": {**CASE, "candidate": name},
        "giver": name,
        "taker": name,
        "of": name,
    }
    made, plain = words(kind, odd), words(kind, VALUES)
    assert made.text.count("\n") == plain.text.count("\n")
    assert re.findall("<[^>]*>", made.html) == re.findall("<[^>]*>", plain.html)
    assert SENDER is not None and TO is not None
    raw = message("id", SENDER, TO, made, at("2026-10-15T08:00:00.000000Z")).as_bytes()
    head = raw.partition(b"\r\n\r\n")[0]
    names = [line.partition(b":")[0] for line in head.split(b"\r\n") if not line.startswith(b" ")]
    assert names == [
        b"From", b"To", b"Subject", b"Date", b"Message-ID", b"Auto-Submitted", b"X-Auto-Response-Suppress",
        b"MIME-Version", b"Content-Type",
    ]  # fmt: skip


@given(text=st.text())
def test_what_is_on_one_line_has_no_end_of_line_and_no_turn_of_direction(text: str) -> None:
    held = one_line(text)
    assert held == " ".join(held.split()) and len(held.splitlines()) <= 1
    assert not re.search("[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", held)


@given(text=st.text(max_size=40))
def test_an_address_never_holds_a_second_one_or_a_line(text: str) -> None:
    found = address_of(text)
    assert found is None or (found.addr_spec.count("@") == 1 and not re.search(r"[\s,;<>]", found.addr_spec))


def test_the_same_letter_is_the_same_bytes() -> None:
    assert SENDER is not None and TO is not None
    made, moment = Words("Subject", "Text\n", "<p>Text</p>"), at("2026-10-15T08:00:00.000000Z")
    one, other = (message("id", SENDER, TO, made, moment).as_bytes() for _ in range(2))
    assert one == other
