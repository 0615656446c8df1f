"""Gap reports: what is asked against what is known, where it concentrates, and how the page looks."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from engine.growth.gap.model import CategoryGap, concentration
from tests.acceptance.terminal import Terminal
from tests.acceptance.test_packet_page import CHROMIUM, QUIET, sheets

GAP = ("gap", "Tobias", "--to", "sales-manager")


def test_a_report_shows_current_against_asked_and_where_gaps_concentrate(company: Terminal) -> None:
    held = company.run(*GAP, "--json", acting="H-6").json
    assert held["concentrates"] == "All of the 4 points to raise lie in Coaching and people development."
    lines = {one["competency"]: one for one in held["competencies"]}
    peer = lines["peer-contribution"]
    assert {name: peer[name] for name in ("level", "asked", "current", "status", "to_raise", "trend")} == {
        "level": "current", "asked": "4", "current": "2", "status": "not_met", "to_raise": "2", "trend": "0",
    }  # fmt: skip
    assert lines["accountability"]["trend"] == "1"
    assert lines["hiring-judgement"]["advisory"] is True
    assert [one["criterion"] for one in held["others"] if one["status"] != "met"] == ["coaching", "endorsed"]
    assert held["categories"] == [
        {"category": "coaching", "name": "Coaching and people development", "asked": 5, "met": 2,
         "unknown": 0, "to_raise": "4"},
    ]  # fmt: skip


def test_a_category_of_which_nothing_is_asked_is_no_row_and_its_expected_lines_stay(
    company: Terminal,
) -> None:
    said = company.run(*GAP, acting="H-6").out
    sums, lines = said.split("Cycles: ")
    assert "Deal execution and closing" not in sums and "0 of 0" not in said
    assert "Forecast accuracy (expected)" in lines
    page = company.workspace / "gap.html"
    company.run(*GAP, "--out", page, acting="H-6")
    text = page.read_text(encoding="utf-8")
    assert "0 of 0" not in text and text.count("Deal execution and closing") == 1


def test_every_gap_is_the_one_that_readiness_reckons(company: Terminal) -> None:
    held = company.run(*GAP, "--json", acting="H-6").json
    found = company.run("ready", *GAP[1:], "--json", code=1).json["findings"]
    raises = {
        one["competency"]: (one["from"], one["to"])
        for finding in found
        if finding["kind"] == "competency" and finding["gap"]
        for one in finding["gap"]["raise"]
    }
    shown = {one["competency"]: one for one in held["competencies"] if one["to_raise"] != "0"}
    assert set(shown) == set(raises)
    for name, (before, after) in raises.items():
        assert int(shown[name]["to_raise"]) == int(after) - int(before)


def test_what_is_unknown_is_no_gap_of_nothing_and_is_said() -> None:
    unknown = CategoryGap(id="a", name="A", asked=2, met=1, unknown=1, to_raise=0)
    assert concentration((unknown,)) == "No known gap in competencies; 1 cannot be told for want of scores."
    some = CategoryGap(id="b", name="B", asked=2, met=0, unknown=0, to_raise=3_000_000)
    less = CategoryGap(id="c", name="C", asked=2, met=1, unknown=0, to_raise=1_000_000)
    assert concentration((unknown, less, some)) == "3 of the 4 points to raise lie in B."
    assert concentration(()) == "No gap in competencies."


def test_a_team_is_added_up_and_only_its_leaders_see_it(company: Terminal) -> None:
    said = company.run("gap", "--team", "North", "--to", "senior-ae", acting="H-6").out
    assert said.startswith("Team North, to senior-ae: 2 people. ")
    told = company.run("gap", "--team", "North", "--to", "senior-ae", acting="H-10", code=3)
    assert told.err.startswith("Not allowed: see the organisation.\n")
    told = company.run("gap", "--team", "Nord", "--to", "senior-ae", acting="H-1", code=2)
    assert told.err == "Nobody is in a team 'Nord'.\n"
    assert company.run(*GAP, acting="H-12", code=3).err.startswith("Not allowed: see growth, Tobias Lund.\n")
    assert company.run(*GAP, acting="H-11").out.startswith("Tobias Lund, ae-2 -> sales-manager")
    told = company.run("gap", "--to", "senior-ae", acting="H-1", code=2)
    assert told.err == "Name a person, or a team with --team NAME.\n"


@pytest.fixture
def page(company: Terminal, tmp_path: Path) -> Path:
    file = tmp_path / "gap.html"
    company.run("gap", "--team", "North", "--to", "sales-manager", "--out", file, acting="H-1")
    return file


@pytest.mark.browser
def test_the_page_fits_a_phone_a_screen_and_paper_and_asks_for_nothing(page: Path) -> None:
    if CHROMIUM is None or shutil.which(CHROMIUM) is None:
        pytest.skip("No Chromium on the path; install one (apt-get install chromium) to check pages.")
    asked: list[str] = []
    said: list[str] = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        for width in (390, 1100):
            shown = browser.new_page(viewport={"width": width, "height": 800})
            shown.on("request", lambda one: asked.append(one.url))
            shown.on("console", lambda one: said.append(one.text))
            shown.goto(page.as_uri())
            assert shown.evaluate("document.documentElement.scrollWidth") <= width
            drawn = shown.locator("svg.chart.not_met line.short").first.bounding_box()
            assert drawn is not None
            assert drawn["width"] > 10
        assert shown.evaluate("document.querySelectorAll('svg.chart:not([aria-label])').length") == 0
        assert shown.evaluate("document.querySelectorAll('th:not([scope])').length") == 0
        assert 2 <= sheets(shown.pdf(format="A4")) <= 4
        browser.close()
    assert {url.split(":")[0] for url in asked} == {"file"}
    assert said == []


def test_the_page_escapes_what_people_are_called(company: Terminal, tmp_path: Path) -> None:
    rows = company.workspace / "people.csv"
    rows.write_text("hr_id,name,manager,level,hired,team\nH-11,<b>Tobias</b>,H-6,ae-2,2021-11-01,North\n")
    company.run("import", "people", rows, acting="H-1")
    company.run("gap", "H-11", "--to", "sales-manager", "--out", tmp_path / "x.html", acting="H-1")
    text = (tmp_path / "x.html").read_text(encoding="utf-8")
    assert "<b>" not in text
    assert re.search(r"<h1><bdi>&lt;b&gt;Tobias", text)
