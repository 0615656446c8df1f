"""Makes any text safe on a page: what cannot be seen is shown, and Markdown's signs mean themselves."""

from __future__ import annotations

import re

from markupsafe import Markup

# Embeddings, overrides and isolates can show a sentence backwards; other controls can hide a part of it.
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff\u200b\u2060\ud800-\udfff]"
)
MARKS = re.compile("[\u200e\u200f\u061c]")
SIGNS = re.compile(r"[\\`*_{}\[\]#|~!$]")
NUMBERED = re.compile(r"^([0-9]{1,9})([.)])(?=\s|\Z)")
LEADING = re.compile(r"^(=|[-+](?=[-+\s]|\Z))")
LINK = re.compile(r"(?i)\b(https?|ftp|mailto|xmpp)(:)|\b(www)(\.)")


def visible(text: str) -> str:
    """Returns a text with each character that shows nothing, or turns others round, as its number."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return UNSEEN.sub(lambda found: f"\u2039U+{ord(found[0]):04X}\u203a", unified)


def html(value: object) -> object:
    """Returns what a template prints, text made visible; Jinja escapes it for HTML afterwards."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def markdown(value: object) -> object:
    """Returns what a template prints as one line in which no sign of Markdown or HTML is left to act."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return Markup(one_line(value))  # noqa: S704  # this is the escape that makes it safe


def one_line(text: str) -> str:
    """Returns a text as one line of Markdown that reads as it was written."""
    line = " ".join(MARKS.sub("", visible(text)).split())
    line = SIGNS.sub(lambda found: "\\" + found[0], line)
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    line = LINK.sub(lambda found: f"{found[1] or found[3]}&#{ord(found[2] or found[4])};", line)
    line = NUMBERED.sub(r"\1\\\2", line)
    return LEADING.sub(r"\\\1", line)


def quoted(text: str) -> Markup:
    """Returns a text of several lines as a Markdown quotation."""
    lines = [one_line(line) for line in visible(text).split("\n")]
    return Markup("\n".join(f"> {line}".rstrip() for line in lines))  # noqa: S704  # each line is escaped


def indented(text: str) -> Markup:
    """Returns a text as a Markdown code block made by indenting, which nothing in it can end."""
    lines = MARKS.sub("", visible(text)).rstrip("\n").split("\n")
    return Markup("\n".join(f"    {line}".rstrip() for line in lines))  # noqa: S704  # a code block shows, never acts
