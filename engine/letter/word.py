"""Makes a letter's words: subject, plain text and a simple HTML page, from the templates in templates/letter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from terms.calendar import MONTHS

if TYPE_CHECKING:
    from jinja2 import Environment

LONGEST = 200  # characters of one value, such as a name
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+")

TASKS = {
    "score": "score it",
    "vote": "vote on it",
    "reveal": "reveal what was given",
    "conclude": "close the session",
    "decide": "decide it",
    "approve": "approve it",
    "exception": "answer an exception",
    "tell": "tell the candidate",
}


@dataclass(frozen=True, slots=True)
class Words:
    """Holds what a letter says: its subject (one line), its plain text, and the same as an HTML page."""

    subject: str
    text: str
    html: str


def words(kind: str, values: Mapping[str, object]) -> Words:
    """Returns the words of a kind of letter; no value can end a line, so none can make a header or a paragraph."""
    made = _plain().get_template(f"letter/{kind}.txt.j2").render(**values)
    head, _, body = made.strip().partition("\n\n")
    subject = one_line(head)
    foot = one_line(_plain().get_template("letter/foot.txt.j2").render(**values))
    text = re.sub(r"\n{3,}", "\n\n", body).strip()
    parts = [
        (part.startswith("    "), "\n".join(line.strip() for line in part.splitlines()))
        for part in text.split("\n\n")
    ]
    html = _page().get_template("letter/letter.html.j2").render(subject=subject, parts=parts, foot=foot)
    text = f"{text}\n\n-- \n{foot}\n"
    return Words(subject, text, html)


def one_line(value: object) -> str:
    """Returns a value as text on one line, without characters that end lines or turn their direction."""
    return " ".join(CONTROL.sub(" ", str(value)).split())


def day(text: str) -> str:
    """Returns an ISO date as people write it: 5 November 2026."""
    held = date.fromisoformat(text)
    return f"{held.day} {MONTHS[held.month - 1].title()} {held.year}"


def _clean(value: object) -> object:
    return value if value is None else one_line(value)[:LONGEST]


@lru_cache(maxsize=1)
def _plain() -> Environment:
    from engine.edition.page import environment

    made = environment(
        escaped=False,  # plain text; the HTML page is made from it by another, which escapes
        finalize=_clean,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["day"] = day
    return made


@lru_cache(maxsize=1)
def _page() -> Environment:
    from engine.edition.page import environment

    return environment()
