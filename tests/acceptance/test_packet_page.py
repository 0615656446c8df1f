"""Laws of the packet's HTML as Chromium shows and prints it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from engine.packet.model import Packet
from engine.packet.render import render
from tests.unit.packet_sample import bare, full, told

pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
SAMPLES = {"full": full, "bare": bare, "told": told}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Yields a Chromium that nobody else uses."""
    if CHROMIUM is None:
        pytest.skip("No Chromium on the path; install one (apt-get install chromium) to check printed pages.")
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield opened
        opened.close()


@pytest.fixture
def shown(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Yields a function that opens a packet in a window of some width."""
    pages: list[Page] = []

    def show(packet: Packet, width: int) -> Page:
        file = tmp_path / "packet.html"
        file.write_bytes(render(packet, "html"))
        page = browser.new_page(viewport={"width": width, "height": 800})
        pages.append(page)
        page.on("request", lambda asked: page.__dict__.setdefault("asked", []).append(asked.url))
        page.on("console", lambda said: page.__dict__.setdefault("said", []).append(said.text))
        page.goto(file.as_uri())
        return page

    yield show
    for page in pages:
        page.close()


def sheets(printed: bytes) -> int:
    """Returns how many pages a PDF has."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", printed))


@pytest.mark.parametrize("width", [390, 1100])
@pytest.mark.parametrize("sample", SAMPLES)
def test_a_page_never_runs_over_the_edge(shown: Callable[..., Page], sample: str, width: int) -> None:
    page = shown(SAMPLES[sample](), width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_word_without_a_break_never_runs_over_the_edge(shown: Callable[..., Page]) -> None:
    whole = full()
    who = whole.candidate.who.model_copy(update={"name": "W" * 400})
    page = shown(full(candidate=whole.candidate.model_copy(update={"who": who})), 390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize(("sample", "most"), [("bare", 3), ("full", 10)])
def test_a_packet_prints_on_few_pages(shown: Callable[..., Page], sample: str, most: int, paper: str) -> None:
    printed = shown(SAMPLES[sample](), 1100).pdf(format=paper)
    assert 2 <= sheets(printed) <= most


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_summary_of_twelve_criteria_stands_on_one_page(shown: Callable[..., Page], paper: str) -> None:
    page = shown(full(), 1100)
    assert page.locator(".summary .findings tbody tr").count() >= 13
    page.evaluate("document.querySelector('main').replaceChildren(document.querySelector('.summary'))")
    assert sheets(page.pdf(format=paper)) == 1


def test_a_page_asks_for_nothing_and_breaks_no_policy_of_its_own(shown: Callable[..., Page]) -> None:
    page = shown(full(), 1100)
    assert [url for url in page.__dict__["asked"] if not url.startswith("file:")] == []
    assert len(page.__dict__["asked"]) == 1
    assert page.__dict__.get("said", []) == []
    assert page.evaluate("getComputedStyle(document.querySelector('main')).maxWidth") != "none"


def test_every_table_says_which_heads_its_cells_have(shown: Callable[..., Page]) -> None:
    page = shown(full(), 1100)
    assert page.evaluate("document.querySelectorAll('th:not([scope])').length") == 0
    assert page.evaluate("document.querySelectorAll('table:not(:has(caption))').length") == 0
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(e => +e.tagName[1])")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert [later for earlier, later in pairwise(levels) if later > earlier + 1] == []
