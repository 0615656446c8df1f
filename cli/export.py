"""Exports the rationale of one case as a file: `rung export`."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import click

from cli.option import Desk, desk
from terms.error import BadInput, Conflict

VARIANTS = ("candidate", "committee", "auditor")


@click.command()
@click.argument("case", metavar="CASE")
@click.option(
    "--as",
    "variant",
    type=click.Choice(VARIANTS),
    default="candidate",
    show_default=True,
    help="For whom the packet is: what it leaves out depends on it.",
)
@click.option("--format", "form", default="html", show_default=True, help="html, md, json or zip.")
@click.option(
    "--since",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="OLD",
    help="A checkpoint kept elsewhere that a zip shall prove to be continued; repeat.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where to write; else the workspace's exports folder.",
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@click.option("--actor", envvar="RUNG_AS", metavar="PERSON", help="Who acts (or RUNG_AS).")
@desk(reads=True)
def export(
    held: Desk,
    case: str,
    variant: str,
    form: str,
    since: tuple[Path, ...],
    out: Path | None,
    force: bool,
    actor: str | None,
) -> None:
    """Writes a case's packet: its criteria, evidence, calibration, decision, and what proves it.

    A candidate's copy may be had by the candidate, their manager and HR; a committee's by the panel, its
    chair, the decider and HR; an auditor's by HR. A zip also holds what proves it, and a verify.py to run.

    Example: rung export C-0001 --as committee --format html --actor ruth
    """
    from cli.output import show_json
    from engine.custody.packet import written as made

    held.acting = actor
    acting, engine = held.actor(), held.engine
    label, written = made(engine.store, engine.root, engine.config.name, case, variant, form, acting, since)  # type: ignore[arg-type]  # click lets only the three variants through
    if out is None:
        folder = engine.root / "exports"
        folder.mkdir(mode=0o700, exist_ok=True)
        out = folder / f"{label}-{variant}.{form}"
    write(out, written, force=force)
    if held.json:
        digest = hashlib.sha256(written).hexdigest()
        show_json(
            {
                "case": label,
                "variant": variant,
                "format": form,
                "file": str(out),
                "bytes": len(written),
                "sha256": digest,
            }
        )
    else:
        click.echo(f"{label} for the {variant}: {out} ({len(written):,} bytes)")


def write(path: Path, data: bytes, *, force: bool) -> None:
    """Writes a file whole, readable by its owner alone.

    Raises Conflict where one is there and force is not set, BadInput where it cannot be written.
    """
    if path.exists() and not force:
        raise Conflict(f"{path} is there already; write elsewhere with --out, or over it with --force.")
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise BadInput(f"{path} cannot be written: {error.strerror}.") from None
