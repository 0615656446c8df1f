"""What is ahead of somebody: the earliest date with what it assumes, and every open move side by side."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

import click

from cli.mark import STATUS
from cli.output import show_table
from rules.word import words

if TYPE_CHECKING:
    from engine.case.readiness import Assessed
    from engine.round.ahead import Opening
    from rules.running import Running
    from rules.when import When

NO_DATE = "No date"
BESIDE = 2  # moves in one table; more stand below


def dates_of(ahead: When) -> dict[str, str]:
    """Returns from when each required criterion could be met, in words, by its id; first what is booked so far."""
    found = {}
    for one in ahead.criteria:
        told = [_booked(each, one.id) for each in one.running]
        found[one.id] = " ".join([*told, f"From {one.on}." if one.on else f"{NO_DATE}: {one.why}"])
    return found


def _booked(one: Running, criterion: str) -> str:
    return one.sentence if one.id == criterion else f"{one.id}: {one.sentence}"


def show_earliest(ahead: When, opening: Opening | None) -> None:
    """Prints the earliest date with the round that takes it, and what it assumes line by line."""
    wide = get_terminal_size().columns
    first = f"{ahead.sentence} {opening.sentence}" if opening is not None else ahead.sentence
    click.echo(textwrap.fill(first, wide, break_on_hyphens=False))
    if ahead.assuming:
        click.echo("Assuming:")
        for told in ahead.assuming:
            click.echo(
                textwrap.fill(told, wide, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False)
            )


def show_fork(name: str, assessed: Sequence[Assessed], openings: Sequence[Opening | None]) -> None:
    """Prints the moves open to somebody as equal columns: per criterion the status, the gap and from when."""
    first = assessed[0]
    click.echo(f"{name}, from {first.move.source}, as of {first.readiness.as_of}")
    for at in range(0, len(assessed), BESIDE):
        _beside(assessed[at : at + BESIDE])
    for one, opening in zip(assessed, openings, strict=True):
        click.echo(f"\n{one.move.target}, by {one.policy.id} {one.policy.edition_label}")
        show_earliest(one.when(), opening)


def _beside(assessed: Sequence[Assessed]) -> None:
    columns = [_column(one) for one in assessed]
    ids = list(dict.fromkeys(name for column in columns for name in column))
    heads = [f"{one.move.target} ({one.ladder.level(one.move.target).track})" for one in assessed]
    rows = [("all", *(STATUS[str(one.readiness.status)] for one in assessed))]
    rows += [(name, *(column.get(name, "not asked") for column in columns)) for name in ids]
    show_table("", ("criterion", *heads), rows)


def _column(assessed: Assessed) -> dict[str, str]:
    held: Mapping[str, Any] = assessed.readiness.json()
    dates = dates_of(assessed.when())
    return {str(one["id"]): _cell(one, dates) for one in held["findings"]}


def _cell(finding: Mapping[str, Any], dates: Mapping[str, str]) -> str:
    status = STATUS[str(finding["status"])]
    if finding["status"] == "met":
        return status
    told = words(finding)
    return f"{status}. {still(told.lacking, dates[str(finding['id'])])}"


def still(lacking: str, from_: str) -> str:
    """Returns what is still to do, and from when; why there is no date only where that says something else."""
    same = f"{NO_DATE}: {lacking}"
    told = f"{from_.removesuffix(same)}{NO_DATE}." if lacking and from_.endswith(same) else from_
    return f"{lacking} {told}".strip()
