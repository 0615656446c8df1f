"""A clock that stands while information is asked for: by how much, how long at most, and nothing is decided."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from terms.workday import Workdays
from tests.acceptance.bench import BECAUSE
from tests.acceptance.terminal import Terminal
from tests.acceptance.test_tick import noticed
from workflows.deadline import Span

ASK = ("case", "ask", "C-0001", "--because", "Which account renewed?")
ANSWER = ("case", "answer", "C-0001", "Q1", "--because", "The larger one")


def due(terminal: Terminal) -> str:
    return str(terminal.run("queue", "--json", acting="H-4").json[0]["due"])


def later(terminal: Terminal, days: int) -> Terminal:
    terminal.today += timedelta(days=days)
    return terminal


def test_a_question_stops_the_clock_and_the_answer_starts_it(calibrating: Terminal) -> None:
    run = calibrating.run
    assert due(calibrating) == "2026-11-14"
    later(calibrating, 1).run(*ASK, acting="H-3")
    assert due(calibrating) == "2026-11-27"
    shown = run("case", "show", "C-0001").out
    assert "  The clock stands until there is an answer, to the end of 2026-10-30 at most.\n" in shown
    later(calibrating, 4).run(*ANSWER, acting="H-6")
    assert due(calibrating) == "2026-11-17"
    question = run("case", "show", "C-0001", "--json").json["questions"][0]
    assert (question["text"], question["answer"]) == ("Which account renewed?", "The larger one")
    assert (question["on"], question["answered_on"], question["until"]) == (
        "2026-10-16",
        "2026-10-20",
        "2026-10-30",
    )
    run("audit", "replay")


def test_who_asks_is_not_of_the_candidates_side_and_who_answers_is(calibrating: Terminal) -> None:
    run = calibrating.run
    said = run(*ASK, acting="H-10", code=3)
    assert "Whoever acts may not ask for information: the case is their own." in said.err
    assert "they nominated the candidate" in run(*ASK, acting="H-6", code=3).err
    run(*ASK, acting="H-4")
    assert "Q1 waits for its answer already. [information:waits]" in run(*ASK, acting="H-3", code=3).err
    assert "may give information" in run(*ANSWER, acting="H-4", code=3).err
    run(*ANSWER, acting="H-10")
    assert "Q1 was answered on 2026-10-15. [information:answered]" in run(*ANSWER, acting="H-6", code=3).err
    for number in (2, 3):
        run(*ASK, acting="H-4")
        run("case", "answer", "C-0001", f"Q{number}", *BECAUSE, acting="H-10")
    said = run(*ASK, acting="H-4", code=3)
    assert "Information has been asked for 3 times; the definition allows 3. [information:most]" in said.err


def test_a_question_that_nobody_answers_stops_the_clock_no_longer_than_the_definition_says(
    calibrating: Terminal,
) -> None:
    calibrating.run(*ASK, acting="H-3")
    before = calibrating.run("case", "list", "--json").json
    seen = [one for _ in range(60) for one in noticed(later(calibrating, 1))]
    assert [(one["event"], one["what"], one["due"]) for one in seen] == [
        ("DeadlineReminded", "answer Q1", "2026-10-29"),
        ("DeadlineEscalated", "answer Q1", "2026-10-29"),
        ("DeadlineReminded", "leave", "2026-11-27"),
        ("DeadlineEscalated", "leave", "2026-11-27"),
    ]
    assert calibrating.run("case", "list", "--json").json == before
    calibrating.run("audit", "replay")


def test_question_and_answer_stand_in_the_packet(company: Terminal) -> None:
    company.run("nominate", "Nadia", "--to", "senior-ae", *BECAUSE, acting="H-6")
    company.run(*ASK, acting="H-1")
    company.run(*ANSWER, acting="H-10")
    file = company.workspace / "c.md"
    for variant, who in (("candidate", "H-10"), ("auditor", "H-1")):
        company.run(
            "export", "C-0001", "--as", variant, "--format", "md", "--out", file, "--force", "--actor", who
        )
        page = file.read_text(encoding="utf-8")
        assert "Information asked for (Q1); the clock stands" in page
        assert "Which account renewed?" in page and "The larger one" in page


def test_the_file_stays_frozen_while_a_question_is_answered(calibrating: Terminal) -> None:
    calibrating.run(*ASK, acting="H-3")
    calibrating.run(*ANSWER, acting="H-10")
    assert calibrating.run("case", "show", "C-0001", "--json").json["exhibits"] == []
    assert "Information asked for (Q1); the clock stands" in calibrating.run("case", "history", "C-0001").out


@given(
    start=st.dates(date(2026, 1, 1), date(2030, 1, 1)),
    length=st.sampled_from(("14 days", "10 working days", "2 months")),
    paused=st.integers(0, 40),
)
def test_a_pause_moves_a_deadline_by_as_many_working_days(start: date, length: str, paused: int) -> None:
    calendar = Workdays(country="US")
    due_ = Span(length).due(start, calendar)
    assert calendar.between(due_, Span(length).due(start, calendar, paused)) == paused
