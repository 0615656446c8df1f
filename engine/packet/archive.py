"""Makes a packet into a zip that proves itself: pages, proof, signed list of files, and verify.py."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

from engine.packet.model import Packet
from engine.packet.render import render
from engine.record.script import script
from terms.canonical import Json, canonical

READ_ME = """{label}, for the {variant}.

packet.html    to read and to print
packet.md      the same, to quote
packet.json    the same, for programs
proof.json     the entries of the record that this packet rests on, and what proves them
manifest.note  the signed list of these files
record.pub     the public key; compare it with one that you got from somebody you trust
verify.py      checks all of this with nothing but Python 3.9 or newer: python verify.py --key KEY

Checking shows that no file was changed since it was exported, that every entry is in the record which the
checkpoint signs, and with --since OLD that the record continues the one an older checkpoint signed.
"""
STAMPED = """
stamp-N.note is a checkpoint from before and stamp-N.tsr an authority's word (RFC 3161) on when it was there. Check it
by the certificate of the authority, or of whoever issued its: python verify.py --key KEY --tsa AUTHORITY.pem
or, where a chain of certificates leads to it:
openssl ts -verify -data stamp-1.note -in stamp-1.tsr -CAfile AUTHORITY.pem
"""
EPOCH = (1980, 1, 1, 0, 0, 0)


def archive(packet: Packet, proof: Mapping[str, Json], sign: Callable[[str], str]) -> bytes:
    """Returns the zip of a packet: the same packet and proof give the same bytes."""
    held = {
        "README.txt": READ_ME.format(label=packet.label, variant=packet.variant).encode(),
        **{f"packet.{form}": render(packet, form) for form in ("html", "md", "json")},
        "proof.json": canonical(proof) + b"\n",
        "record.pub": f"{proof['key']}\n".encode(),
        "verify.py": script(),
    }
    stamps: Any = proof.get("stamps", [])
    for number, one in enumerate(stamps, start=1):
        held[f"stamp-{number}.note"] = one["note"].encode()
        held[f"stamp-{number}.tsr"] = base64.b64decode(one["token"])
    if stamps:
        held["README.txt"] += STAMPED.encode()
    listed = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(held.items()))
    head = f"rung export\n{packet.proof.origin}\n{proof['subject']}\n"
    held["manifest.note"] = sign(head + listed).encode()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in sorted(held.items()):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            made.writestr(entry, data)
    return target.getvalue()
