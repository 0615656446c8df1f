"""Has checkpoints stamped by a time-stamping authority, and keeps its answers beside them."""

from __future__ import annotations

import hashlib
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import replace
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from engine.record.checkpoint import STAMPED as SUFFIX
from engine.record.stamp import Stamp, answered, certificates, check, question
from engine.record.verify import BROKEN, UNKNOWN, Fault, Verdict
from terms.error import BadInput, Broken, CannotTell, Malformed

ASKS, ANSWERS = "application/timestamp-query", "application/timestamp-reply"
PATIENCE = 30  # seconds
MOST = 256 * 1024


def stamp_newest(folder: Path, url: str, tsa: Sequence[Path] = ()) -> Stamp:
    """Returns the stamp that an authority gave for the newest checkpoint of a folder; its token is kept there.

    With certificates, its signer is checked first. Raises CannotTell where nothing is signed yet or nobody answers,
    BadInput for what is no web address, Broken where the answer does not fit; nothing is kept then.
    """
    notes = sorted(folder.glob("*.note"))
    if not notes:
        raise CannotTell("No checkpoint to stamp; make one with `rung audit checkpoint`.")
    note = notes[-1].read_text(encoding="utf-8")
    asked = question(note)
    answer = _sent(url, asked.as_bytes())
    try:
        at = answered(asked, answer, note)
        if tsa:
            check(note, answer, certificates(tsa))
    except (Broken, Malformed) as error:
        raise error.within(url) from None
    path = notes[-1].with_suffix(f".{hashlib.sha256(answer).hexdigest()[:8]}{SUFFIX}")
    path.write_bytes(answer)
    return Stamp(int(notes[-1].stem), at, str(path))


class _Stays(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Returns None: a question goes to the address that was given and nowhere else."""


def _sent(url: str, body: bytes) -> bytes:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadInput(f"{url!r} is no address of a time-stamping authority; write https://HOST/PATH.")
    asking = urllib.request.Request(url, body, {"Content-Type": ASKS, "Accept": ANSWERS})  # noqa: S310  # http(s)
    try:
        with urllib.request.build_opener(_Stays).open(asking, timeout=PATIENCE) as held:
            answer: bytes = held.read(MOST + 1)
    except urllib.error.HTTPError as error:
        error.close()
        raise CannotTell(f"{url} answered with status {error.code}; nothing was stamped.") from None
    except (OSError, HTTPException) as error:
        told = getattr(error, "reason", None) or error
        raise CannotTell(f"{url} cannot be reached: {told}; nothing was stamped.") from None
    if len(answer) > MOST:
        raise Malformed(f"{url} answered with more than {MOST:,} bytes; that is no time stamp.")
    return answer


def tokens(folder: Path) -> Iterator[tuple[str, bytes, Path]]:
    """Yields each stamped note of a folder, the token over it, and the token's file, smallest first."""
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        note = folder / f"{path.name.partition('.')[0]}.note"
        if not note.is_file():
            raise Broken(f"The checkpoint that {path.name} stamps is gone.", str(path))
        yield note.read_text(encoding="utf-8"), path.read_bytes(), path


def with_stamps(verdict: Verdict, folder: Path, tsa: Sequence[Path]) -> Verdict:
    """Returns a verdict that also says what authorities, to which some certificates lead, have seen and when.

    Where no checkpoint is stamped, nobody can tell.
    """
    roots, found, faults = certificates(tsa), list[Stamp](), list(verdict.faults)
    try:
        for note, token, path in tokens(folder):
            try:
                found.append(Stamp(int(note.splitlines()[1]), check(note, token, roots), str(path)))
            except (Broken, Malformed) as error:
                faults.append(Fault(None, f"{path.name}: {error.sentence[0].lower()}{error.sentence[1:-1]}"))
    except Broken as error:
        faults.append(Fault(None, error.sentence.rstrip(".")))
    answer = BROKEN if faults else verdict.answer if found else UNKNOWN
    return replace(verdict, answer=answer, faults=tuple(faults), stamps=tuple(found), stamped=True)
