"""`rung round`: promotion rounds, written, checked, planned for a year, opened and closed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.authoring import show_faults, source, write
from cli.option import Desk, desk
from cli.output import show_json, show_table
from terms.canonical import Json

if TYPE_CHECKING:
    from engine.round.state import Round
    from workflows.definition import Workflow
    from workflows.round import Dates


@click.group("round")
def rounds() -> None:
    """Plans promotion rounds: when nominations open and close, files are frozen, cases judged, people told.

    Example: rung round show half-yearly --year 2027
    """


@rounds.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--like", default="half-yearly", show_default=True, metavar="NAME", help="Rounds that ship.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@desk()
def new(held: Desk, file: Path, like: str, force: bool) -> None:
    """Writes a file of rounds to start from: half-yearly, monthly or all-year.

    Example: rung round new rounds.yaml --like monthly
    """
    from workflows.shipped import round_text

    write(file, round_text(like).encode(), force=force)
    click.echo(f"Rounds like {like} are in {file}. Next: rung round show {file}")


@rounds.command()
@click.argument("given", metavar="FILE|NAME|ROUND")
@click.option(
    "--year", type=click.IntRange(2020, 2099), metavar="YEAR", help="For which year; this one otherwise."
)
@desk(reads=True)
def show(held: Desk, given: str, year: int | None) -> None:
    """Shows the days of the rounds that a file defines, or of one planned round with its cases.

    A year has the rounds whose promotions take effect in it.

    Example: rung round show half-yearly --year 2027
    """
    from workflows.shipped import round_names

    if not Path(given).suffix and not Path(given).exists() and given not in round_names():
        _show_one(held, given)
        return
    from engine.bootstrap import now
    from workflows.round import load_round

    found = load_round(*source("round", given))
    dates = found.planned(year or now().year)
    if held.json:
        show_json([_dates(one) for one in dates])
        return
    click.echo(f"{found.id} {found.edition_label}: {found.says}")
    names = list(dict.fromkeys(name for one in dates for name, _ in one.rows()))
    rows = [(one.label, *_cells(one, names)) for one in dates]
    if len(dates) > len(names):
        show_table("", ("round", *names), rows)
        return
    across = list(zip(*rows, strict=True))
    show_table("", ("what", *across[0]), [(name, *row) for name, row in zip(names, across[1:], strict=True)])


def _cells(one: Dates, names: list[str]) -> list[str]:
    held: dict[str, list[str]] = {}
    for name, days in one.rows():
        held.setdefault(name, []).append(str(days))
    return ["\n".join(held.get(name, [])) for name in names]


def _dates(one: Dates) -> Json:
    days: list[Json] = [
        {"what": name, "first": held.first.isoformat(), "last": held.last.isoformat()}
        for name, held in one.rows()
    ]
    return {"round": one.label, "days": days}


def _show_one(held: Desk, label: str) -> None:
    from engine.round.query import find_round, labels_in, load_round
    from engine.round.state import standing

    with held.engine.read() as tx:
        found = load_round(tx, find_round(tx, label))
        cases = labels_in(tx, found.id)
    stands = standing(found, held.engine.sources.today().isoformat())
    if held.json:
        show_json({**_json(found, stands), "cases": [{"case": one, "state": state} for one, state in cases]})
        return
    click.echo(f"{found.label}: {found.says}")
    moves = ", ".join(f"{source_ or 'any level'} -> {to}" for source_, to in found.moves) or "every move"
    late = f"an exception ({', '.join(found.approvals)})" if found.approvals else found.late
    click.echo(f"It {stands}." if stands.startswith("takes") else f"It is {stands}.")
    click.echo(f"For {moves}; a late nomination is {late}.")
    show_table("", ("what", "from", "to"), [(name, first, "" if first == last else last)
                                            for name, first, last in found.days])  # fmt: skip
    if cases:
        show_table("", ("case", "state"), cases)


def _json(one: Round, stands: str) -> dict[str, Json]:
    days: list[Json] = [{"what": name, "first": first, "last": last} for name, first, last in one.days]
    return {
        "round": one.label,
        "definition": one.definition,
        "digest": one.digest,
        "state": one.state,
        "stands": stands,
        "opens": one.opens,
        "closes": one.closes,
        "effective": one.effective,
        "days": days,
        "moves": [{"from": source_, "to": to} for source_, to in one.moves],
        "late": one.late,
        "approvals": list(one.approvals),
    }


@rounds.command()
@click.argument("given", metavar="FILE|NAME")
@click.option("--workflow", metavar="FILE|NAME", help="A workflow to check the inspection against.")
@desk(reads=True)
def lint(held: Desk, given: str, workflow: str | None) -> None:
    """Checks rounds in every year from 2025 to 2040: days out of order, sessions on holidays, short inspections.

    Exits with 1 where it finds anything.

    Example: rung round lint half-yearly --workflow promotion-review
    """
    from workflows.round import load_round
    from workflows.roundlint import lint_round

    found = load_round(*source("round", given))
    show_faults(f"{found.id} {found.edition_label}", lint_round(found, _workflow(workflow)), held.json)


def _workflow(given: str | None) -> Workflow | None:
    from workflows.definition import load_workflow

    return None if given is None else load_workflow(*source("workflow", given))


@rounds.command()
@desk(reads=True)
def schema(held: Desk) -> None:
    """Prints the JSON Schema of files of rounds, by which an editor completes keys and marks faults.

    Example: rung round schema > round.schema.json
    """
    from workflows.roundschema import round_schema

    show_json(round_schema())


@rounds.command()
@click.argument("given", metavar="FILE|NAME")
@click.option(
    "--year", required=True, type=click.IntRange(2020, 2099), metavar="YEAR", help="For which year."
)
@desk(acts=True, reads=True)
def plan(held: Desk, given: str, year: int) -> None:
    """Plans the rounds of a year: from then on nominations for their moves are taken within them.

    Planning again with other days replaces those of rounds that hold no case yet.

    Example: rung round plan half-yearly --year 2027 --as E-1001
    """
    from engine.round.command import PlanRounds

    text, file = source("round", given)
    outcome = held.engine.act(PlanRounds(text=text, file=file, year=year), held.actor())
    if held.json:
        show_json(
            [{"round": one.data["label"], "event": one.type, "seq": held.seq(one)} for one in outcome.events]
        )
        return
    for remark in outcome.remarks:
        click.echo(remark)


@rounds.command("list")
@desk(reads=True)
def list_rounds(held: Desk) -> None:
    """Lists the rounds: their days, whether they take nominations, and how many cases are in which stage.

    Example: rung round list
    """
    from engine.round.query import STAGES, stages
    from engine.round.query import rounds as every
    from engine.round.state import standing

    today = held.engine.sources.today().isoformat()
    with held.engine.read() as tx:
        found, counts = every(tx), stages(tx)
    if held.json:
        shown: list[Json] = [
            {**_json(one, standing(one, today)), "cases": dict(counts.get(one.id, dict.fromkeys(STAGES, 0)))}
            for one in found
        ]
        show_json(shown)
        return
    shown_rows = [
        (
            one.label,
            f"{one.opens} to {one.closes}",
            one.effective or "",
            standing(one, today),
            ", ".join(f"{count} {stage}" for stage, count in counts.get(one.id, {}).items() if count),
        )
        for one in found
    ]
    show_table("", ("round", "nominations", "effective", "stands", "cases"), shown_rows)


@rounds.command("open")
@click.argument("label", metavar="ROUND")
@click.option("--because", required=True, metavar="TEXT", help="Why.")
@desk(acts=True, reads=True)
def open_round(held: Desk, label: str, because: str) -> None:
    """Opens a round before its day, or again until it closes; on its day it opens by itself.

    Example: rung round open half-yearly-2027-04 --because "Managers are ready" --as E-1001
    """
    _change(held, label, because, "OpenRound", "{label} takes nominations until {closes}.")


@rounds.command("close")
@click.argument("label", metavar="ROUND")
@click.option("--because", required=True, metavar="TEXT", help="Why.")
@desk(acts=True, reads=True)
def close_round(held: Desk, label: str, because: str) -> None:
    """Closes a round: it takes no nomination any more, late or not; the cases in it go on.

    Example: rung round close half-yearly-2027-04 --because "Everybody has been told" --as E-1001
    """
    _change(held, label, because, "CloseRound", "{label} is closed.")


def _change(held: Desk, label: str, because: str, name: str, said: str) -> None:
    from engine.round import command
    from engine.round.query import find_round, load_round

    actor = held.actor()
    with held.engine.read() as tx:
        found = load_round(tx, find_round(tx, label))
    outcome = held.engine.act(getattr(command, name)(round=found.id, because=because), actor)
    if held.json:
        show_json({"round": found.label, "event": outcome.events[0].type, "seq": held.seq(outcome.events[0])})
        return
    click.echo(said.format(label=found.label, closes=found.closes))
