"""How long the made statement takes over a workforce, beside DuckDB SQL that a person wrote for the same question.

Both read the same relations with the same types, select what was known at one moment, and keep every criterion's
status and observed value as a table. The rows must be equal, and a sample of them is held to both evaluators.
`python -m benchmarks.screen PEOPLE` measures one size alone.
"""

from __future__ import annotations

import itertools
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import duckdb

from benchmarks.figure import Figure
from rules import evaluate, reference
from rules.fact import Figure as Filed
from rules.fact import Span
from rules.ladder import load_ladder
from rules.observed import observed
from rules.policy import Policy, load_policy
from rules.shipped import ladder_text
from rules.sql.relation import RELATIONS
from rules.sql.statement import Statement, statement
from rules.view import FactView

AS_OF, KNOWN = date(2026, 10, 15), "2026-12-01T00:00:00Z"
SIZES, WHOLE, ROUNDS, SAMPLE = (10_000, 100_000), 1_000_000, 5, 500
BAR, BAR_MEMORY, BAR_LINEAR = 1.1, 1.2, 12.0
POLICY = """
policy: workforce
edition: 2026-01
effective: 2026-01-01
open_cases: keep
missing: undetermined
ramp: {months: 6, since: employment}
moves:
  - from: ae-2
    to: senior-ae
    ready:
      all:
        - {id: each, says: At quota twice running,
           attainment: {of: quota, each: {at_least: 100%}, over: {last: 2, unit: quarter, fully_ramped: true}}}
        - {id: year, says: Nearly at quota over a year,
           attainment: {of: quota, cumulative: {at_least: 95%}, over: {last: 4, unit: quarter}, cap_each: 200%}}
        - {id: average, says: A good average over two years,
           attainment: {of: quota, mean: {at_least: 90%}, over: {last: 8, unit: quarter}}}
        - {id: best, says: One outstanding quarter,
           attainment: {of: quota, max: {at_least: 120%}, over: {last: 4, unit: quarter}}}
"""
HAND = "SQL written by hand"
STARTS = tuple(date(2024 + (9 + 3 * n) // 12, (9 + 3 * n) % 12 + 1, 1) for n in range(8))
FILLED = """
INSERT INTO candidate SELECT 'person-' || i, true FROM range({people}) t(i);
INSERT INTO span
SELECT 'person-' || i, 'employment', 'company', DATE '2019-01-01' + CAST(hash(i) % 2000 AS INT), NULL, 0
FROM range({people}) t(i);
INSERT INTO expected_period
SELECT 'person-' || i, 'quota', DATE '2024-10-01' + to_months(CAST(3 * q AS INT)),
  DATE '2024-10-01' + to_months(CAST(3 * q + 3 AS INT)),
  CASE WHEN hash(i * 100 + q + 7) % 50 = 0 AND v < '2026-02' THEN NULL
    ELSE CAST(60000 + hash(i * 100 + q + ascii(v[7])) % 90000 AS DECIMAL(38, 0)) * 1000000 END,
  CAST(80000 + 1000 * (hash(i + q) % 40) AS DECIMAL(38, 0)) * 1000000, 'EUR', v
FROM range({people}) t(i), range(8) s(q), (VALUES ('2026-01-01T00:00:00Z'), ('2026-11-01T00:00:00Z')) w(v)
WHERE v < '2026-06' OR hash(i * 31 + q) % 10 = 0;
"""


def policy() -> Policy:
    """Returns the policy that is screened: four criteria over figures."""
    return load_policy(POLICY, "workforce.yaml", load_ladder(ladder_text("sales"), "sales.yaml"))


def made() -> Statement:
    """Returns Rung's statement of the policy's move."""
    return statement(policy().moves[0], AS_OF, "duckdb", known_at=KNOWN, thorough=False)


def written() -> str:
    """Returns the same question as somebody who knows DuckDB writes it, with the shortest exact arithmetic there is."""
    quarter = [f"starts = DATE '{one}'" for one in STARTS]
    wide = ", ".join(
        f"max(actual) FILTER ({when}) AS a{n}, max(target) FILTER ({when}) AS t{n}"
        for n, one in enumerate(quarter)
        for when in [f"WHERE {one}"]
    )
    known = [f"coalesce(a{n} IS NOT NULL AND t{n} > 0, false)" for n in range(8)]
    ratio = ", ".join(f"CASE WHEN {known[n]} THEN even(a{n} * 1000000, t{n}) END AS r{n}" for n in range(8))
    shown = ", ".join(f"honest(r{n}, a{n} * 1000000, t{n}, {{limit}}) AS {{name}}{n}" for n in range(4, 8))
    reach = [f"CASE WHEN k{n} THEN (a{n} * 1000000 >= t{n} * {{0}})::INT ELSE 0 END" for n in range(8)]
    sums = "+".join(
        f"CASE WHEN k{n} THEN least(a{n} * 1000000, t{n} * 2000000) ELSE 0 END" for n in range(4, 8)
    )
    unknown = "+".join(f"(NOT k{n})::INT" for n in range(4, 8))
    return f"""
WITH now AS (
  SELECT person, starts, actual, target, unit FROM (
    SELECT *, row_number() OVER (PARTITION BY person, metric, starts, ends ORDER BY recorded_at DESC) AS version
    FROM expected_period
    WHERE recorded_at <= '{KNOWN}' AND metric = 'quota' AND starts >= DATE '2024-10-01' AND ends <= DATE '2026-10-01')
  WHERE version = 1),
wide AS (SELECT person, min(unit) = max(unit) AS alike, {wide} FROM now GROUP BY person),
staff AS (SELECT person, min(starts) AS hired FROM span WHERE kind = 'employment' GROUP BY person),
sure AS (
  SELECT person, wide.* EXCLUDE (person), {", ".join(f"{one} AS k{n}" for n, one in enumerate(known))},
    hired + INTERVAL 6 MONTH <= DATE '2026-04-01' AS ramped
  FROM candidate LEFT JOIN wide USING (person) LEFT JOIN staff USING (person)),
ratio AS (
  SELECT *, {ratio}, {sums} AS above,
    {"+".join(f"CASE WHEN k{n} THEN t{n} ELSE 0 END" for n in range(4, 8))} AS below,
    {" AND ".join(f"k{n}" for n in range(4, 8))} AND alike AS year,
    {" AND ".join(f"k{n}" for n in range(8))} AND alike AS whole FROM sure),
shown AS (
  SELECT *, {shown.format(limit=1_000_000, name="e")}, {shown.format(limit=1_200_000, name="b")},
    CASE WHEN year THEN even(above, below) END AS year_ratio,
    {"+".join(f"coalesce(r{n}, 0)" for n in range(8))} AS total,
    {"+".join(reach[n].format(1_000_000) for n in (6, 7))} AS each_met,
    {"+".join(reach[n].format(1_200_000) for n in range(4, 8))} AS best_met FROM ratio),
told AS (
  SELECT person,
    CASE WHEN each_met >= 2 THEN true WHEN each_met + (NOT k6)::INT + (NOT k7)::INT >= 2 THEN NULL ELSE false END AS s0,
    least(e6, e7) AS o0,
    CASE WHEN year THEN above >= below * 950000 END AS s1, honest(year_ratio, above, below, 950000) AS o1,
    CASE WHEN whole THEN total >= 8 * 900000 END AS s2, CASE WHEN whole THEN even(total, 8) END AS o2,
    CASE WHEN best_met >= 1 THEN true WHEN {unknown} >= 1 THEN NULL ELSE false END AS s3,
    greatest(b4, b5, b6, b7) AS o3
  FROM shown WHERE ramped)
SELECT person, s0 AND s1 AND s2 AND s3 AS ready, false AS beyond, s0, o0, s1, o1, s2, o2, s3, o3 FROM told
"""


MACROS = """
CREATE MACRO fixed(q, above, below) AS CASE
  WHEN (above - q * below) * 2 > below THEN q + 1 WHEN (above - q * below) * 2 < -below THEN q - 1
  WHEN abs((above - q * below) * 2) = below AND q % 2 <> 0 THEN q + sign(above - q * below) ELSE q END;
CREATE MACRO even(above, below) AS CAST(fixed(CAST(above / below AS DECIMAL(38, 0)), above, below) AS DECIMAL(38, 0));
CREATE MACRO honest(shown, above, below, bound) AS CAST(CASE
  WHEN shown >= bound AND above < below * bound THEN bound - 1
  WHEN shown <= bound AND above > below * bound THEN bound + 1 ELSE shown END AS DECIMAL(38, 0));
"""


def filled(file: Path, people: int) -> None:
    """Writes a database of so many people, eight quarters each, one figure in ten restated, one in fifty blank."""
    with duckdb.connect(str(file)) as held:
        for name, columns in RELATIONS.items():
            held.execute(
                f"CREATE TABLE {name} ({', '.join(f'{one} {kind}' for one, kind in columns.items())})"
            )
        held.execute(FILLED.format(people=people))
        held.execute(MACROS)


def timed(file: Path, whose: str, rounds: int) -> tuple[list[float], float]:
    """Returns the seconds of each round of one statement in a process of its own, and its memory at most, in MB."""
    out = subprocess.run(  # this interpreter, this module
        [sys.executable, "-m", "benchmarks.screen", "--one", str(file), whose, str(rounds)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    return [float(one) for one in out[:-1]], float(out[-1])


def one(file: str, whose: str, rounds: int) -> None:
    """Prints the seconds of each round and the megabytes held at most."""
    text, params = written(), {}
    if whose == "made":
        held = made()
        text, params = held.text, dict(held.params)
    with duckdb.connect(file, read_only=True) as connection:
        for _ in range(rounds):
            connection.execute("DROP TABLE IF EXISTS told")
            start = time.perf_counter()
            connection.execute(f"CREATE TEMP TABLE told AS {text}", params)
            print(time.perf_counter() - start)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def agree(file: Path) -> None:
    """Raises SystemExit where the two statements differ in a row, or a sample differs from either evaluator."""
    held = made()
    with duckdb.connect(str(file), read_only=True) as connection:
        connection.execute(f"CREATE TEMP TABLE ours AS {held.text}", dict(held.params))
        connection.execute(f"CREATE TEMP TABLE theirs AS {written()}")
        differing = connection.execute(
            "SELECT (SELECT count(*) FROM (FROM ours EXCEPT ALL FROM theirs)), "
            "(SELECT count(*) FROM (FROM theirs EXCEPT ALL FROM ours))"
        ).fetchall()
        if differing != [(0, 0)]:
            raise SystemExit(f"the statements differ in {differing[0]} rows; a time would mean nothing")
        found = connection.execute(
            f"SELECT person, s0, o0, s1, o1, s2, o2, s3, o3 FROM ours ORDER BY person LIMIT {SAMPLE}"
        ).fetchall()
        move = policy().moves[0]
        for person, *told in found:
            view = facts(connection, person)
            for find in (evaluate.find, reference.find):
                findings = [find(criterion, view, AS_OF) for criterion in move.ready]
                expected: list[object] = []
                for finding in findings:
                    expected += [
                        {"met": True, "not_met": False}.get(str(finding.status)),
                        observed(finding, AS_OF),
                    ]
                if expected != told:
                    raise SystemExit(f"{person}: {find.__module__} finds {expected}, SQL {told}")


def facts(connection: duckdb.DuckDBPyConnection, person: str) -> FactView:
    """Returns one person's facts as known at the moment."""
    figures = connection.execute(
        "SELECT starts, ends, actual, target, unit FROM (SELECT *, row_number() OVER (PARTITION BY starts "
        "ORDER BY recorded_at DESC) AS n FROM expected_period WHERE person = ? AND recorded_at <= ?) "
        "WHERE n = 1 ORDER BY starts",
        [person, KNOWN],
    ).fetchall()
    hired = connection.execute("SELECT starts FROM span WHERE person = ?", [person]).fetchall()[0][0]
    filed = tuple(
        Filed(start, end, None if actual is None else int(actual), int(target), unit)
        for start, end, actual, target, unit in figures
    )
    return FactView(person, {"quota": filed}, spans={"employment": (Span("company", hired, None),)})


def rows() -> list[Figure]:
    """Returns the statement's seconds and memory beside those of the written one, and how they grow."""
    return measured(WHOLE, *SIZES)


def measured(largest: int, *smaller: int) -> list[Figure]:
    """Returns the figures of the largest size, and of each smaller one how much longer ten times as many take."""
    seconds: dict[int, tuple[float, float]] = {}
    memory: tuple[float, float] = (0.0, 0.0)
    with tempfile.TemporaryDirectory(prefix="rung-bench-") as folder:
        for people in (*smaller, largest):
            file = Path(folder) / f"{people}.duckdb"
            filled(file, people)
            if people <= WHOLE:
                agree(file)
            pairs = []
            for _ in range(ROUNDS if people <= WHOLE else 1):
                pairs.append((timed(file, "made", 2), timed(file, "written", 2)))
            seconds[people] = (
                statistics.median(min(made[0]) for made, _ in pairs),
                statistics.median(min(hand[0]) for _, hand in pairs),
            )
            memory = (min(made[1] for made, _ in pairs), min(hand[1] for _, hand in pairs))
            file.unlink()
    what = f"screen of {largest:,} people, 8 quarters, 4 criteria"
    found = [
        Figure(what, seconds[largest][0], "s", HAND, seconds[largest][1], BAR, True),
        Figure(f"memory of the {what}", memory[0], "MB", HAND, memory[1], BAR_MEMORY, True),
    ]
    sizes = [*smaller, largest]
    for small, large in itertools.pairwise(sizes):
        peer, value = seconds[small][0] * 1000, seconds[large][0] * 1000
        found.append(
            Figure(f"screen of {large:,} people", value, "ms", f"{small:,} people", peer, BAR_LINEAR, True)
        )
    return found


if __name__ == "__main__":
    if sys.argv[1] == "--one":
        one(sys.argv[2], sys.argv[3], int(sys.argv[4]))
    else:
        for figure in measured(int(sys.argv[1])):
            print(figure.said())
