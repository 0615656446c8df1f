"""Runs the benchmarks: `python -m benchmarks [NAME] [--json]`; exits with 1 where a bar does not hold."""

from __future__ import annotations

import importlib
import sys

import click

from cli.output import show_json, show_table

NAMES = ("start", "readiness", "loading", "queue", "durable", "contention", "record", "screen")


@click.command()
@click.argument("name", type=click.Choice(NAMES), required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def run(name: str | None, as_json: bool) -> None:
    """Measures each figure beside its peer and says whether its bar holds.

    Example: python -m benchmarks start --json
    """
    figures = []
    for one in [name] if name else NAMES:
        click.echo(f"measuring {one} ...", err=True)
        figures += importlib.import_module(f"benchmarks.{one}").rows()
    said = [figure.said() for figure in figures]
    if as_json:
        show_json([dict(one) for one in said])
    else:
        show_table("", list(said[0]), [list(one.values()) for one in said])
    sys.exit(0 if all(figure.holds for figure in figures) else 1)


run(prog_name="python -m benchmarks")
