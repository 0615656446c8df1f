"""How answers are printed: JSON for programs, tables for people; rich is loaded only for a table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import click

from terms.canonical import Json


def show_json(value: Json) -> None:
    """Prints one JSON value, indented, keys in order."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))  # noqa: TID251  # printing is this module's work


def show_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Prints rows under column heads, as wide as the terminal allows; text is never read as markup."""
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title or None, title_justify="left", box=SIMPLE, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console(soft_wrap=False).print(table)
