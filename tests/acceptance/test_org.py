"""The org view: who stands where, how ready, and against which seats; seen only by whoever leads them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from engine.growth.orgpage import dots, parts, sentence, spread
from tests.acceptance.terminal import Terminal
from tests.acceptance.test_packet_page import CHROMIUM, QUIET, sheets


def test_levels_are_counted_against_the_seats_that_are_open(company: Terminal) -> None:
    file = company.workspace / "seats.csv"
    file.write_text("level,open,since,until\nsenior-ae,2,2026-09-01,\nsales-manager,0,2026-09-01,\n")
    company.run("import", "seats", file, acting="H-1")
    held = company.run("org", "--json", acting="H-1").json
    assert {one["level"] for one in held} == {"sdr", "ae-1", "ae-2", "senior-ae", "sales-manager"}
    found = {(one["level"], one["target"]): one for one in held}
    row = found["ae-2", "senior-ae"]
    assert (row["people"], row["ready"], row["nearly"], row["blocked"], row["seats"]) == (2, 1, 0, 1, 2)
    assert row["months"] == 24
    said = company.run("org", acting="H-1").out
    assert "1 of 2 seats with nobody ready" in said
    assert "no seat, and nobody ready" in said


def test_the_counts_are_those_of_readiness(company: Terminal) -> None:
    people = company.run("org", "--by", "person", "--json", acting="H-1").json
    for one in people:
        for way in one["moves"]:
            found = company.run("ready", one["person"], "--to", way["to"], "--json", code=None).json
            short = [part["id"] for part in found["findings"] if part["status"] != "met"]
            assert way["short"] == short
            assert (way["state"] == "ready") == (found["status"] == "met")
    counted = company.run("org", "--by", "team", "--json", acting="H-1").json
    for state in ("ready", "nearly", "blocked"):
        ways = [way for one in people for way in one["moves"] if way["state"] == state]
        assert sum(one[state] for one in counted) == len(ways)


def test_whoever_leads_people_sees_their_line_and_nobody_else(company: Terminal) -> None:
    seen = company.run("org", "--by", "person", "--json", acting="H-6").json
    assert [one["person"] for one in seen] == ["P-0008", "P-0009", "P-0010", "P-0011"]
    said = company.run("org", acting="H-10", code=3)
    assert said.err.startswith("Not allowed: see the organisation.\n")
    assert len(company.run("org", "--by", "person", "--json", acting="H-2").json) == 9


def test_the_table_says_what_it_counts_and_an_empty_place_is_told(company: Terminal) -> None:
    said = company.run("org", acting="H-1").out
    assert "seats not stated" in said
    assert "move to" in said
    told = company.run("org", "--level", "vp", acting="H-1", code=2).err
    assert told == "Nobody whom you may see stands there; `rung org --by person` lists who does.\n"


@pytest.fixture
def page(company: Terminal, tmp_path: Path) -> Path:
    """Returns the page of the small company, with seats stated and one name that is no name."""
    seats = company.workspace / "seats.csv"
    seats.write_text("level,open,since,until\nsenior-ae,2,2026-09-01,\nsales-manager,0,2026-09-01,\n")
    company.run("import", "seats", seats, acting="H-1")
    rows = company.workspace / "people.csv"
    rows.write_text("hr_id,name,manager,level,hired,team\nH-11,<b>Tobias</b>,H-6,ae-2,2021-11-01,North\n")
    company.run("import", "people", rows, acting="H-1")
    file = tmp_path / "org.html"
    said = company.run("org", "--html", file, acting="H-1").out
    assert said == f"Who stands where: {file} ({len(file.read_bytes()):,} bytes)\n"
    return file


def cells(text: str, table: str) -> list[list[str]]:
    """Returns the words of each body row of one table of a page."""
    held = text.split(f'<table class="org{table}">')[1].split("</table>")[0].split("</thead>")[1]
    rows = [
        re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", one, re.S)
        for one in re.findall(r"<tr>(.*?)</tr>", held, re.S)
    ]
    return [[re.sub(r"<svg.*?</svg>|<[^>]+>", " ", one, flags=re.S).strip() for one in row] for row in rows]


def test_the_page_shows_the_counts_that_the_table_shows_and_who_is_close(
    page: Path, company: Terminal
) -> None:
    text = page.read_text(encoding="utf-8")
    shown = {(row[-6], *row[-4:-1]) for row in cells(text, "") if len(row) >= 6}
    counted = company.run("org", "--json", acting="H-1").json
    for one in counted:
        if one["target"]:
            counts = tuple(str(one[state]) for state in ("ready", "nearly", "blocked"))
            assert any(row[1:] == counts for row in shown), one
    assert "1 of 2 seats with nobody ready" in text and "no seat, and nobody ready" in text
    people = company.run("org", "--by", "person", "--json", acting="H-1").json
    close = {
        (one["person"], way["state"]) for one in people for way in one["moves"] if way["state"] != "blocked"
    }
    assert {(row[0].split()[-1], row[4].lower()) for row in cells(text, " close")} == close
    assert len(cells(text, " people")) == len(people)
    assert "&lt;b&gt;Tobias" in text and "<b>" not in text


def test_the_page_of_a_manager_holds_their_line_and_a_file_that_is_there_stays(
    page: Path, company: Terminal
) -> None:
    said = company.run("org", "--html", page, acting="H-6", code=4)
    assert said.err == f"{page} is there already; write elsewhere with --out, or over it with --force.\n"
    company.run("org", "--html", page, "--force", "--team", "North", acting="H-6")
    text = page.read_text(encoding="utf-8")
    assert "<bdi>Halden, team North</bdi>" in text
    shown = {row[0].split()[-1] for row in cells(text, " people")}
    assert shown == {"P-0008", "P-0009", "P-0010", "P-0011"}
    assert company.run("org", "--html", page, "--force", acting="H-10", code=3).err.startswith("Not allowed")


@pytest.mark.browser
def test_the_page_fits_a_phone_a_screen_and_paper_and_asks_for_nothing(page: Path) -> None:
    if CHROMIUM is None:
        pytest.skip("No Chromium on the path; install one (apt-get install chromium) to check pages.")
    asked: list[str] = []
    said: list[str] = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        for width in (390, 1280):
            shown = browser.new_page(viewport={"width": width, "height": 800})
            shown.on("request", lambda one: asked.append(one.url))
            shown.on("console", lambda one: said.append(one.text))
            shown.goto(page.as_uri())
            assert shown.evaluate("document.documentElement.scrollWidth") <= width
            drawn = shown.locator("svg.share rect").first.bounding_box()
            assert drawn is not None and drawn["width"] > 5
            assert shown.evaluate("document.querySelectorAll('table svg:not([aria-label])').length") == 0
            assert shown.evaluate("document.querySelectorAll('th:not([scope])').length") == 0
        assert 1 <= sheets(shown.pdf(format="A4")) <= 3
        browser.close()
    assert {url.split(":")[0] for url in asked} == {"file"}
    assert said == []


class Counted:
    """Holds counts, as a row does."""

    def __init__(self, *counts: int) -> None:
        self.ready, self.nearly, self.blocked = counts


@pytest.mark.parametrize("counts", [(1, 2, 3), (0, 0, 7), (1, 0, 0), (0, 0, 0), (13, 7, 4)])
def test_a_bar_is_as_long_as_its_shares_and_nobody_is_left_out(counts: Sequence[int]) -> None:
    held = parts(Counted(*counts))
    assert [one["state"] for one in held] == [
        state for state, count in zip(("ready", "nearly", "blocked"), counts, strict=True) if count
    ]
    ends = [float(one["x"]) + float(one["width"]) for one in held]
    assert not held or abs(ends[-1] - 240) < 0.5
    assert all(abs(float(one["x"]) - end) < 0.01 for one, end in zip(held[1:], ends, strict=False))


def test_time_in_level_is_drawn_and_told_for_each_person() -> None:
    assert len(dots([3, 3, 3, 12], 24)) == 4
    assert [one["x"] for one in dots([0, 24], 24)] == ["6.0", "234.0"]
    assert spread([3, 5, 12]) == "3 to 12 months, the middle one 5"
    assert (spread([]), spread([1]), spread([7, 7])) == ("not known", "1 month", "7 months each")
    assert sentence(()) == "0 people on 0 levels: 0 ready for a move, 0 nearly, 0 blocked."
