"""Laws of the packet's model and its renderers: what is shown, to whom, and that no text can act."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pydantic import ValidationError
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from engine.packet import word
from engine.packet.model import VARIANTS, Ahead, Packet, Step
from engine.packet.render import FORMATS, render
from terms.error import BadInput
from tests.unit.packet_part import CRITERIA
from tests.unit.packet_sample import bare, full, told

ATTACKS = (
    "<script>alert(1)</script>",
    "</style><style>*{display:none}</style>",
    '" onmouseover="alert(1)',
    "{{ 7 * 7 }}{% for x in y %}",
    "[click](javascript:alert(1)) ![x](https://evil.example/x.png)",
    "| a | b |\n|---|---|",
    "# heading\n\n---\n\n- item\n1. item\n> quote",
    "```\ncode\n``` `inline` ~~~ ~~gone~~ **bold** _it_ <b>b</b> &lt; &#60;",
    "\u202edenilced saw esac ehT\u202c \u2066x\u2069 \u200f",
    "\\| \\` \\[x\\](y) <https://evil.example>",
    "=====",
    "    four spaces",
    "[x]: https://evil.example",
    "a\x00b\x1b[31m\u2028c\ud800",
)

PROSE = {
    *("name", "text", "says", "required", "observed", "arithmetic", "gap", "missing", "value", "reason"),
    *("because", "note", "file", "file_name", "organisation", "level", "policy", "ladder", "workflow"),
    *("category", "actor", "data", "word", "kind", "target", "lacking"),
}


def attacked(value: Any, attack: str) -> Any:
    """Returns a packet's values with every text that a person, a policy or a file could write replaced."""
    if isinstance(value, dict):
        prose = PROSE - {"kind"} if "children" in value else PROSE
        return {
            key: attack if key in prose and isinstance(held, str) else attacked(held, attack)
            for key, held in value.items()
        }
    if isinstance(value, tuple | list):
        return tuple(attacked(one, attack) for one in value)
    return value


def struck(attack: str) -> Packet:
    """Returns the full sample with an attack in every text."""
    return Packet(**attacked(full().model_dump(), attack))


class Shape(HTMLParser):
    """Collects a page's tags with the names of their attributes, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))


def shape(page: bytes) -> list[tuple[str, tuple[str, ...]]]:
    """Returns the tags of a page."""
    parser = Shape()
    parser.feed(page.decode())
    return parser.tags


def outline(page: bytes) -> Counter[str]:
    """Returns how often each kind of Markdown element stands in a page, plain text and paragraphs aside."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(page.decode())
    kinds = Counter(one.type for one in tokens)
    kinds.update(child.type for one in tokens for child in one.children or ())
    for kind in ("text", "softbreak", "text_special", "inline", "paragraph_open", "paragraph_close"):
        kinds.pop(kind, None)
    return kinds


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_text_changes_the_structure_of_a_page(attack: str) -> None:
    plain, hit = struck("plain words"), struck(attack)
    assert shape(render(hit, "html")) == shape(render(plain, "html"))
    assert outline(render(hit, "md")) == outline(render(plain, "md"))


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_text_changes_the_structure_of_what_lies_ahead(attack: str) -> None:
    def written(text: str) -> Packet:
        step = Step(id="c", says=text, status="not_met", lacking=text)
        held = Ahead(as_of="2026-10-15", says="Earliest 1 July 2027.", steps=(step,), assuming=(text,))
        return told().model_copy(update={"ahead": held})

    plain, hit = written("plain words"), written(attack)
    assert shape(render(hit, "html")) == shape(render(plain, "html"))
    assert outline(render(hit, "md")) == outline(render(plain, "md"))


@settings(max_examples=25)
@given(
    st.text(alphabet=st.sampled_from("<>&\"'`*_[](){}|#~!$\\-+=1.:/ \n\tax\u202e\u200fé"), min_size=1).filter(
        str.strip
    )
)
def test_no_random_text_changes_the_structure_of_a_page(attack: str) -> None:
    attack = "".join(attack.split("\u200f")) or "x"
    attack = attack if attack.strip() else "x"
    plain, hit = struck("plain words"), struck(attack)
    assert shape(render(hit, "html")) == shape(render(plain, "html"))
    assert outline(render(hit, "md")) == outline(render(plain, "md"))


def test_a_character_that_turns_a_sentence_round_is_shown_by_number() -> None:
    page = render(struck("\u202edenilced"), "html").decode()
    assert "\u202e" not in page
    assert "‹U+202E›denilced" in page


def test_a_template_expression_in_a_text_stays_text() -> None:
    assert "{{ 7 * 7 }}" in render(struck("{{ 7 * 7 }}"), "html").decode()


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("sample", [full, bare, told])
def test_the_same_packet_gives_the_same_bytes(sample: Any, format: str) -> None:
    packet = sample()
    again = Packet.model_validate_json(render(packet, "json"))
    assert again == packet
    assert render(again, format) == render(packet, format)


@pytest.mark.parametrize("format", ["html", "md"])
def test_every_status_and_every_variant_is_said_in_words(format: str) -> None:
    page = render(full(), format).decode()
    assert {one.status for top in CRITERIA for one in top.walk()} == set(word.STATUS)
    for said in word.STATUS.values():
        assert said in page
    for variant, sample in zip(VARIANTS, (told(), full("committee"), full()), strict=True):
        assert word.VARIANT[variant].split("'")[0] in render(sample, format).decode()


@pytest.mark.parametrize("format", FORMATS)
def test_a_candidate_reads_no_vote_no_score_and_no_note_of_the_panel(format: str) -> None:
    page = render(told(), format).decode()
    session = full().calibrations[0]
    hidden = [one.because for one in session.votes]
    hidden += [mark.note for one in session.scores for mark in one.scores if mark.note]
    hidden += [seat.because.text for seat in session.members if seat.because]
    hidden += ["largest account", "amelie@northwind.example", "HR-7781"]
    assert [one for one in hidden if one in page] == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"calibrations": full().calibrations}, "a candidate's packet holds what the panel scored or voted"),
        ({"statements": full().statements}, "a candidate's packet holds what others said in confidence"),
        ({"log": full().log}, "a candidate's packet holds contact details or the log"),
    ],
)
def test_a_packet_that_shows_more_than_its_variant_cannot_be_made(
    changed: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        full("candidate", **({"calibrations": (), "statements": ()} | changed))
    assert sentence in str(refused.value)


def test_what_lies_ahead_is_for_the_candidate_alone() -> None:
    with pytest.raises(ValidationError) as refused:
        full("committee", ahead=Ahead(as_of="2026-10-15", says="Earliest 1 July 2027."))
    assert "a committee's packet holds what the candidate alone reads ahead" in str(refused.value)


@pytest.mark.parametrize(
    ("format", "sentence"),
    [
        ("pdf", "A packet as pdf is not made yet; ask for html, md, json, zip."),
        ("pdf", "A packet as pdf is not made yet; ask for html, md, json, zip."),
        ("docx", "'docx' is not a format of packets; ask for html, md, json, zip."),
    ],
)
def test_a_format_that_is_not_made_is_refused(format: str, sentence: str) -> None:
    with pytest.raises(BadInput) as refused:
        render(bare(), format)
    assert str(refused.value) == sentence


def test_a_page_loads_nothing_and_runs_nothing() -> None:
    page = render(full(), "html")
    names = {name for tag, names in shape(page) for name in names} | {tag for tag, _ in shape(page)}
    assert names.isdisjoint({"script", "src", "href", "link", "img", "onclick", "iframe", "form"})
    assert b"default-src 'none'; style-src 'sha256-" in page
    assert b"url(" not in page
    assert b"@import" not in page


class Page(SingleFileSnapshotExtension):
    """Keeps a golden page as a file that a person can open."""

    _write_mode = WriteMode.TEXT


@pytest.mark.parametrize("format", ["html", "md"])
@pytest.mark.parametrize("sample", [full, bare])
def test_the_sample_packets_look_as_they_did(sample: Any, format: str, snapshot: SnapshotAssertion) -> None:
    class Golden(Page):
        file_extension = format

    page = render(sample(), format).decode()
    assert snapshot(name=sample.__name__, extension_class=Golden) == page
