"""Makes a packet into bytes: HTML to print, Markdown to quote, JSON to check; same packet, same bytes."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files

from jinja2 import Environment
from markupsafe import Markup

from engine.edition.page import environment
from engine.packet import escape, word
from engine.packet.model import Packet
from terms.canonical import canonical
from terms.error import BadInput
from terms.quantity import plural

LATER = ("pdf",)
ZIP = "zip"


def render(packet: Packet, format: str) -> bytes:
    """Returns a packet as html, md or json; raises BadInput for any other format.

    A zip holds all three, and what proves them: see engine.packet.archive.
    """
    check_format(format)
    return FORMATS[format](packet)


def check_format(format: str) -> None:
    """Raises BadInput for a format that Rung does not know, or does not make yet."""
    if format in LATER:
        raise BadInput(f"A packet as {format} is not made yet; ask for {', '.join(KNOWN)}.")
    if format not in KNOWN:
        raise BadInput(f"{format!r} is not a format of packets; ask for {', '.join(KNOWN)}.")


def as_html(packet: Packet) -> bytes:
    """Returns one HTML page that loads nothing, runs nothing, and prints on A4 and Letter."""
    style = _style().replace("RUNNING-HEAD", f"{packet.label} · {word.VARIANT[packet.variant]}")
    hashed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    page = (
        _html()
        .get_template("packet.html.j2")
        .render(
            packet=packet,
            style=Markup(style),  # noqa: S704  # our own file; the label in it is held to C-0042 by the model
            style_hash=hashed,
        )
    )
    return page.encode()


def as_markdown(packet: Packet) -> bytes:
    """Returns Markdown (with tables) in which nothing a person wrote can act as Markdown or HTML."""
    return _markdown().get_template("packet.md.j2").render(packet=packet).encode()


def as_json(packet: Packet) -> bytes:
    """Returns the packet's values as canonical JSON (RFC 8785) and a line end."""
    return canonical(packet.model_dump(mode="json")) + b"\n"


HEADING = tuple(Markup("#" * depth) for depth in range(7))  # noqa: S704  # a template's own signs

FORMATS: dict[str, Callable[[Packet], bytes]] = {"html": as_html, "md": as_markdown, "json": as_json}
KNOWN = (*FORMATS, ZIP)


@lru_cache(maxsize=1)
def _style() -> str:
    return files("templates").joinpath("packet", "style.css").read_text("utf-8").strip()


def _environment(finalize: Callable[[object], object]) -> Environment:
    made = environment(finalize=finalize, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
    made.filters |= {"day": word.day, "moment": word.moment, "short": word.short}
    made.filters |= {"quoted": escape.quoted, "indented": escape.indented}
    made.globals |= {
        "STATUS": word.STATUS,
        "OUTCOME": word.OUTCOME,
        "VOTE": word.VOTE,
        "VARIANT": word.VARIANT,
        "KIND": word.KIND,
        "HEADING": HEADING,
        "plural": plural,
    }
    return made


@lru_cache(maxsize=1)
def _html() -> Environment:
    return _environment(escape.html)


@lru_cache(maxsize=1)
def _markdown() -> Environment:
    return _environment(escape.markdown)
