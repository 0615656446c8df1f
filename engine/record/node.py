"""Finds the roots of ranges of the log in the nodes that its rows keep: a few rows, however long the log.

The row of entry s keeps the interior nodes that s completes, lowest first: the perfect tree of 2^n leaves
ending with s is node n of that row, and n = 0 is the leaf itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import select

from engine.record.proof import HASH, Range, consistency_ranges, inclusion_ranges
from engine.record.tree import frontier_root
from engine.store.table.record import log
from engine.store.transaction import Tx
from terms.error import Broken

CHUNK = 500


def perfect(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yields the perfect trees that a range is made of, as (last leaf, height), leftmost first.

    The range starts where a tree of its size may start, as every range of a proof does.
    """
    while start < end:
        height = (end - start).bit_length() - 1
        start += 1 << height
        yield start - 1, height


def range_roots(tx: Tx, ranges: Iterable[Range]) -> dict[Range, bytes]:
    """Returns the root of each range of entries; raises Broken where a row that should hold one does not."""
    wanted = list(dict.fromkeys(ranges))
    seqs = sorted({seq for start, end in wanted for seq, _ in perfect(start, end)})
    rows: dict[int, bytes] = {}
    for first in range(0, len(seqs), CHUNK):
        query = select(log.c.seq, log.c.leaf, log.c.nodes).where(log.c.seq.in_(seqs[first : first + CHUNK]))
        rows |= {row.seq: row.leaf + row.nodes for row in tx.connection.execute(query)}
    found: dict[Range, bytes] = {}
    for start, end in wanted:
        peaks = []
        for seq, height in perfect(start, end):
            hashed = rows.get(seq, b"")[height * HASH : (height + 1) * HASH]
            if len(hashed) != HASH:
                raise Broken(f"Entry {seq} of the record does not hold the nodes of the tree.")
            peaks.append(hashed)
        found[start, end] = frontier_root(peaks)
    return found


def root_at(tx: Tx, size: int) -> bytes:
    """Returns the root that the log had when it held `size` entries."""
    return range_roots(tx, [(0, size)])[0, size]


def inclusion_proofs(tx: Tx, seqs: Sequence[int], size: int) -> dict[int, list[bytes]]:
    """Returns the audit path of each of some entries in the tree of the first `size` entries."""
    ways = {seq: inclusion_ranges(seq, size) for seq in seqs}
    roots = range_roots(tx, (one for way in ways.values() for one in way))
    return {seq: [roots[one] for one in way] for seq, way in ways.items()}


def consistency_proofs(tx: Tx, sizes: Sequence[int], grown: int) -> dict[int, list[bytes]]:
    """Returns, for each smaller size, the proof that the log then is the beginning of the log of `grown`."""
    ways = {size: consistency_ranges(size, grown) for size in sizes}
    roots = range_roots(tx, (one for way in ways.values() for one in way))
    return {size: [roots[one] for one in way] for size, way in ways.items()}
