"""The options every command shares, and the Desk they open: a workspace, who acts, and how to answer."""

from __future__ import annotations

import functools
import os
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    from engine.bootstrap import Command, Engine
    from engine.case.execute import Outcome
    from engine.record.event import Actor, Event


@dataclass(slots=True)
class Desk:
    """Holds what a command was given besides its own arguments; opens the workspace when first asked."""

    workspace: Path | None
    acting: str | None
    json: bool
    behalf: str | None = None
    seen: int | None = None
    opened: Engine | None = None

    @property
    def engine(self) -> Engine:
        """Returns the workspace's engine; raises Unknown where no workspace is found."""
        if self.opened is None:
            from engine.bootstrap import open_engine

            self.opened = open_engine(self.place)
        return self.opened

    @property
    def place(self) -> Path:
        """Returns the workspace's folder; raises Unknown where no workspace is found."""
        from engine.store.setting import find_root

        return find_root(Path.cwd(), self.workspace)

    def act(self, command: Command) -> Outcome:
        """Returns what a command came to; raises Conflict where the case is no longer as whoever acts saw it."""
        return self.engine.act(command, self.actor(), seen=self.seen)

    def actor(self, *, first: bool = False) -> Actor:
        """Returns who acts; raises BadInput where nobody is named, Unknown where nobody has that name.

        `first` is for issuing a token: as long as nobody was issued one, a name is enough.
        """
        return self.engine.actor(self.acting, self.behalf, self.token, first=first)

    def seq(self, event: Event) -> int | None:
        """Returns an event's number, to be shown to whoever wrote it; None where it would tell that others have judged.

        Entries are numbered one by one, so two numbers tell how many were written between them (law 7).
        """
        from engine.case.ballot import seals

        with self.engine.read() as tx:
            return None if seals(tx, event.actor) else event.seq

    @property
    def token(self) -> str | None:
        """Returns the token that the environment holds, or names the file of; raises BadInput where there is none."""
        file = os.environ.get("RUNG_TOKEN_FILE")
        if os.environ.get("RUNG_TOKEN") or not file:
            return os.environ.get("RUNG_TOKEN") or None
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            from terms.error import BadInput

            raise BadInput(f"{file} (RUNG_TOKEN_FILE) cannot be read; write the token into it.") from None

    def pasted(self, option: str = "--as") -> str:
        """Returns what makes a hint pasteable as it stands: who acts and where, as far as they were typed."""
        context = click.get_current_context(silent=True)
        typed = ParameterSource.COMMANDLINE
        found = ""
        for name, word, value in (
            ("acting", option, self.acting),
            ("behalf", "--for", self.behalf),
            ("workspace", "--workspace", self.workspace),
        ):
            if value is not None and context is not None and context.get_parameter_source(name) is typed:
                found += f" {word} {shlex.quote(str(value))}"
        return found

    def reader(self) -> str | None:
        """Returns the human who reads; None where nobody is named, or nobody has been imported.

        Raises Unknown or Ambiguous where the name fits nobody or several.
        """
        if not (self.acting or self.token):
            return None
        return self.engine.reader(self.acting, self.token)


def desk(
    *, acts: bool = False, reads: bool = False, sees: bool = False, looked: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Returns a decorator that passes a Desk as first argument and adds --workspace, and --as or --json.

    `sees` says that what is shown depends on who reads, `looked` that one acts on what a page of the case showed.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def run(*args: Any, workspace: Path | None, **kwargs: Any) -> Any:
            acting, as_json = kwargs.pop("acting", None), kwargs.pop("as_json", False)
            opened = Desk(workspace, acting, as_json, kwargs.pop("behalf", None), kwargs.pop("seen", None))
            try:
                return function(opened, *args, **kwargs)
            finally:
                if opened.opened is not None:
                    opened.opened.close()

        if reads:
            run = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")(run)
        if looked:
            run = click.option(
                "--seen",
                type=click.IntRange(min=1),
                metavar="VERSION",
                help="The version that the page of the case named; refused (4) where it has changed since.",
            )(run)
        if sees:
            run = click.option(
                "--as",
                "acting",
                envvar="RUNG_AS",
                metavar="PERSON",
                help="Who reads (or RUNG_AS); else what anybody may see.",
            )(run)
        if acts:
            run = click.option(
                "--for", "behalf", envvar="RUNG_FOR", metavar="PERSON", help="Who asked them to act instead."
            )(run)
            run = click.option(
                "--as", "acting", envvar="RUNG_AS", metavar="PERSON", help="Who acts (or RUNG_AS)."
            )(run)
        return click.option(
            "--workspace",
            envvar="RUNG_WORKSPACE",
            type=click.Path(path_type=Path, file_okay=False),
            metavar="DIR",
            help="The workspace (or RUNG_WORKSPACE); else found by walking up from here.",
        )(run)

    return decorate
