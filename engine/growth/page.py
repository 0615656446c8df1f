"""Makes what every page about growth is written with: its templates, and its style."""

from __future__ import annotations

from importlib.resources import files

from jinja2 import Environment

from engine.edition.page import environment as made


def environment() -> Environment:
    """Returns the templates, with everything escaped that they are given."""
    return made(trim_blocks=True, lstrip_blocks=True)


def style(*names: str) -> str:
    """Returns some style sheets one after the other."""
    place = files("templates").joinpath("growth")
    return "\n".join(place.joinpath(name).read_text("utf-8").strip() for name in names)
