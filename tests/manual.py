"""The manual of every command, drawn from the help that the command itself gives."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from cli.main import rung

HEAD = """# Commands

Drawn from `rung --help`; `scripts/docs` draws it again. Options stand before or after arguments. Exit codes: 0 done,
1 checked and the answer is no, 2 bad input, 3 refused (who or when), 4 stale or conflicting, 5 cannot tell.
"""


def commands(
    command: click.Command = rung, parent: click.Context | None = None, name: str = "rung"
) -> Iterator[tuple[str, click.Command, click.Context]]:
    """Yields every command with its full name and a context in which to ask it."""
    ctx = click.Context(command, info_name=name, parent=parent, terminal_width=110, max_content_width=110)
    ctx.help_option_names = ["-h", "--help"]
    yield ctx.command_path, command, ctx
    if isinstance(command, click.Group):
        for below in command.list_commands(ctx):
            found = command.get_command(ctx, below)
            assert found is not None
            yield from commands(found, ctx, below)


def split(command: click.Command) -> tuple[str, str]:
    """Returns what a command says it does, and its example."""
    told, _, example = inspect.cleandoc(command.help or "").rpartition("\n\nExample: ")
    return told, example


def options(command: click.Command, ctx: click.Context) -> list[tuple[str, str]]:
    """Returns a command's options, each with its help, but for the one that asks for help."""
    told = [one.get_help_record(ctx) for one in command.get_params(ctx) if isinstance(one, click.Option)]
    return [one for one in told if one is not None and "--help" not in one[0]]


def manual() -> str:
    """Returns the page of all commands in Markdown."""
    parts = [HEAD]
    for path, command, ctx in commands():
        told, example = split(command)
        usage = " ".join([path, *command.collect_usage_pieces(ctx)])
        parts.append(f"\n## {path}\n\n{told}\n\n```text\n{usage}\n```\n\nExample: `{example}`\n")
        rows = options(command, ctx)
        if rows:
            parts.append("\n| option | |\n|---|---|\n")
            parts.extend(f"| `{name.replace('|', chr(92) + '|')}` | {help} |\n" for name, help in rows)
    return "".join(parts)
