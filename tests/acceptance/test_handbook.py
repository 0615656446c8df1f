"""Ladders written and drawn by the command line, and their handbook as Chromium shows and prints it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from engine.founding import PACKS
from rules.ladder import load_ladder
from rules.lattice import places
from rules.shipped import ladder_text, names
from tests.acceptance.terminal import Terminal
from tests.acceptance.test_packet_page import CHROMIUM, QUIET, sheets

TEXT = ladder_text("sales")


@pytest.fixture(scope="module")
def opened() -> Iterator[Browser]:
    """Yields a Chromium that nobody else uses."""
    if CHROMIUM is None:
        pytest.skip("No Chromium on the path; install one (apt-get install chromium) to check printed pages.")
    with sync_playwright() as driver:
        made = driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield made
        made.close()


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Returns a terminal in an empty folder; writing ladders needs no workspace."""
    monkeypatch.chdir(tmp_path)
    return Terminal(tmp_path)


def watched(page: Page) -> list[str]:
    """Returns the addresses that a page asks for, as they come."""
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    return asked


@pytest.mark.browser
def test_a_handbook_fits_a_screen_a_phone_and_paper_and_loads_nothing(
    terminal: Terminal, opened: Browser
) -> None:
    terminal.run("ladder", "handbook", "sales", "--policy", "sales", "--out", "h.html")
    for width in (390, 1100):
        page = opened.new_page(viewport={"width": width, "height": 800})
        asked = watched(page)
        page.goto((terminal.workspace / "h.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert len(asked) == 1
        text = page.inner_text("body")
        for told in (
            "Principal Account Executive",
            "Chief Revenue Officer",
            "What sets it apart.",
            "To become",
        ):
            assert told in text
        if width == 1100:
            assert 8 <= sheets(page.pdf(format="A4")) <= 30
        page.close()


@pytest.mark.parametrize("name", names("ladders"))
def test_a_lattice_shows_every_level_once_and_no_two_in_one_place(name: str) -> None:
    ladder = load_ladder(ladder_text(name), name)
    held = places(ladder)
    assert set(held) == set(ladder.levels) and len(set(held.values())) == len(held)


def test_a_picture_is_one_svg_in_which_a_name_cannot_act(terminal: Terminal) -> None:
    Path("odd.yaml").write_text(TEXT.replace("name: Account Director", 'name: "<script>&"'), encoding="utf-8")
    terminal.run("ladder", "graph", "odd.yaml", "--svg", "odd.svg")
    drawn = Path("odd.svg").read_text(encoding="utf-8")
    assert ElementTree.fromstring(drawn).tag.endswith("svg") and "<script" not in drawn
    assert "&lt;script&gt;" in drawn
    assert "ae-2 --> sales-manager" in terminal.run("ladder", "graph", "sales").out


def test_a_new_ladder_has_the_levels_asked_for_and_nothing_to_mend(terminal: Terminal) -> None:
    terminal.run("ladder", "new", "ours.yaml", "--keep", "sdr", "--keep", "ae-1", "--keep", "senior-ae",
                 "--keep", "sales-manager", "--variant", "enterprise")  # fmt: skip
    made = load_ladder(Path("ours.yaml").read_text(encoding="utf-8"), "ours.yaml")
    assert made.id == "ours" and list(made.ranks.values()) == [1, 2, 3, 3]
    assert ("ae-1", "senior-ae") in made.moves and made.levels[
        "ae-1"
    ].name == "Enterprise Account Executive I"
    assert terminal.run("ladder", "lint", "ours.yaml").out == "ours.yaml: nothing to mend.\n"
    full = terminal.run("ladder", "new", "all.yaml", "--with", "cro")
    assert "cro" in load_ladder(Path("all.yaml").read_text(encoding="utf-8"), "all.yaml").levels and full.out
    changed = terminal.run("ladder", "diff", "sales", "ours.yaml", code=1).out
    assert "Level director is gone." in changed and "The move ae-1 -> senior-ae is new." in changed
    assert terminal.run("ladder", "diff", "sales", "sales").out == "Nothing changed.\n"


PEOPLE = "hr_id,name,manager,level,hired,team,roles\nB-1,Bea,,{top},2015-01-01,,hr\nC-1,Cy,B-1,{low},2020-01-01,,\n"


@pytest.mark.parametrize("pack", sorted(PACKS))
def test_a_new_ladder_comes_with_a_policy_that_lints_tests_publishes_and_decides(
    terminal: Terminal, pack: str
) -> None:
    run = terminal.run
    said = run("ladder", "new", "ours.yaml", "--from", PACKS[pack][0]).out.splitlines()
    assert said[1].startswith("ours-policy.yaml holds what each move asks, with ")
    assert said[-1] == "Next: rung ladder lint ours.yaml, then rung policy test ours-policy.yaml"
    assert run("ladder", "lint", "ours.yaml").out == "ours.yaml: nothing to mend.\n"
    assert run("policy", "lint", "ours-policy.yaml").out.endswith(": nothing to mend.\n")
    assert "all as expected" in run("policy", "test", "ours-policy.yaml").out
    run("init", "work", "--name", "Ours", "--solo")
    here = Terminal(terminal.workspace / "work")
    for kind, file in (("ladder", "ours.yaml"), ("policy", "ours-policy.yaml")):
        here.run(kind, "publish", file)
    ours = load_ladder(Path("ours.yaml").read_text(encoding="utf-8"), "ours.yaml")
    low, target = ours.moves[0]
    Path("people.csv").write_text(PEOPLE.format(top=list(ours.levels)[-1], low=low), encoding="utf-8")
    here.run("import", "people", "people.csv")
    ready = here.run("ready", "Cy", "--to", target, "--json", code=None).json
    assert ready["status"] in ("not_met", "undetermined") and ready["findings"]


def test_a_policy_for_fewer_levels_asks_on_a_joined_move_what_its_last_step_asked(terminal: Terminal) -> None:
    words = [word for one in ("sdr", "ae-1", "senior-ae", "sales-manager") for word in ("--keep", one)]
    said = terminal.run("ladder", "new", "ours.yaml", *words).out
    assert "tests of sales show what this ladder has not, and are left out.\n" in said
    held = terminal.run("policy", "show", "ours-policy.yaml", "--json").json["moves"]
    assert [one["move"] for one in held] == [
        "sdr->ae-1", "senior-ae->sales-manager", "ae-1->senior-ae", "ae-1->sales-manager",
    ]  # fmt: skip
    asked = {
        one["move"]: one["required"]
        for one in terminal.run("policy", "show", "sales", "--json").json["moves"]
    }
    assert set(held[2]["required"]) <= set(asked["ae-2->senior-ae"])
    assert {"quota", "path", "standing"} <= set(held[2]["required"])
    assert terminal.run("policy", "lint", "ours-policy.yaml").out.endswith(": nothing to mend.\n")
    assert "all as expected" in terminal.run("policy", "test", "ours-policy.yaml").out


def test_a_ladder_from_a_file_says_that_no_policy_ships_for_it(terminal: Terminal) -> None:
    terminal.run("ladder", "new", "ours.yaml")
    said = terminal.run("ladder", "new", "theirs.yaml", "--from", "ours.yaml").out
    assert said.splitlines()[1] == (
        "No policy ships for a ladder from a file; `rung policy schema` says how one is written."
    )
    assert not Path("theirs-policy.yaml").exists()


def test_a_policy_that_is_there_is_not_written_over_and_no_ladder_is_left(terminal: Terminal) -> None:
    Path("ours-policy.yaml").write_text("mine", encoding="utf-8")
    said = terminal.run("ladder", "new", "ours.yaml", code=2)
    assert said.err == "ours-policy.yaml is there already; name another file, or say --force to replace it.\n"
    assert not Path("ours.yaml").exists() and Path("ours-policy.yaml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("new", "Our.yaml"), "'Our' is no name for a ladder; use small letters, digits and -."),
        (("new", "our.yaml", "--keep", "sdrr"), "The ladder sales has no level 'sdrr'; did you mean `sdr`?"),
        (
            ("new", "our.yaml", "--variant", "smbs"),
            "The ladder sales has no variant 'smbs'; did you mean `smb`?",
        ),
        (("new", "none/our.yaml"), "No folder none."),
    ],
)
def test_a_wrong_word_makes_no_ladder(terminal: Terminal, words: tuple[str, ...], told: str) -> None:
    assert terminal.run("ladder", *words, code=2).err.strip().endswith(told)
    assert not list(terminal.workspace.iterdir())


def test_a_file_that_is_there_is_not_written_over(terminal: Terminal) -> None:
    Path("our.yaml").write_text("mine", encoding="utf-8")
    said = terminal.run("ladder", "new", "our.yaml", code=2)
    assert said.err == "our.yaml is there already; name another file, or say --force to replace it.\n"
    assert Path("our.yaml").read_text(encoding="utf-8") == "mine"


def test_the_schema_of_ladders_names_every_key(terminal: Terminal) -> None:
    said = json.loads(terminal.run("ladder", "schema").out)
    length = said["$defs"]["InterimRole"]["properties"]["shorter_than"]
    assert length["default"] == "4 months" and re.match(length["pattern"], "4 months")
    assert said["$defs"]["Commitment"]["properties"]["reversible_for"]["default"] == "90 days"
    assert {"ladder", "scale", "levels", "moves", "actions", "variants"} <= set(said["properties"])
    assert {"apart", "expects", "titles", "optional", "alone"} <= set(said["$defs"]["Level"]["properties"])
