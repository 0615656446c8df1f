"""What the policy, ladder and workflow commands share: reading a file or a shipped name, listing editions."""

from __future__ import annotations

from pathlib import Path

import click

from cli.edge import NO
from cli.option import Desk
from cli.output import show_json, show_table
from terms.error import BadInput, Unknown

LARGEST_FILE = 1 << 20


def read_text(path: Path) -> str:
    """Returns a text file's content; raises BadInput where it is missing, too large or not UTF-8."""
    if not path.is_file():
        raise BadInput(f"No file {path}.")
    if path.stat().st_size > LARGEST_FILE:
        raise BadInput(f"{path} is larger than 1 MiB; split it.")
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"{path}: byte {error.start} is not UTF-8 text; save the file as UTF-8.") from None


def check(file: Path, *, force: bool) -> None:
    """Raises BadInput where a file cannot be written: its folder is missing, or it is there already."""
    if not file.parent.is_dir():
        raise BadInput(f"No folder {file.parent}.")
    if file.is_dir() or (file.exists() and not force):
        raise BadInput(f"{file} is there already; name another file, or say --force to replace it.")


def write(file: Path, content: bytes, *, force: bool) -> None:
    """Writes a file; raises BadInput where its folder is missing, or where it is there already."""
    check(file, force=force)
    file.write_bytes(content)


def source(kind: str, given: str) -> tuple[str, str]:
    """Returns the text and the file name of a file, or of what ships under a name."""
    if Path(given).suffix or Path(given).exists():
        return read_text(Path(given)), Path(given).name
    from rules import shipped
    from workflows import shipped as shipped_workflows

    texts = {
        "ladder": shipped.ladder_text,
        "policy": shipped.policy_text,
        "workflow": shipped_workflows.text,
        "round": shipped_workflows.round_text,
    }
    try:
        return texts[kind](given), f"{given}.yaml"
    except Unknown as error:
        raise BadInput(f"{error.sentence} Or give a file.") from None


def trials(given: str, tests: str | None) -> tuple[str, str]:
    """Returns the text and name of a policy's tests: the file named, or the one beside the policy."""
    if tests is not None:
        return read_text(Path(tests)), Path(tests).name
    if Path(given).suffix or Path(given).exists():
        beside = Path(given).with_suffix(".test.yaml")
        if not beside.is_file():
            raise BadInput(f"{given} has no tests beside it; write {beside}, or name them with --tests FILE.")
        return read_text(beside), beside.name
    from rules import shipped

    return shipped.trial_text(given), f"{given}.test.yaml"


def _because(told: object) -> str | None:
    from engine.record.event import Gone

    return None if told is None else f"({told})" if isinstance(told, Gone) else str(told)


def list_editions(held: Desk, kind: str) -> None:
    """Prints the editions of one kind that the workspace has, each with its state today and the steps to it."""
    from engine.edition.library import editions, standing, steps
    from engine.people.directory import people

    with held.engine.read() as tx:
        found = editions(tx, kind)
        states = standing(found, held.engine.sources.today())
        labels = {one.id: one.label for one in people(tx)}
        walked = {one.digest: steps(tx, kind, one.name, one.digest) for one in found}
    if held.json:
        show_json(
            [
                {
                    "name": one.name,
                    "edition": one.label,
                    "effective": one.effective,
                    "state": states[one.digest],
                    "digest": one.digest,
                    "steps": [
                        {
                            "event": step.type,
                            "seq": step.seq,
                            "recorded_at": step.recorded_at,
                            "by": labels.get(step.actor, step.actor),
                            "checks": step.data.get("checks"),
                            "approved_by": step.data.get("approved_by"),
                            "because": _because(step.payload.get("because")),
                        }
                        for step in walked[one.digest]
                    ],
                }
                for one in found
            ]
        )
        return
    show_table(
        "",
        ("name", "edition", "effective", "state", "digest"),
        [(one.name, one.label, one.effective, states[one.digest], one.digest[:12]) for one in found],
    )


def show_faults(name: str, faults: tuple[object, ...], as_json: bool) -> None:
    """Prints what a linter found, and exits with 1 where it found anything."""
    if as_json:
        show_json([str(one) for one in faults])
    elif faults:
        for one in faults:
            click.echo(str(one))
    else:
        click.echo(f"{name}: nothing to mend.")
    if faults:
        raise SystemExit(NO)
