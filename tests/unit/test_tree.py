"""The Merkle tree, its proofs, canonical bytes and signed notes, against published vectors and definitions."""

from __future__ import annotations

import base64
import json
import math
import struct
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from engine.record.note import Verifier, opened, sign, verifier
from engine.record.proof import consistency, extends, includes, inclusion
from engine.record.tree import EMPTY, frontier_root, grow, leaf_hash, root
from terms.canonical import canonical
from terms.error import BadInput, Broken, Malformed

some_leaves = st.lists(st.binary(max_size=8), max_size=70).map(lambda data: [leaf_hash(one) for one in data])


@given(some_leaves)
def test_a_tree_grown_leaf_by_leaf_has_the_root_of_the_definition(leaves: list[bytes]) -> None:
    peaks: tuple[bytes, ...] = ()
    interior = 0
    for size, leaf in enumerate(leaves):
        peaks, nodes = grow(peaks, size, leaf)
        interior += len(nodes)
    assert frontier_root(peaks) == root(leaves)
    assert len(peaks) == bin(len(leaves)).count("1")
    assert interior == len(leaves) - len(peaks)


@given(some_leaves.filter(bool), st.data())
def test_every_leaf_is_proved_to_be_in_and_nothing_else_is(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof = inclusion(leaves, index)
    assert includes(root(leaves), len(leaves), index, leaves[index], proof)
    assert not includes(root(leaves), len(leaves), index, leaf_hash(b"another leaf"), proof)
    assert not includes(root(leaves), len(leaves), index, leaves[index], [*proof, EMPTY])


@given(some_leaves.filter(bool), st.data())
def test_every_beginning_is_proved_to_be_one(leaves: list[bytes], data: st.DataObject) -> None:
    size = data.draw(st.integers(1, len(leaves)))
    old, new, proof = root(leaves[:size]), root(leaves), consistency(leaves, size)
    assert extends(old, size, new, len(leaves), proof)
    if size:
        changed = [leaf_hash(b"changed"), *leaves[1:]]
        assert root(changed[:size]) == old or not extends(root(changed[:size]), size, new, len(leaves), proof)


@pytest.mark.shared
def test_the_reference_tree_has_its_published_roots(shared: Path) -> None:
    file = shared / "vectors" / "transparency-dev-merkle" / "rfc6962_reference_tree.json"
    held = json.loads(file.read_text(encoding="utf-8"))
    leaves = [leaf_hash(bytes.fromhex(one)) for one in held["leaf_inputs_hex"]]
    found = [root(leaves[:size]).hex() for size in range(len(leaves) + 1)]
    assert found == held["root_hex_by_tree_size"]


def raw(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def cases(shared: Path, kind: str) -> list[dict[str, Any]]:
    folder = shared / "vectors" / "transparency-dev-merkle" / "testdata" / kind
    return [json.loads(one.read_text(encoding="utf-8")) for one in sorted(folder.rglob("*.json"))]


@pytest.mark.shared
def test_all_98_published_inclusion_cases_are_judged_right(shared: Path) -> None:
    held = cases(shared, "inclusion")
    assert len(held) == 98
    for one in held:
        proof = [raw(part) for part in one["proof"] or []]
        judged = includes(raw(one["root"]), one["treeSize"], one["leafIdx"], raw(one["leafHash"]), proof)
        assert judged is not one["wantErr"], one["desc"]


@pytest.mark.shared
def test_all_98_published_consistency_cases_are_judged_right(shared: Path) -> None:
    held = cases(shared, "consistency")
    assert len(held) == 98
    for one in held:
        proof = [raw(part) for part in one["proof"] or []]
        judged = extends(raw(one["root1"]), one["size1"], raw(one["root2"]), one["size2"], proof)
        assert judged is not one["wantErr"], one["desc"]


def with_floats(value: Any) -> bool:
    if isinstance(value, dict):
        return any(with_floats(one) for one in value.values())
    if isinstance(value, list):
        return any(with_floats(one) for one in value)
    return isinstance(value, float)


@pytest.mark.shared
def test_canonical_bytes_are_those_of_rfc_8785_and_floats_are_refused(shared: Path) -> None:
    folder = shared / "vectors" / "jcs" / "testdata"
    refused = 0
    for file in sorted((folder / "input").glob("*.json")):
        value = json.loads(file.read_text(encoding="utf-8"))
        expected = (folder / "output" / file.name).read_bytes()
        assert rfc8785.dumps(value) == expected
        if with_floats(value):
            refused += 1
            with pytest.raises(BadInput, match="is not JSON without floats"):
                canonical(value)
        else:
            assert canonical(value) == expected
    assert refused


@pytest.mark.shared
def test_ten_thousand_published_numbers_are_written_as_rfc_8785_says(shared: Path) -> None:
    file = shared / "vectors" / "jcs" / "es6_numbers_first_10000.txt"
    lines = file.read_text(encoding="ascii").split()
    assert len(lines) == 10_000
    for line in lines:
        bits, _, expected = line.partition(",")
        value = struct.unpack(">d", int(bits, 16).to_bytes(8, "big"))[0]
        if math.isfinite(value):
            assert rfc8785.dumps(value).decode() == expected


@pytest.mark.shared
def test_the_published_signed_note_opens_and_a_changed_one_does_not(shared: Path) -> None:
    held = json.loads((shared / "vectors" / "c2sp" / "signed_note_example.json").read_text(encoding="utf-8"))
    by = verifier(held["vkey"])
    assert str(by) == held["vkey"]
    assert opened(held["note"], by) == "This is an example message.\n"
    with pytest.raises(Broken, match="does not fit the note"):
        opened(held["note"].replace("an example", "an exemple"), by)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60))
def test_a_note_opens_for_its_own_key_alone(text: str) -> None:
    key, other = (
        Ed25519PrivateKey.from_private_bytes(b"a" * 32),
        Ed25519PrivateKey.from_private_bytes(b"b" * 32),
    )
    note = sign(f"{text}\n", "log/1", key)
    assert opened(note, Verifier("log/1", key.public_key().public_bytes_raw())) == f"{text}\n"
    with pytest.raises(Broken, match="is not signed by log/1"):
        opened(note, Verifier("log/1", other.public_key().public_bytes_raw()))


@pytest.mark.parametrize("text", ["", "name", "name+00000000+", "name+00000000+AAAA", "a+b+%%%"])
def test_a_damaged_key_is_told(text: str) -> None:
    with pytest.raises(Malformed, match="verifier key"):
        verifier(text)
