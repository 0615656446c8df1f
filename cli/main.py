"""The `rung` command: names every command, loads none before it is asked for."""

from __future__ import annotations

import importlib
from typing import Any

import click

VERSION = "0.1.0"

COMMANDS = {
    "appeal": "cli.appeal:appeal",
    "audit": "cli.audit:audit",
    "backup": "cli.backup:backup",
    "calendar": "cli.calendar:calendar",
    "case": "cli.following:case",
    "cycle": "cli.sheet:cycle",
    "database": "cli.database:database",
    "decide": "cli.decide:decide",
    "delegate": "cli.delegate:delegate",
    "demo": "cli.demo.command:demo",
    "erasure": "cli.erasure:erasure",
    "evidence": "cli.evidence:evidence",
    "exception": "cli.exception:exception",
    "export": "cli.export:export",
    "hold": "cli.retention:hold",
    "gap": "cli.gap:gap",
    "import": "cli.intake:intake",
    "init": "cli.workspace:init",
    "interim": "cli.interim:interim",
    "ladder": "cli.ladder:ladder",
    "letter": "cli.letter:letter",
    "nominate": "cli.nominate:nominate",
    "org": "cli.org:org",
    "person": "cli.person:person",
    "plan": "cli.plan:plan",
    "policy": "cli.policy:policy",
    "queue": "cli.queue:queue",
    "ready": "cli.ready:ready",
    "report": "cli.report:report",
    "restore": "cli.backup:restore",
    "retention": "cli.retention:retention",
    "round": "cli.round:rounds",
    "screen": "cli.screen:screen",
    "serve": "cli.serve:serve",
    "session": "cli.beside:session",
    "status": "cli.workspace:status",
    "subject": "cli.subject:subject",
    "tick": "cli.tick:tick",
    "token": "cli.token:token",
    "track": "cli.track:track",
    "workflow": "cli.workflow:workflow",
}


class Context(click.Context):
    """Draws its command's help with rich-click, which is loaded only then."""

    def get_help(self) -> str:
        from cli.help import page

        return page(self)


def dress(command: click.Command) -> click.Command:
    """Returns a command that, with all below it, draws its help as the whole program does."""
    command.context_class = Context
    if isinstance(command, click.Group):
        for below in command.commands.values():
            dress(below)
    return command


class LazyGroup(click.Group):
    """Finds a subcommand by importing its module when it is first needed."""

    context_class = Context

    def __init__(self, *args: Any, lazy: dict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lazy = lazy or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *self.lazy])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.lazy:
            return super().get_command(ctx, cmd_name)
        module, _, name = self.lazy[cmd_name].partition(":")
        found = getattr(importlib.import_module(module), name)
        assert isinstance(found, click.Command)
        return dress(found)

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        try:
            return super().make_context(*args, **kwargs)
        except click.UsageError as error:
            from cli.edge import misused

            raise misused(error) from None

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            from cli.edge import misused

            raise misused(error) from None
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            from cli.edge import shown

            raise shown(error) from error


@click.group(cls=LazyGroup, lazy=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="rung", message="%(prog)s %(version)s")
def rung() -> None:
    """Runs promotion reviews on written rules, and keeps a record anyone can check.

    Example: rung demo
    """


def main() -> None:
    """Runs the command line."""
    rung(prog_name="rung")
