"""The definitions of workflows and rounds that come with Rung."""

from __future__ import annotations

from importlib.resources import files

from terms.error import Unknown

PLACE = files("workflows.definitions")


def names() -> tuple[str, ...]:
    """Returns the names of the shipped definitions."""
    return tuple(
        sorted(one.name.removesuffix(".yaml") for one in PLACE.iterdir() if one.name.endswith(".yaml"))
    )


def text(name: str) -> str:
    """Returns a shipped definition's text; raises Unknown where there is none of that name."""
    if name not in names():
        raise Unknown(f"No workflow {name} ships with Rung; there is {', '.join(names())}.")
    return (PLACE / f"{name}.yaml").read_text(encoding="utf-8")


ROUNDS = files("workflows.rounds")


def round_names() -> tuple[str, ...]:
    """Returns the names of the shipped rounds."""
    found = (one.name for one in ROUNDS.iterdir())
    return tuple(sorted(one.removesuffix(".yaml") for one in found if one.endswith(".yaml")))


def round_text(name: str) -> str:
    """Returns the text of shipped rounds; raises Unknown where there are none of that name."""
    if name not in round_names():
        raise Unknown(f"No rounds named {name} ship with Rung; there is {', '.join(round_names())}.")
    return (ROUNDS / f"{name}.yaml").read_text(encoding="utf-8")
