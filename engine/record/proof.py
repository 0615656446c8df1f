"""Proofs over the tree of RFC 6962: that an entry is in it, and that an older tree is the beginning of it.

Making them follows RFC 6962, sections 2.1.1 and 2.1.2; checking them follows RFC 9162, sections 2.1.3.2 and
2.1.4.2, which needs nothing but the proof and the two roots.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from engine.record.tree import node_hash, root

HASH = 32

Range: TypeAlias = tuple[int, int]
"""Leaves from the first number up to, not including, the second."""


def inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Returns the audit path of the leaf at an index, nearest sibling first."""
    return [root(leaves[start:end]) for start, end in inclusion_ranges(index, len(leaves))]


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """Returns the ranges of leaves whose roots make the audit path of a leaf, nearest sibling first."""
    found: list[Range] = []
    start, end = 0, size
    while end - start > 1:
        split = start + (1 << (end - start - 1).bit_length() - 1)
        if index < split:
            found.append((split, end))
            end = split
        else:
            found.append((start, split))
            start = split
    return found[::-1]


def consistency(leaves: Sequence[bytes], size: int) -> list[bytes]:
    """Returns the proof that the tree of the first `size` leaves is the beginning of the whole tree."""
    return [root(leaves[start:end]) for start, end in consistency_ranges(size, len(leaves))]


def consistency_ranges(size: int, grown: int) -> list[Range]:
    """Returns the ranges of leaves whose roots prove that a tree of `size` leaves begins one of `grown`."""
    if not 0 < size < grown:
        return []
    found: list[Range] = []
    start, end = 0, grown
    while size != end:
        split = start + (1 << (end - start - 1).bit_length() - 1)
        if size <= split:
            found.append((split, end))
            end = split
        else:
            found.append((start, split))
            start = split
    whole = start == 0
    return [*([] if whole else [(start, end)]), *found[::-1]]


def includes(top: bytes, size: int, index: int, leaf: bytes, proof: Sequence[bytes]) -> bool:
    """Returns whether a proof shows that a leaf hash stands at an index of the tree with a root and a size."""
    if not 0 <= index < size or any(len(one) != HASH for one in (leaf, *proof)):
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


def extends(old: bytes, size: int, new: bytes, grown: int, proof: Sequence[bytes]) -> bool:
    """Returns whether a proof shows that a tree of `size` leaves is the beginning of one of `grown` leaves.

    Of an empty tree nothing can be shown: every tree begins with it.
    """
    if size <= 0 or size > grown or any(len(one) != HASH for one in proof):
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
