"""`rung session compare`: the cases of a session side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import click

import cli.discuss  # noqa: F401  # its commands stand below the same group
from cli.option import Desk, desk
from cli.output import show_json, show_table
from cli.session import session
from terms.canonical import Json

if TYPE_CHECKING:
    from engine.session.comparison import Column, Guide, Score


@session.command()
@click.argument("label", metavar="SESSION")
@desk(reads=True)
def compare(held: Desk, label: str) -> None:
    """Shows the cases of a session side by side, criterion by criterion, with every score that was moved.

    Scores and votes appear once they are revealed. Guidelines of the workflow inform; they refuse nothing.

    Example: rung session compare S-0001
    """
    from engine.case.query import load
    from engine.edition.library import workflow
    from engine.people.directory import people
    from engine.session.comparison import columns, guides
    from engine.session.query import find_session, load_session

    with held.engine.read() as tx:
        found = load_session(tx, find_session(tx, label))
        cases = [load(tx, one) for one in dict.fromkeys(found.cases)]
        names = {one.id: one.label if held.json else one.name for one in people(tx)}
        shown = columns(cases)
        told: list[Guide] = []
        for digest in dict.fromkeys(one.workflow for one in cases):
            mine = [column for column, one in zip(shown, cases, strict=True) if one.workflow == digest]
            told += guides(mine, workflow(tx, digest).guidelines)
    if held.json:
        show_json(
            {
                "session": found.label,
                "cases": [_json(one, names) for one in shown],
                "guidelines": [
                    {
                        "says": one.says,
                        "of": one.of,
                        "count": one.count,
                        "cases": one.cases,
                        "within": one.within,
                    }
                    for one in told
                ],
            }
        )
        return
    heads = [f"{one.label} {names.get(one.person, one.person)}" for one in shown]
    show_table(found.label, ("", *heads), _rows(shown, names))
    for one in told:
        place = "" if one.within else "; outside the guideline"
        click.echo(f"Guideline: {one.says} Here {one.count} of {one.cases} {one.of}{place}. It informs only.")


def _rows(shown: tuple[Column, ...], names: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    for name in dict.fromkeys(name for one in shown for name in one.findings):
        yield name, *(one.findings.get(name, "").replace("_", " ") for one in shown)
    for name in dict.fromkeys(name for one in shown for name in one.scores):
        yield name, *(", ".join(_said(s, names) for s in one.scores.get(name, ())) for one in shown)
    yield "votes", *(", ".join(f"{n} {word}" for word, n in one.votes.items() if n) for one in shown)
    yield "decision", *(one.outcome or "" for one in shown)


def _said(one: Score, names: Mapping[str, str]) -> str:
    moved = f" (was {one.was}, {one.code})" if one.was is not None else ""
    return f"{names.get(one.member, one.member)} {one.points}{moved}"


def _json(one: Column, names: Mapping[str, str]) -> Json:
    return {
        "case": one.label,
        "person": names.get(one.person, one.person),
        "findings": dict(one.findings),
        "scores": {
            name: {
                names.get(given.member, given.member): {
                    "points": given.points,
                    "was": given.was,
                    "code": given.code,
                }
                for given in scores
            }
            for name, scores in one.scores.items()
        },
        "votes": dict(one.votes) or None,
        "affirmed": one.affirmed,
        "decision": one.outcome,
    }
