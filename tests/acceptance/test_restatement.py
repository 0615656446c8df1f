"""A corrected fact marks the cases that rest on it, and changes nothing that was decided."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.acceptance.terminal import Terminal

HEAD = "person,metric,period_start,period_end,actual,target,unit\n"
MARK = "Decided on facts since restated; the decision stands, and an appeal may name it."


def restate(terminal: Terminal, actual: int, who: str = "H-10") -> None:
    """Imports another figure for the quarter of a person that ended last."""
    file = terminal.workspace / f"restated-{who}-{actual}.csv"
    file.write_text(f"{HEAD}{who},quota,2026-07-01,2026-10-01,{actual},300000,USD\n", encoding="utf-8")
    terminal.run("import", "attainment", file, acting="H-1")


def test_a_restated_quarter_reopens_open_readiness_and_the_freeze_takes_the_newest(company: Terminal) -> None:
    run = company.run
    run("nominate", "Nadia", "--to", "senior-ae", "--because", "Ready", acting="H-6")
    run("case", "step", "C-0001", "open_evidence", acting="H-6")
    restate(company, 100000)
    shown = run("case", "show", "C-0001").out
    assert "Its readiness was taken on facts since restated; the freeze takes the newest." in shown
    assert "(336500 USD) ->" in shown
    assert "(100000 USD)" in shown
    assert "On the newest facts: NOT MET (" in shown
    assert run("case", "list", "--json").json[0]["restated"] is True
    run("case", "step", "C-0001", "freeze_file", acting="H-6")
    case = run("case", "show", "C-0001", "--json").json
    assert case["restated"] is None, "the freeze read the newest"
    assert case["readiness"]["status"] == "not_met"
    restate(company, 400000)
    assert (
        "The file was frozen on facts since restated: `rung case return` reopens it"
        in run("case", "show", "C-0001").out
    )
    run("case", "return", "C-0001", "--because", "Restated", acting="H-1")
    run("case", "step", "C-0001", "freeze_file", acting="H-6")
    assert run("case", "show", "C-0001", "--json").json["restated"] is None
    assert run("audit", "replay").out.endswith("Nothing differs.\n")


def test_a_decided_case_is_marked_everywhere_and_stays_as_it_was_decided(
    company: Terminal, tmp_path: Path
) -> None:
    run = company.run
    company.walk("Nadia", "senior-ae", hr="H-1", chair="H-3", panel=("H-3", "H-4", "H-5"), decider="H-2")
    before = run("case", "show", "C-0001", "--json").json
    restate(company, 1000)
    after = run("case", "show", "C-0001", "--json").json
    assert after["restated"]["told"] == MARK
    unchanged = ("state", "decisions", "readiness", "edition", "votes", "scores")
    assert {name: after[name] for name in unchanged} == {name: before[name] for name in unchanged}
    assert MARK in run("case", "show", "C-0001").out
    assert f"C-0001: {MARK}" in run("case", "list").out
    assert "Facts that the readiness cites were restated" in run("case", "history", "C-0001").out
    for form in ("md", "html"):
        out = tmp_path / f"packet.{form}"
        run("export", "C-0001", "--as", "auditor", "--format", form, "--out", out, "--actor", "H-1")
        assert MARK in out.read_text(encoding="utf-8"), form
    told = run("audit", "replay").out
    assert "Resting on facts that were restated since: C-0001." in told
    assert told.endswith("Nothing differs.\n")
    assert run("audit", "verify", code=None).code == 0


def arrive(terminal: Terminal, *months: str) -> None:
    """Imports Nadia's figures of the last quarter of 2026, whole or by months."""
    rows = [
        f"H-10,quota,{start},{end},{actual},{target},USD\n"
        for start, end, actual, target in map(str.split, months)
    ]
    file = terminal.workspace / f"late-{len(rows)}.csv"
    file.write_text(HEAD + "".join(rows), encoding="utf-8")
    terminal.run("import", "attainment", file, acting="H-1")


LATE = "before a fact that was due came in"


def test_a_figure_that_comes_late_reopens_open_readiness_and_the_freeze_takes_it(company: Terminal) -> None:
    run = company.run
    company.today += timedelta(days=90)
    run("nominate", "Nadia", "--to", "senior-ae", "--because", "Ready", acting="H-6")
    run("case", "step", "C-0001", "open_evidence", acting="H-6")
    arrive(company, "2026-10-01 2027-01-01 100000 300000")
    shown = run("case", "show", "C-0001").out
    assert f"Its readiness was taken {LATE}; the freeze takes the newest." in shown
    assert "  actual of quota for [2026-10-01, 2027-01-01) (not on file) -> f" in shown
    assert "actual (100000 USD)" in shown
    assert "Facts that the readiness lacked came in" in run("case", "history", "C-0001").out
    (event,) = run("audit", "log", "--type", "FactsRestated", "--json").json
    assert [one["lacked"].split()[0] for one in event["data"]["facts"]] == ["actual", "target"]
    run("case", "step", "C-0001", "freeze_file", acting="H-6")
    case = run("case", "show", "C-0001", "--json").json
    assert case["restated"] is None, "the freeze read it"
    assert case["readiness"]["status"] == "not_met"
    assert run("audit", "replay").out.endswith("Nothing differs.\n")


def test_months_that_come_late_fill_the_quarter_that_was_lacking(company: Terminal) -> None:
    run = company.run
    company.today += timedelta(days=90)
    run("nominate", "Nadia", "--to", "senior-ae", "--because", "Ready", acting="H-6")
    arrive(company, "2026-10-01 2026-11-01 1 1", "2026-11-01 2026-12-01 1 1")
    facts = run("case", "show", "C-0001", "--json").json["restated"]["facts"]
    assert [one["was"] for one in facts] == [
        f"{side} of quota for [2026-10-01, 2027-01-01)" for side in ("actual", "target") for _ in range(2)
    ]
    assert run("audit", "replay").out.endswith("Nothing differs.\n")


def test_a_late_figure_outside_the_window_or_of_somebody_else_marks_nothing(company: Terminal) -> None:
    run = company.run
    run("nominate", "Nadia", "--to", "senior-ae", "--because", "Ready", acting="H-6")
    arrive(company, "2026-10-01 2027-01-01 100000 300000")
    assert run("case", "show", "C-0001", "--json").json["restated"] is None


def test_what_is_imported_without_a_change_marks_nothing(company: Terminal) -> None:
    run = company.run
    run("nominate", "Nadia", "--to", "senior-ae", "--because", "Ready", acting="H-6")
    restate(company, 336500)
    restate(company, 1, who="H-11")
    assert run("case", "show", "C-0001", "--json").json["restated"] is None
    assert run("audit", "log", "--type", "FactsRestated", "--json").json == []


def test_what_anybody_could_have_seen_on_a_day_is_shown_again(company: Terminal) -> None:
    run = company.run
    day = company.today.date().isoformat()
    ask = ("ready", "Nadia", "--to", "senior-ae", "--json", "--as-of", day)
    seen = run(*ask, code=None).out
    screened = run("screen", "--to", "senior-ae", "--as-of", day, "--json").out
    run("nominate", "Nadia", "--to", "senior-ae", "--because", "Ready", acting="H-6")
    company.today = company.today.replace(day=company.today.day + 1)
    restate(company, 1000)
    people = company.workspace / "later.csv"
    text = "hr_id,name,manager,level,level_since\nH-10,Nadia Kerr,H-6,senior-ae,2026-10-01\n"
    people.write_text(text, encoding="utf-8")
    run("import", "people", people, acting="H-1")
    assert run(*ask, code=None).out != seen
    assert run(*ask, "--known-at", day, code=None).out == seen
    known = run("screen", "--to", "senior-ae", "--as-of", day, "--known-at", day, "--json").out
    assert known == screened
    assert run("case", "show", "C-0001", "--json").json["restated"] is not None
    assert run("case", "show", "C-0001", "--known-at", day, "--json").json["restated"] is None
    assert "recorded before" in run("case", "show", "C-0001", "--known-at", "2020-01-01", code=2).err
