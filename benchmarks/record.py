"""How long the record's own work takes: an event's arithmetic, a proof, an offline verification, a replay."""

from __future__ import annotations

import statistics
import time
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.company import Company
from benchmarks.figure import Figure
from benchmarks.filler import bodies, fill
from engine.record import offline
from engine.record.bundle import bundle
from engine.record.checkpoint import parse, sign
from engine.record.key import load_key, load_public
from engine.record.node import consistency_proofs, inclusion_proofs
from engine.record.payload import commitment
from engine.record.tree import frontier_root, grow, leaf_hash
from engine.replay.replay import replay
from terms.canonical import canonical

ENTRIES, EXPORTED, CASES, MADE = 1_000_000, 100_000, 10_000, 200
ASKED = 300
ARITHMETIC, PROOF, OFFLINE, REPLAY = 50.0, 1.0, 2.0, 30.0
SALT = b"s" * 32


def rows() -> list[Figure]:
    """Returns each figure beside what it cannot be faster than, measured in the same run."""
    with TemporaryDirectory() as name:
        root = Path(name)
        return [_arithmetic(), *_logs(root), _replay(root)]


def _arithmetic() -> Figure:
    """Returns the microseconds that bytes, one commitment, leaf and root of an event take."""
    import json

    made = [json.loads(body) for _, body in bodies("bench/1", 0, 4000)]
    reason = "Ready: two quarters above quota, and the evidence is verified"

    def whole() -> float:
        peaks: tuple[bytes, ...] = ()
        start = time.perf_counter()
        for size, one in enumerate(made):
            one["sealed"] = {"vote": commitment(SALT, {"because": reason, "vote": "yes"})}
            peaks, _ = grow(peaks, size, leaf_hash(canonical(one)))
            frontier_root(peaks)
        return (time.perf_counter() - start) / len(made) * 1e6

    def hashing() -> float:
        ready = [body for _, body in bodies("bench/1", 0, 4000)]
        start = time.perf_counter()
        for body in ready:
            sha256(body).digest()
        return (time.perf_counter() - start) / len(ready) * 1e6

    pairs = [(whole(), hashing()) for _ in range(7)]
    ours, bare = (statistics.median(one[at] for one in pairs) for at in (0, 1))
    return Figure(
        "arithmetic of one event", ours, "us", "SHA-256 of its bytes alone", bare, ARITHMETIC, False
    )


def _logs(root: Path) -> list[Figure]:
    company = Company(root / "ws", 1)
    engine = company.engine
    try:
        fill(engine.store, EXPORTED)
        with engine.read() as tx:
            top = parse(sign(tx, load_key(engine.root / "keys")), load_public(engine.root / "keys"))
            file = root / "all.json"
            file.write_bytes(
                canonical(bundle(tx, None, [], top, load_public(engine.root / "keys"), whole=True))
            )
        key = str(load_public(engine.root / "keys"))
        times = []
        for _ in range(5):
            start = time.perf_counter()
            code, told = offline.verify(offline.read(file), key)
            times.append(time.perf_counter() - start)
            assert code == 0, told
        raw = [body for _, body in bodies("bench/1", 0, EXPORTED)]
        start = time.perf_counter()
        for body in raw:
            sha256(body).digest()
        bare = time.perf_counter() - start
        verified = Figure(
            f"offline verification of {EXPORTED:,} entries",
            statistics.median(times),
            "s",
            "SHA-256 of their bytes alone",
            bare,
            OFFLINE,
            False,
        )
        fill(engine.store, ENTRIES)
        with engine.read() as tx:
            one = [
                _timed(lambda n=n: inclusion_proofs(tx, [n * 3331 % ENTRIES], ENTRIES)) for n in range(ASKED)
            ]
            two = [
                _timed(lambda n=n: consistency_proofs(tx, [1 + n * 3331 % (ENTRIES - 1)], ENTRIES))
                for n in range(ASKED)
            ]
            row = [
                _timed(lambda n=n: tx.connection.exec_driver_sql("select leaf from log where seq = 5").all())
                for n in range(ASKED)
            ]
        base = statistics.median(row) * 1e3
        return [
            Figure(
                f"proof of inclusion, {ENTRIES:,} entries",
                statistics.median(one) * 1e3,
                "ms",
                "reading one row",
                base,
                PROOF,
                False,
            ),
            Figure(
                f"proof of consistency, {ENTRIES:,} entries",
                statistics.median(two) * 1e3,
                "ms",
                "reading one row",
                base,
                PROOF,
                False,
            ),
            verified,
        ]
    finally:
        engine.close()


def _timed(call: object) -> float:
    assert callable(call)
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def _replay(root: Path) -> Figure:
    """Returns the seconds of processor time that a replay of decided cases takes, scaled to the bar's number of them.

    It asks one processor for all of them and waits for nothing, so that is its time wherever nobody else runs.
    """
    company = Company(root / "replay", MADE)
    session, cases = company.calibrating()
    company.decide(session, cases)
    company.engine.close()
    from engine.bootstrap import open_engine

    engine = open_engine(company.root, sources=company.engine.sources)
    try:
        with engine.read() as tx:
            start = time.process_time()
            found = replay(tx)
            spent = time.process_time() - start
            size = tx.connection.exec_driver_sql("select count(*) from log").scalar_one()
            start = time.process_time()
            tx.connection.exec_driver_sql("select * from log").all()
            read = time.process_time() - start
        assert found.cases == MADE and not found.differences, found.differences[:3]
    finally:
        engine.close()
    scale = CASES / MADE
    name = f"replay of {CASES:,} decided cases, scaled from {MADE} ({size:,} entries)"
    return Figure(name, spent * scale, "s", "reading the log alone", read * scale, REPLAY, False)
