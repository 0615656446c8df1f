"""The verifier that travels with every export: its arithmetic, held to the library's and to published vectors."""

from __future__ import annotations

import ast
import base64
import json
import sys
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.record import ed25519, offline
from engine.record.note import Verifier, sign
from engine.record.proof import consistency_ranges, inclusion_ranges
from engine.record.script import script
from engine.record.tree import leaf_hash, root
from terms.canonical import canonical, read_back

ORDER = 2**252 + 27742317777372353535851937790883648493
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=12)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80), st.integers(0, 511))
def test_a_signature_is_good_for_its_message_and_key_alone(seed: bytes, message: bytes, bit: int) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    assert ed25519.signed(public, signature, message)
    assert not ed25519.signed(public, signature, message + b"x")
    flipped = bytearray(signature)
    flipped[bit // 8] ^= 1 << bit % 8
    assert not ed25519.signed(public, bytes(flipped), message)


def test_a_second_spelling_of_a_good_signature_is_refused() -> None:
    key = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    public, signature = key.public_key().public_bytes_raw(), key.sign(b"m")
    scalar = int.from_bytes(signature[32:], "little") + ORDER
    assert not ed25519.signed(public, signature[:32] + scalar.to_bytes(32, "little"), b"m")
    assert not ed25519.signed(b"\xff" * 32, signature, b"m")
    assert not ed25519.signed(public[:31], signature, b"m")


def test_the_first_vector_of_rfc_8032_is_good() -> None:
    public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    signature = bytes.fromhex(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )
    assert ed25519.signed(public, signature, b"")


@given(values)
def test_canonical_bytes_are_those_of_the_library_however_they_are_written(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


def test_canonical_bytes_of_every_character_are_those_of_the_library() -> None:
    for start in range(0, 0x110000, 0x400):
        text = "".join(map(chr, range(start, start + 0x400)))
        if not 0xD800 <= start < 0xE000:
            assert canonical({text: text}) == rfc8785.dumps({text: text})


def test_what_is_nested_deeper_than_the_compiled_writer_goes_is_written_too() -> None:
    value: Any = "deep"
    for _ in range(140):
        value = [{"a": value}]
    assert canonical(value) == rfc8785.dumps(value)


class Word(StrEnum):
    """Stands for the words of closed vocabularies that enter events."""

    YES = "yes"


@given(values)
def test_what_is_read_back_of_a_value_is_what_its_bytes_say(value: Any) -> None:
    given = {"value": value, "some": (Word.YES, 1, True, None), "map": MappingProxyType({Word.YES: (value,)})}
    read = read_back(given)
    assert read == json.loads(canonical({**given, "map": dict(given["map"])}))
    assert type(read["some"]) is list
    assert type(read["some"][0]) is str
    assert type(read["map"]) is dict


@given(values)
def test_canonical_bytes_are_the_engines_own(value: Any) -> None:
    assert offline.canonical(value).encode() == canonical(value)


@given(st.lists(st.binary(max_size=4), max_size=70))
def test_the_root_is_that_of_the_definition(data: list[bytes]) -> None:
    leaves = [leaf_hash(one) for one in data]
    assert offline.root_of(leaves) == root(leaves)


@given(st.integers(1, 200), st.data())
def test_its_judgement_of_proofs_is_the_definitions(size: int, data: st.DataObject) -> None:
    leaves = [leaf_hash(bytes([n])) for n in range(size)]
    index, older = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    way = [root(leaves[start:end]) for start, end in inclusion_ranges(index, size)]
    assert offline.includes(root(leaves), size, index, leaves[index], way)
    assert not offline.includes(root(leaves), size, index, leaf_hash(b"other"), way)
    way = [root(leaves[start:end]) for start, end in consistency_ranges(older, size)]
    assert offline.extends(root(leaves[:older]), older, root(leaves), size, way)
    assert not offline.extends(leaf_hash(b"other"), older, root(leaves), size, way)


@pytest.mark.shared
@pytest.mark.parametrize("kind", ["inclusion", "consistency"])
def test_all_98_published_cases_of_each_kind_are_judged_right(shared: Path, kind: str) -> None:
    folder = shared / "vectors" / "transparency-dev-merkle" / "testdata" / kind
    files = sorted(folder.rglob("*.json"))
    assert len(files) == 98

    def raw(text: str | None) -> bytes:
        return base64.b64decode(text or "")

    for file in files:
        one = json.loads(file.read_text(encoding="utf-8"))
        proof = [raw(part) for part in one["proof"] or []]
        if kind == "inclusion":
            found = offline.includes(
                raw(one["root"]), one["treeSize"], one["leafIdx"], raw(one["leafHash"]), proof
            )
        else:
            found = offline.extends(raw(one["root1"]), one["size1"], raw(one["root2"]), one["size2"], proof)
        assert found is not one["wantErr"], file.name


@pytest.mark.shared
def test_the_reference_tree_has_its_published_roots(shared: Path) -> None:
    file = shared / "vectors" / "transparency-dev-merkle" / "rfc6962_reference_tree.json"
    held = json.loads(file.read_text(encoding="utf-8"))
    leaves = [offline.leaf_hash(bytes.fromhex(one)) for one in held["leaf_inputs_hex"]]
    found = [offline.root_of(leaves[:size]).hex() for size in range(len(leaves) + 1)]
    assert found == held["root_hex_by_tree_size"]


@pytest.mark.shared
def test_the_published_note_opens_and_a_changed_one_does_not(shared: Path) -> None:
    held = json.loads((shared / "vectors" / "c2sp" / "signed_note_example.json").read_text(encoding="utf-8"))
    key = offline.Key(held["vkey"])
    assert key.opened(held["note"]) == "This is an example message.\n"
    assert key.opened(held["note"].replace("an example", "an exemple")) is None


@pytest.mark.shared
def test_published_canonical_cases_without_floats_are_written_alike(shared: Path) -> None:
    folder = shared / "vectors" / "jcs" / "testdata"
    told = 0
    for file in sorted((folder / "input").glob("*.json")):
        value = json.loads(file.read_text(encoding="utf-8"))
        try:
            found = offline.canonical(value).encode()
        except offline.Stop:
            continue
        assert found == (folder / "output" / file.name).read_bytes()
        told += 1
    assert told >= 3


def test_a_change_of_keys_counts_only_with_both_signatures() -> None:
    old, new = (Ed25519PrivateKey.from_private_bytes(one * 32) for one in (b"o", b"n"))
    first, second = (str(Verifier("log/1", one.public_key().public_bytes_raw())) for one in (old, new))
    text = f"rung key rotation\nlog/1\n{first}\n{second}\n"
    both = sign(text, "log/1", old, new)
    assert [one.text for one in offline.chain(offline.Key(first), [both])] == [first, second]
    assert [one.text for one in offline.chain(offline.Key(second), [both])] == [second, first]
    for half in (sign(text, "log/1", old), sign(text, "log/1", new)):
        with pytest.raises(offline.Stop) as told:
            offline.chain(offline.Key(first), [half])
        assert str(told.value) == f"The change of keys to {second} is not signed by both keys."


def test_verify_py_is_one_file_that_imports_the_standard_library_alone_and_defines_no_name_twice() -> None:
    tree = ast.parse(script())
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names]
        )
    }
    assert imported <= sys.stdlib_module_names
    defined = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    defined += [
        one.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        for one in ast.walk(target)
        if isinstance(one, ast.Name)
    ]
    assert len(defined) == len(set(defined)) > 40
