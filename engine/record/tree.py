"""The Merkle tree of RFC 6962: hashes, frontiers and roots."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Returns the 32-byte hash of a leaf (RFC 6962, section 2.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Returns the 32-byte hash of an interior node (RFC 6962, section 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def grow(frontier: tuple[bytes, ...], size: int, leaf: bytes) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """Returns the frontier after one more leaf, and the interior nodes that this leaf completes.

    A frontier holds the roots of the perfect subtrees of a tree of `size` leaves, largest first.
    """
    nodes: list[bytes] = []
    peaks, top = list(frontier), leaf
    while size & 1:
        top = node_hash(peaks.pop(), top)
        nodes.append(top)
        size >>= 1
    return (*peaks, top), tuple(nodes)


def frontier_root(frontier: Sequence[bytes]) -> bytes:
    """Returns the root of the tree that a frontier stands for."""
    if not frontier:
        return EMPTY
    *rest, top = frontier
    for peak in reversed(rest):
        top = node_hash(peak, top)
    return top


def root(leaves: Sequence[bytes]) -> bytes:
    """Returns the root over leaf hashes, split at the largest power of two below the size."""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(root(leaves[:split]), root(leaves[split:]))
