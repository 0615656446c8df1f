"""How long loading and checking a policy of 200 criteria takes: reading, validating, linting, compiling."""

from __future__ import annotations

from benchmarks.figure import Figure, interleaved
from rules.evaluate import compiled
from rules.ladder import load_ladder
from rules.policy import load_policy
from rules.policylint import lint_policy
from rules.shipped import ladder_text, policy_text
from terms.source import read

COPIES, BAR, ROUNDS = 25, 150.0, 7


def large() -> str:
    """Returns a policy of 200 criteria: the shipped move to senior AE, its eight criteria written 25 times."""
    text = policy_text("sales")
    head, moves = text.split("moves:\n")
    start = moves.index("  - from: ae-2\n    to: senior-ae")
    one = moves[start : moves.index("    advisory:", start)]
    opening, criteria = one.split("      all:\n")
    copies = "".join(criteria.replace("{id: ", f"{{id: c{n}-") for n in range(COPIES))
    return f"{head}moves:\n{opening}      all:\n{copies}"


def rows() -> list[Figure]:
    """Returns the milliseconds of loading and checking, beside reading the file's YAML alone."""
    text, ladder = large(), load_ladder(ladder_text("sales"), "sales.yaml")
    size = len(load_policy(text, "large.yaml", ladder).moves[0].ready)

    def ours() -> None:
        held = load_policy(text, "large.yaml", ladder)
        lint_policy(held, ladder)
        compiled(held, held.moves[0])

    load, alone = interleaved(ours, lambda: read(text, "large.yaml"), ROUNDS)
    return [
        Figure(
            f"loading and checking {size} criteria",
            load * 1e3,
            "ms",
            "its YAML alone",
            alone * 1e3,
            BAR,
            False,
        )
    ]
