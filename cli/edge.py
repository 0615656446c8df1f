"""Turns an error into what the terminal shows: its words on stderr and its exit code."""

from __future__ import annotations

import os
import traceback
from typing import IO, Any

import click

from terms.error import BadInput, Broken, CannotTell, Conflict, Refused, RungError

NO, BAD_INPUT, REFUSED, CONFLICT, CANNOT_TELL, FAULT = 1, 2, 3, 4, 5, 70

CODES: tuple[tuple[type[RungError], int], ...] = (
    (BadInput, BAD_INPUT),
    (Refused, REFUSED),
    (Conflict, CONFLICT),
    (Broken, NO),
    (CannotTell, CANNOT_TELL),
    (RungError, BAD_INPUT),
)


class Shown(click.ClickException):
    """Carries an exit code out of the terminal."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]  # click declares it once, on the class

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(self.format_message(), file=file, err=file is None)


def misused(error: click.UsageError) -> click.ClickException:
    """Returns the terminal form of a wrong call: what is wrong, and which help page says how to do it."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError) or error.ctx is None:
        return error
    told, path = error.format_message(), error.ctx.command_path
    end = "" if told.endswith((".", "?", "?)")) else "."
    return Shown(f"{path}: {told}{end} `{path} --help` shows how to call it.", BAD_INPUT)


def shown(error: Exception) -> Shown:
    """Returns the terminal form of an error; one nobody raised on purpose is named as Rung's own fault."""
    for kind, code in CODES:
        if isinstance(error, kind):
            return Shown(str(error), code)
    if isinstance(error, OSError) and error.strerror:
        place = (
            f"{error.filename} cannot be used" if error.filename else "A file or a connection cannot be used"
        )
        return Shown(f"{place}: {error.strerror}.", BAD_INPUT)
    if os.environ.get("RUNG_TRACE"):
        traceback.print_exception(error)
    text = f"Rung met a fault of its own ({type(error).__name__}: {error}); nothing was changed."
    return Shown(f"{text} Set RUNG_TRACE=1 to see where.", FAULT)
