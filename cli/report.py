"""`rung report`: figures over what is on record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from cli.option import Desk, desk
from cli.output import show_json, show_table
from terms.canonical import Json

if TYPE_CHECKING:
    from engine.report.agreement import Agreement, Leniency


@click.group()
def report() -> None:
    """Shows figures over what is on record; none of them decides anything.

    Example: rung report panel S-0001
    """


@report.command()
@click.argument("labels", metavar="SESSION...", nargs=-1)
@desk(reads=True)
def panel(held: Desk, labels: tuple[str, ...]) -> None:
    """Shows how members and nominating managers score beside the panel, and how far the panel agrees.

    Each figure has an interval that holds for the whole table; few cases make it wide. Names stand in the order
    of the alphabet: this is no ranking. Without SESSION it is about every session. Needs the extra `stats`.

    Example: rung report panel S-0001
    """
    from engine.people.directory import people
    from engine.report.panel import panel_report
    from engine.session.query import find_session, load_session, sessions

    with held.engine.read() as tx:
        chosen = [load_session(tx, find_session(tx, one)) for one in labels] or list(sessions(tx))
        found = panel_report(tx, chosen)
        names = {one.id: one.label if held.json else one.name for one in people(tx)}
    if held.json:
        show_json(
            {
                "cases": found.cases,
                "members": [_json(one, names) for one in found.members],
                "managers": [_json(one, names) for one in found.managers],
                "agreement": {"sealed": _alpha(found.sealed), "discussed": _alpha(found.discussed)},
                "moved": found.moved,
            }
        )
        return
    for title, held_by in (("Members", found.members), ("Nominating managers", found.managers)):
        rows = sorted(_row(one, names) for one in held_by)
        if rows:
            columns = (title, "cases", "points above the others", "95% interval", "")
            show_table("", columns, rows)
    for when, one in (("sealed", found.sealed), ("after discussion", found.discussed)):
        click.echo(f"Agreement, {when}: {_told(one)}")
    click.echo(f"{found.moved} scores were moved after the reveal, on {found.cases} cases.")


def _row(one: Leniency, names: Mapping[str, str]) -> tuple[str, ...]:
    name, cases = names.get(one.rater, one.rater), str(one.cases)
    if one.low is None or one.high is None:
        return name, cases, f"{one.estimate:+.2f}", "", "too few cases to tell"
    told = "differs" if one.differs else "no difference shown"
    return name, cases, f"{one.estimate:+.2f}", f"{one.low:+.2f} to {one.high:+.2f}", told


def _told(one: Agreement) -> str:
    if one.alpha is None:
        return f"cannot be told from {one.units} scores that several gave."
    around = "" if one.low is None else f", {one.low:.2f} to {one.high:.2f} with any one case left out"
    return f"alpha {one.alpha:.2f} over {one.units} scores{around}."


def _fixed(value: float | None) -> Json:
    return None if value is None else f"{value:.4f}"


def _json(one: Leniency, names: Mapping[str, str]) -> Json:
    return {
        "person": names.get(one.rater, one.rater),
        "cases": one.cases,
        "points_above": _fixed(one.estimate),
        "low": _fixed(one.low),
        "high": _fixed(one.high),
        "differs": one.differs,
    }


def _alpha(one: Agreement) -> Json:
    return {"units": one.units, "alpha": _fixed(one.alpha), "low": _fixed(one.low), "high": _fixed(one.high)}


@report.command("exceptions")
@desk(reads=True)
def exceptions(held: Desk) -> None:
    """Shows, for everybody who nominated, on how many of their cases an exception was asked for and granted.

    Example: rung report exceptions
    """
    from engine.people.directory import people
    from engine.report.exception import exception_rates

    with held.engine.read() as tx:
        rates = exception_rates(tx)
        names = {one.id: one.label if held.json else one.name for one in people(tx)}
    if held.json:
        show_json(
            [
                {
                    "nominator": names.get(one.nominator, one.nominator),
                    "cases": one.cases,
                    "excepted": one.excepted,
                    "asked": one.asked,
                    "granted": one.granted,
                    "refused": one.refused,
                }
                for one in rates
            ]
        )
        return
    rows = [
        (
            names.get(one.nominator, one.nominator),
            str(one.cases),
            f"{one.excepted} of {one.cases}",
            str(one.asked),
            str(one.granted),
            str(one.refused),
        )
        for one in rates
    ]
    columns = ("nominator", "cases", "with an exception", "asked", "granted", "refused")
    show_table("", columns, sorted(rows))


@report.command("levels")
@desk(reads=True)
def levels(held: Desk) -> None:
    """Lists imported levels that disagree with a promotion decided before; exit code 1 where there is one.

    Example: rung report levels
    """
    from engine.people.directory import people
    from engine.report.conflict import level_conflicts

    with held.engine.read() as tx:
        found = level_conflicts(tx)
        names = {one.id: one.label if held.json else one.name for one in people(tx)}
    if held.json:
        show_json(
            [
                {
                    "case": one.case,
                    "person": names.get(one.person, one.person),
                    "decided": one.decided,
                    "effective": one.effective,
                    "imported": one.imported,
                    "since": one.since,
                    "source": one.source,
                    "file": one.file,
                }
                for one in found
            ]
        )
    elif not found:
        click.echo("No imported level disagrees with a promotion.")
    for one in () if held.json else found:
        who = names.get(one.person, one.person)
        click.echo(
            f"{one.case}: {who} is {one.decided} from {one.effective} by decision; {one.file} says {one.imported} "
            f"since {one.since} ({one.source})."
        )
    if found:
        raise click.exceptions.Exit(1)
