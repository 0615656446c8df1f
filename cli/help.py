"""Returns the help of a command as rich-click draws it; loaded only when somebody asks for help."""

from __future__ import annotations

import copy
import inspect
from typing import Any

import click
from rich.text import Text
from rich_click.rich_context import RichContext
from rich_click.rich_help_rendering import get_rich_help_text
from rich_click.rich_panel import construct_panels

STYLE = {
    "style_option": "bold cyan",
    "style_command": "bold cyan",
    "style_usage": "bold",
    "style_helptext_first_line": "",
    "style_helptext": "",
    "options_panel_title": "Options",
    "max_width": 100,
}


def names(command: click.Command, ctx: click.Context) -> list[str]:
    """Returns the names of the commands below a command, if it has any."""
    return command.list_commands(ctx) if isinstance(command, click.Group) else []


def page(ctx: click.Context) -> str:
    """Returns the help page of a context's command: usage, what it does, an example, its options."""
    command: Any = ctx.command
    for below in [command, *(command.get_command(ctx, name) for name in names(command, ctx))]:
        # What rich-click looks for on a command of its own, and plain click's have not.
        vars(below).update({"panel": None, "panels": [], "aliases": ()})
    rich = RichContext(command, info_name=ctx.info_name, parent=ctx.parent, rich_help_config=STYLE)
    rich.help_option_names = ctx.help_option_names
    formatter = rich.make_formatter()
    command.format_usage(rich, formatter)
    told = copy.copy(command)
    told.help, _, example = inspect.cleandoc(command.help or "").rpartition("\n\nExample: ")
    get_rich_help_text(told, rich, formatter)
    # Never wrapped: a line broken by the page could not be pasted.
    formatter.write(Text.assemble(" Example: ", (example, "bold"), "\n"), soft_wrap=True)
    for panel in construct_panels(command, rich, formatter):
        drawn: Any = panel.render(command, rich, formatter)
        if getattr(drawn.renderable, "rows", True):
            formatter.write(drawn)
    return formatter.getvalue().rstrip("\n")
