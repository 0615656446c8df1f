"""A policy that somebody names on the command line, with its ladder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cli.authoring import source
from cli.option import Desk

if TYPE_CHECKING:
    from rules.ladder import Ladder
    from rules.policy import Policy


def load_given(given: str, ladder: str | None, held: Desk | None = None) -> tuple[Policy, Ladder]:
    """Returns a policy and its ladder: a file, what ships under a name, or `NAME@EDITION` of the workspace.

    The ladder that a file names stands beside it, or ships.
    """
    from rules.ladder import load_ladder
    from rules.policy import load_policy
    from terms.source import read

    if held is not None and "@" in given:
        from engine.edition.library import ladder as published_ladder
        from engine.edition.library import named, policy

        with held.engine.read() as tx:
            found = policy(tx, named(tx, "policy", *given.split("@", 1)))
            return found, published_ladder(tx, found.ladder)

    text, file = source("policy", given)
    if ladder is None:
        value = read(text, file).value
        ladder = str(value.get("ladder", value.get("policy"))) if isinstance(value, dict) else ""
        beside = Path(given).with_name(f"{ladder}.yaml")
        if Path(given).is_file() and beside.is_file() and beside != Path(given):
            ladder = str(beside)
    steps = load_ladder(*source("ladder", ladder))
    return load_policy(text, file, steps), steps
