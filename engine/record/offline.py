"""Verifies what Rung exported, with nothing but Python's standard library: with what it imports, a zip's verify.py.

    python verify.py [EXPORT] [--key VKEY] [--since OLD] [--tsa FILE]...

EXPORT is a folder, a zip or a proof file; without it, the folder that this file lies in. VKEY is the public
key (or a file that holds it) that you got from somebody you trust; without it the key inside the export is
used, which shows only that the export agrees with itself. OLD is a checkpoint kept from before. FILE is the
certificate (PEM or DER) of a time-stamping authority, or of whoever issued its.

Ends with 0 where all is consistent, 1 where something is broken, 2 for unusable input, 5 where nobody can tell.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import sys
import zipfile
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections import Counter
from pathlib import Path

from engine.record.ed25519 import signed
from engine.record.timestamp import report

CONSISTENT, BROKEN, UNUSABLE, UNKNOWN = 0, 1, 2, 5
MANIFEST, PROOF, KEY = "manifest.note", "proof.json", "record.pub"
MOST = 2**30
"""Of so many bytes a zip may be, unpacked."""


class Stop(Exception):
    """Ends the verification with an exit code and one sentence."""

    def __init__(self, code: int, told: str) -> None:
        super().__init__(told)
        self.code = code


def leaf_hash(data: bytes) -> bytes:
    """Returns the hash of a leaf (RFC 6962)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Returns the hash of an interior node (RFC 6962)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaves: list[bytes]) -> bytes:
    """Returns the root over leaf hashes (RFC 6962)."""
    peaks: list[bytes] = []
    for size, top in enumerate(leaves):
        while size & 1:
            top, size = node_hash(peaks.pop(), top), size >> 1
        peaks.append(top)
    top = peaks.pop() if peaks else hashlib.sha256(b"").digest()
    while peaks:
        top = node_hash(peaks.pop(), top)
    return top


def includes(top: bytes, size: int, index: int, leaf: bytes, proof: list[bytes]) -> bool:
    """Returns whether a proof shows a leaf at an index of a tree (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size or any(len(one) != 32 for one in (leaf, *proof)):
        return False
    at, last, found = index, size - 1, leaf
    for one in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(one, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, one)
        at, last = at >> 1, last >> 1
    return last == 0 and found == top


def extends(old: bytes, size: int, new: bytes, grown: int, proof: list[bytes]) -> bool:
    """Returns whether a proof shows that one tree begins another (RFC 9162, section 2.1.4.2)."""
    if size <= 0 or size > grown or any(len(one) != 32 for one in proof):
        return False
    if size == grown:
        return not proof and old == new
    path = [old, *proof] if size & (size - 1) == 0 else list(proof)
    if not path:
        return False
    at, last = size - 1, grown - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    first = second = path[0]
    for one in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            first, second = node_hash(one, first), node_hash(one, second)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            second = node_hash(second, one)
        at, last = at >> 1, last >> 1
    return last == 0 and first == old and second == new


def canonical(value: object) -> str:
    """Returns the canonical JSON (RFC 8785) of a value without floats."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{canonical(name)}:{canonical(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical(one) for one in value) + "]"
    if isinstance(value, float):
        raise Stop(BROKEN, f"The export holds the inexact number {value}.")
    return json.dumps(value, ensure_ascii=False)  # noqa: TID251  # this file stands alone


class Key:
    """Holds a public key and the name it signs under."""

    def __init__(self, text: str) -> None:
        parts = text.strip().split("+", 2)
        try:
            raw = base64.b64decode(parts[2], validate=True)
        except (IndexError, binascii.Error):
            raise Stop(UNUSABLE, "The key is not a verifier key; it reads NAME+HASH+KEY.") from None
        self.text, self.name, self.public = text.strip(), parts[0], raw[1:]
        self.id = hashlib.sha256(self.name.encode() + b"\n" + raw).digest()[:4]
        if raw[:1] != b"\x01" or len(raw) != 33 or self.id.hex() != parts[1]:
            raise Stop(UNUSABLE, "The key is damaged or not Ed25519.")

    def opened(self, note: str) -> str | None:
        """Returns the text of a note that this key signed; None where it did not."""
        text, gap, lines = note.rpartition("\n\n")
        for line in lines.splitlines() if gap else ():
            dash, _, rest = line.partition(" ")
            name, _, encoded = rest.partition(" ")
            try:
                raw = base64.b64decode(encoded, validate=True)
            except binascii.Error:
                continue
            if dash == "\u2014" and name == self.name and raw[:4] == self.id:
                return text + "\n" if signed(self.public, raw[4:], (text + "\n").encode()) else None
        return None


class Checkpoint:
    """Holds what a signed checkpoint states."""

    def __init__(self, note: str, keys: list[Key], what: str) -> None:
        text = next((found for key in keys if (found := key.opened(note)) is not None), None)
        if text is None:
            raise Stop(BROKEN, f"The {what} is not signed by {keys[0].text}.")
        try:
            self.origin, size, encoded = text.splitlines()[:3]
            self.size, self.root = int(size), base64.b64decode(encoded, validate=True)
            if not size.isascii() or not size.isdigit():
                raise ValueError
        except (ValueError, binascii.Error):
            raise Stop(UNUSABLE, f"The {what} does not read ORIGIN, SIZE, ROOT, a line each.") from None


def chain(key: Key, rotations: list[str]) -> list[Key]:
    """Returns the keys that a trusted key leads to: each rotation is signed by the old key and the new."""
    found, links = [key], []
    for note in rotations:
        lines = note.splitlines()
        if len(lines) > 4 and lines[0] == "rung key rotation":
            links.append((note, Key(lines[2]), Key(lines[3])))
    for _ in links:
        for note, old, new in links:
            held = {one.text for one in found}
            if old.opened(note) is None or new.opened(note) is None:
                raise Stop(BROKEN, f"The change of keys to {new.text} is not signed by both keys.")
            found += [new] if old.text in held and new.text not in held else []
            found += [old] if new.text in held and old.text not in held else []
    return found


def judge(proof: dict, key: Key, since: str | None = None, *, listed: bool = False) -> str:  # type: ignore[type-arg]  # read from a file
    """Returns the sentence that says a proof holds; raises Stop with what does not.

    `listed` says that a signed list bears out of what the proof says it is.
    """
    keys = chain(key, proof.get("rotations", []))
    top = Checkpoint(proof["checkpoint"], keys, "checkpoint")
    streams: dict[str, list[int]] = {}
    erased: dict[int, int] = {}
    labels: set[str] = set()
    for entry in proof["entries"]:
        for event in entry.get("erased", {}).values():
            erased[event] = erased.get(event, 0) + 1
        seq, leaf = entry["seq"], bytes.fromhex(entry["leaf"])
        if "body" in entry:
            labels |= _check_body(entry, top.origin, streams)
        if not includes(top.root, top.size, seq, leaf, [bytes.fromhex(one) for one in entry["proof"]]):
            raise Stop(BROKEN, f"Entry {seq} is not in the log that the checkpoint signs.")
    twice = [seq for seq, count in Counter(entry["seq"] for entry in proof["entries"]).items() if count > 1]
    if twice:
        raise Stop(BROKEN, f"Entry {twice[0]} is listed twice.")
    of = _of(proof.get("subject"), labels, streams, listed)
    told = f"{len(proof['entries'])} entries{of} are in the log {top.origin} of {top.size} entries"
    for stream, versions in streams.items():
        gone = sorted(set(range(1, max(versions) + 1)) - set(versions))
        if gone:
            told += f" (of {stream}, {len(gone)} are not shown: {', '.join(map(str, gone))})"
    for event, count in sorted(erased.items()):
        told += f" ({count} texts and files of theirs are erased by event {event})"
    if "log" in proof:
        bodies = proof["log"]
        if len(bodies) != top.size:
            raise Stop(BROKEN, f"The export holds {len(bodies)} entries, the checkpoint signs {top.size}.")
        leaves = [leaf_hash(body.encode()) for body in bodies]
        if root_of(leaves) != top.root:
            raise Stop(BROKEN, f"The {top.size} entries are not those that the checkpoint signs.")
        told = f"all {top.size} entries of the log {top.origin} are those that were signed"
    if since is not None:
        told += _since(proof, top, Checkpoint(since, keys, "older checkpoint"))
    return f"{told}, signed by {key.text}"


def _of(subject: str | None, labels: set[str], streams: dict[str, list[int]], listed: bool) -> str:
    """Returns of what a proof is, as far as its entries or a signed list bear that out."""
    label = (subject or "").partition(" ")[0]
    if subject and labels and (labels != {label} or len(streams) > 1):
        told = ", ".join(sorted(labels)) if labels != {label} else "several streams"
        raise Stop(BROKEN, f"The proof says that it is of {label}, its entries are of {told}.")
    return f" of {subject}" if subject and (labels or listed) else ""


def _check_body(entry: dict, origin: str, streams: dict[str, list[int]]) -> set[str]:  # type: ignore[type-arg]  # read from a file
    """Returns the label of the case that an entry began, if it began one; raises Stop where it was changed."""
    seq, body = entry["seq"], json.loads(entry["body"])
    if leaf_hash(entry["body"].encode()).hex() != entry["leaf"]:
        raise Stop(BROKEN, f"Entry {seq} does not have its leaf hash: its text was changed.")
    if body["seq"] != seq or body["log"] != origin:
        raise Stop(BROKEN, f"Entry {seq} says that it is entry {body['seq']} of {body['log']}.")
    streams.setdefault(body["stream"], []).append(body["stream_version"])
    for opening in entry.get("openings", ()):
        salt, value = bytes.fromhex(opening["salt"]), canonical(opening["value"]).encode()
        if hmac.new(salt, value, hashlib.sha256).hexdigest() != body["sealed"].get(opening["field"]):
            raise Stop(BROKEN, f"Entry {seq}: the {opening['field']} is not what the entry committed to.")
    return {body["data"]["label"]} if body["type"] == "CaseNominated" else set()


def _since(proof: dict, top: Checkpoint, old: Checkpoint) -> str:  # type: ignore[type-arg]  # read from a file
    if old.origin != top.origin:
        raise Stop(BROKEN, f"The older checkpoint is of another log, {old.origin}.")
    if old.size > top.size:
        told = f"The older checkpoint counts {old.size} entries, this export {top.size}: the end was cut off"
        raise Stop(BROKEN, f"{told}, or the two were given in the wrong order.")
    if old.size == top.size and old.root != top.root:
        raise Stop(BROKEN, f"Two checkpoints of size {old.size} have different roots: the record forked.")
    if "log" in proof:
        held: bool | None = root_of([leaf_hash(one.encode()) for one in proof["log"][: old.size]]) == old.root
    else:
        ways = {one["size"]: [bytes.fromhex(part) for part in one["proof"]] for one in proof["consistency"]}
        ways[top.size] = []
        held = extends(old.root, old.size, top.root, top.size, ways[old.size]) if old.size in ways else None
    if held is None:
        told = f"The export holds no proof from size {old.size}; ask for one made"
        raise Stop(UNKNOWN, f"{told} with --since that checkpoint.")
    if not held:
        told = f"The first {old.size} entries are not those that the older checkpoint signed"
        raise Stop(BROKEN, f"{told}: the record was rewritten.")
    return f", and continue the {old.size} signed before"


def read(path: Path) -> dict[str, bytes]:
    """Returns the files of an export by name: of a folder, a zip, or a proof file alone."""
    try:
        if path.is_dir():
            found = (one for one in path.rglob("*") if one.is_file() and "__pycache__" not in one.parts)
            return {one.relative_to(path).as_posix(): one.read_bytes() for one in found}
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as held:
                names = held.namelist()
                for name in set(names):
                    if names.count(name) > 1:
                        raise Stop(
                            BROKEN,
                            f"Broken: {path} holds {name} twice, and readers differ in which they show.",
                        )
                if sum(one.file_size for one in held.infolist()) > MOST:
                    raise Stop(
                        UNUSABLE, f"{path} would unpack to more than {MOST:,} bytes; that is no export."
                    )
                return {name: held.read(name) for name in names}
        data = path.read_bytes()
    except (OSError, zipfile.BadZipFile) as error:
        raise Stop(UNUSABLE, f"{path} cannot be read: {error}.") from None
    if data[:2] == b"PK":
        raise Stop(UNUSABLE, f"{path} is a zip that was cut off or damaged.")
    return {PROOF: data}


def _listed(files: dict[str, bytes], key: Key, rotations: list[str], proof: dict) -> str:  # type: ignore[type-arg]  # read from a file
    """Returns how many files agree with the signed list of them; raises Stop with the first that does not."""
    note = files[MANIFEST].decode()
    text = next((found for one in chain(key, rotations) if (found := one.opened(note)) is not None), None)
    if text is None:
        raise Stop(BROKEN, f"The list of files, {MANIFEST}, is not signed by {key.text}.")
    lines = text.splitlines()
    if lines[:3] != ["rung export", proof["checkpoint"].splitlines()[0], str(proof.get("subject"))]:
        raise Stop(BROKEN, f"The list of files, {MANIFEST}, is of another export than {PROOF}.")
    promised = {name: digest for digest, _, name in (line.partition("  ") for line in lines[3:])}
    for name, digest in promised.items():
        if name not in files:
            raise Stop(BROKEN, f"The file {name} is missing.")
        if hashlib.sha256(files[name]).hexdigest() != digest:
            raise Stop(BROKEN, f"The file {name} was changed.")
    extra = sorted(set(files) - set(promised) - {MANIFEST})
    also = f" ({', '.join(extra)} not among them)" if extra else ""
    return f"; {len(promised)} files are as signed{also}"


def verify(files: dict[str, bytes], key: str | None = None, since: str | None = None) -> tuple[int, str]:
    """Returns the exit code and the sentence that an export deserves."""
    try:
        if PROOF not in files:
            raise Stop(UNKNOWN, f"There is no {PROOF}, so nothing can be verified.")
        try:
            proof = json.loads(files[PROOF])
            own = proof["key"]
            told = judge(proof, Key(key or own), since, listed=MANIFEST in files)
            if MANIFEST not in files and set(files) != {PROOF}:
                raise Stop(BROKEN, f"The list of files, {MANIFEST}, is missing.")
            if MANIFEST in files:
                told += _listed(files, Key(key or own), proof.get("rotations", []), proof)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Stop(BROKEN, f"{PROOF} was changed or damaged ({type(error).__name__}: {error}).") from None
    except Stop as stop:
        word = {BROKEN: "Broken: ", UNKNOWN: "Cannot tell: "}.get(stop.code, "")
        return stop.code, f"{word}{stop}"
    if key is None:
        told += ". That key came with the export: compare it with one from somebody you trust (--key)"
    return CONSISTENT, f"Consistent: {told}."


def note_in(path: Path) -> str:
    """Returns the checkpoint in a file: a note, or the one that an older export holds."""
    files = read(path)
    text = files.get(PROOF, b"").decode(errors="replace")
    return str(json.loads(text)["checkpoint"]) if text.startswith("{") else text


def stamped(files: dict[str, bytes], key: str | None, told: str, given: list[Path]) -> tuple[int, str]:
    """Returns the exit code and the sentences once the time stamps in a consistent export were checked too."""
    stamps = json.loads(files[PROOF]).get("stamps", [])
    if not stamps and not given:
        return CONSISTENT, told
    code, said = report(stamps, given, lambda note: verify(files, key, note))
    return code, f"{told}\n{said}" if code == CONSISTENT else said


def main(words: list[str]) -> int:
    """Returns the exit code of a call from the command line, after its sentence was printed."""
    asked = ArgumentParser(prog="verify.py", description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    asked.add_argument("export", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    asked.add_argument("--key")
    asked.add_argument("--since", type=Path)
    asked.add_argument("--tsa", type=Path, action="append", default=[])
    given = asked.parse_args(words)
    try:
        files, key = read(given.export), given.key
        key = Path(key).read_text(encoding="utf-8").strip() if key and Path(key).is_file() else key
        code, told = verify(files, key, None if given.since is None else note_in(given.since))
    except Stop as stop:
        code, told = stop.code, str(stop)
    if code == CONSISTENT:
        code, told = stamped(files, key, told, given.tsa)
    sys.stdout.write(f"{told}\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
