"""Rounds: the days of every year from one definition, what the linter finds, and the schema for editors."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from terms.error import Malformed
from terms.source import read
from terms.workday import Workdays
from workflows import shipped
from workflows.definition import load_workflow
from workflows.moment import Days, moment
from workflows.round import load_round
from workflows.roundlint import YEARS, lint_round
from workflows.roundschema import round_schema

PROCESSES = Path(__file__).resolve().parents[2] / "examples" / "process"
FILES = {name: shipped.round_text(name) for name in shipped.round_names()} | {
    path.stem: path.read_text(encoding="utf-8") for path in PROCESSES.glob("*-rounds.yaml")
}
SMALL = """round: small
edition: 2026-07
says: One round a year.
held: [{name: autumn, effective: 1 november}]
dates:
  opens: 1 august
  closes: 1 september
  freeze: 1 day after closes
  inspection: 10 days
  sessions: [1 october]
  told: 28 october
late: {nominations: refused}
escalate: hr
"""


def changed(*pairs: tuple[str, str]) -> str:
    text = SMALL
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


def found(text: str) -> list[str]:
    return [str(one) for one in lint_round(load_round(text, "r.yaml"))]


@pytest.mark.parametrize("name", FILES)
def test_what_ships_has_its_days_in_order_in_every_year(name: str) -> None:
    held = load_round(FILES[name], f"{name}.yaml")
    assert lint_round(held) == ()
    for year in YEARS:
        rounds = held.planned(year)
        assert len({one.label for one in rounds}) == len(rounds) == len(held.names())
        assert all(one.effective is None or one.effective.year == year for one in rounds)


def test_a_monthly_cut_off_is_the_third_friday_of_the_month_before() -> None:
    held = load_round(FILES["monthly-rounds"], "m.yaml")
    closes = {one.label: one.closes for one in held.planned(2027)}
    assert closes["sales-development-2027-01"] == date(2026, 12, 18)
    assert closes["sales-development-2027-02"] == date(2027, 1, 15)


def test_a_company_wide_round_has_the_days_that_were_published() -> None:
    held = load_round(FILES["company-wide-rounds"], "c.yaml")
    november = held.planned(2026)[1]
    assert dict(november.rows()) == {
        "nominations": Days(date(2026, 8, 1), date(2026, 9, 1)),
        "document": Days(date(2026, 8, 1), date(2026, 8, 15)),
        "manager review": Days(date(2026, 8, 18), date(2026, 8, 29)),
        "late nominations": Days(date(2026, 9, 2), date(2026, 9, 8)),
        "file freeze": Days(date(2026, 9, 2), date(2026, 9, 2)),
        "session": Days(date(2026, 9, 2), date(2026, 9, 30)),
        "people told": Days(date(2026, 10, 28), date(2026, 10, 31)),
        "effective": Days(date(2026, 11, 1), date(2026, 11, 1)),
    }


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1 september", "2027-09-01"),
        ("1 december of the year before", "2026-12-01"),
        ("third friday of the month", "2027-11-19"),
        ("third friday of the month before", "2027-10-15"),
        ("last day of the month before", "2027-10-31"),
        ("last working day of the month before", "2027-10-29"),
        ("second working day of the month", "2027-11-02"),
        ("first monday of the third month before", "2027-08-02"),
        ("first day of the month after", "2027-12-01"),
        ("last friday of december of the year before", "2026-12-25"),
        ("10 working days after freeze", "2027-09-16"),
        ("3 working days before freeze", "2027-08-30"),
        ("2 weeks before freeze", "2027-08-19"),
        ("1 month after freeze", "2027-10-02"),
        ("2027-09-04", "2027-09-04"),
        ("4 september, or the next working day", "2027-09-06"),
        ("4 september, or the working day before", "2027-09-03"),
    ],
)
def test_a_day_is_worked_out_from_its_words(text: str, day: str) -> None:
    freeze = date(2027, 9, 2)
    known = {"freeze": Days(freeze, freeze)}
    assert moment(text).on(date(2027, 11, 1), known, Workdays()).isoformat() == day


@given(day=st.dates(date(2025, 1, 1), date(2040, 12, 31)), count=st.integers(1, 60))
def test_working_days_lead_back_where_they_came_from(day: date, count: int) -> None:
    calendar = Workdays(country="US")
    assert calendar.before(calendar.after(calendar.before(day), count), count) == calendar.before(day)


@pytest.mark.parametrize(
    ("pairs", "says"),
    [
        (
            (("closes: 1 september", "closes: 1 july"),),
            "r.yaml, line 7, column 11: autumn 2025: nominations close on 2025-07-01, before they open on 2025-08-01. "
            "So it is in 15 more of the years to 2040. Let them close later, or open earlier. [order]",
        ),
        (
            (("told: 28 october", "told: 28 september"),),
            "r.yaml, line 11, column 9: autumn 2025: people are told on 2025-09-28, and a session on 2025-10-01, which "
            "is not before it. So it is in 15 more of the years to 2040. Change one of the two days. [order]",
        ),
        (
            (("sessions: [1 october]", "sessions: [3 days after freeze]"),),
            "r.yaml, line 10, column 13: autumn 2025: a session on 2025-09-05 falls into the inspection, 2025-09-03 to "
            "2025-09-12. So it is in 15 more of the years to 2040. Hold it after the inspection. [inspection]",
        ),
        (
            (("escalate: hr", "escalate: anyone"),),
            "r.yaml, line 13, column 11: The anyone is nobody in particular, so nobody hears. "
            "Name a role or relation, such as hr. [escalate]",
        ),
        (
            (("nominations: refused", "nominations: exception"),),
            "r.yaml, line 12, column 7: A late nomination is an exception, and nobody approves it. "
            "Write `approvals`, or `nominations: refused`. [late]",
        ),
        (
            (("nominations: refused", "nominations: exception, approvals: [panel]"),),
            "r.yaml, line 12, column 44: The panel approves no exception. Name a role or manager. [late]",
        ),
    ],
)
def test_the_linter_says_what_rounds_cannot_mean(pairs: tuple[tuple[str, str], ...], says: str) -> None:
    assert says in found(changed(*pairs))


def test_the_linter_finds_a_session_on_a_holiday_and_says_in_how_many_years() -> None:
    told = found(
        changed(
            ("sessions: [1 october]", "sessions: [3 october]"), ("held:", "calendar: {country: DE}\nheld:")
        )
    )
    assert len(told) == 2 and all("when nobody works" in one or "28 october" in one for one in told[:1])
    assert "a session is held on 2025-10-03, when nobody works. So it is in 15 more" in told[0]
    assert "people are told on 2028-10-28" in told[1]


def test_a_date_of_one_year_belongs_below_its_year() -> None:
    text = changed(("opens: 1 august", "opens: 2027-08-02"))
    assert any(
        "`2027-08-02` is a day of one year, and this file is for every year." in one for one in found(text)
    )
    held = load_round(SMALL + "years: {2027: {autumn: {opens: 2027-08-02}}}\n", "r.yaml")
    assert held.of("autumn", 2027).opens == date(2027, 8, 2)
    assert held.of("autumn", 2028).opens == date(2028, 8, 1)
    assert not [one for one in lint_round(held) if one.check == "absolute"]


def test_two_rounds_may_not_take_one_nomination() -> None:
    text = changed(
        (
            "{name: autumn, effective: 1 november}",
            "{name: a, effective: 1 november}, {name: b, effective: 1 december}",
        )
    )
    assert any("b opens on 2025-08-01, before a closes on 2025-09-01." in one for one in found(text))


def test_an_inspection_is_not_shorter_than_its_workflow_demands() -> None:
    workflow = load_workflow((PROCESSES / "five-of-seven.yaml").read_text(encoding="utf-8"), "w.yaml")
    assert not [one for one in lint_round(load_round(SMALL, "r.yaml"), workflow) if one.check == "inspection"]
    short = load_round(changed(("inspection: 10 days", "inspection: 9 days")), "r.yaml")
    (told,) = [one for one in lint_round(short, workflow) if one.check == "inspection"]
    assert told.told.startswith(
        "autumn 2025: the inspection lasts until 2025-09-11, and five-of-seven lets a case stay in inspection "
        "until 2025-09-12."
    )


@pytest.mark.parametrize(
    ("pairs", "says"),
    [
        (
            (("closes: 1 september", "closes: 31 june"),),
            "r.yaml, line 7, column 11\n`closes`: '31 june' is no day of every year; write one such as 1 september, "
            "third friday of the month before, last working day of august, 10 working days after freeze or 2027-09-01.",
        ),
        (
            (("closes: 1 september", "closes: 1 day before freeze"),),
            "r.yaml, line 7, column 11\nThese days are counted from one another: closes -> freeze -> closes.",
        ),
        ((("freeze: 1 day after closes", "freeze: 1 day after tea"),), "is no day of every year"),
        (
            (("  freeze: 1 day after closes\n", ""),),
            "An inspection begins when the file is frozen; write `freeze`.",
        ),
        (
            (("  told: 28 october\n", ""), ("opens: 1 august", "opens: 9 weeks before told")),
            "this round has no told",
        ),
        ((("  closes: 1 september\n", ""),), "The round autumn has no `closes`; write it in `dates`."),
        (
            (("escalate: hr", "every: month"),),
            "Write either `held`, the rounds of a year, or `every: month` or `year`.",
        ),
        ((("escalate: hr", "escalte: hr"),), "`escalte` is not a key here; did you mean `escalate`?"),
        (
            (("escalate: hr", "years: {2027: {summer: {}}}"),),
            "'summer' is no round of a year; there is autumn.",
        ),
    ],
)
def test_a_file_that_is_wrong_is_told_with_its_place(pairs: tuple[tuple[str, str], ...], says: str) -> None:
    with pytest.raises(Malformed) as caught:
        load_round(changed(*pairs), "r.yaml")
    assert says in str(caught.value) and "r.yaml, line " in str(caught.value)


def test_the_schema_takes_what_the_loader_takes_and_refuses_an_unknown_key() -> None:
    checks = Draft202012Validator(round_schema())
    for text in (*FILES.values(), SMALL):
        checks.validate(read(text, "r.yaml").value)
    for wrong in (
        changed(("escalate: hr", "escalte: hr")),
        changed(("nominations: refused", "nominations: never")),
    ):
        assert not checks.is_valid(read(wrong, "r.yaml").value)


def test_the_rounds_of_the_page_mean_what_they_say() -> None:
    page = (PROCESSES.parents[1] / "docs" / "deadlines.md").read_text(encoding="utf-8")
    (text,) = [one for one in page.split("```yaml\n")[1:] if one.startswith("round:")]
    held = load_round(text.split("```")[0], "page.yaml")
    assert lint_round(held, load_workflow(shipped.text("promotion-review"), "w.yaml")) == ()
    assert held.of("autumn", 2027).closes == date(2027, 10, 22)
