"""How long readiness takes over distinct people, beside the reference evaluator and, where installed, rule engines.

The peers are handed each person's windows already chosen, as parsed documents, and return outcomes alone: ours
chooses the windows inside the timed call and keeps every operand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from importlib.util import find_spec

from benchmarks.figure import Figure, interleaved
from benchmarks.population import population
from rules import evaluate, reference
from rules.ladder import load_ladder
from rules.policy import Move, Policy, load_policy
from rules.shipped import ladder_text, policy_text
from rules.view import FactView

AS_OF = date(2026, 10, 15)
FROM, TO = "ae-2", "senior-ae"
PEOPLE, FEW, ROUNDS = 2400, 120, 15
CRITERIA = 10  # the move's required ones and its first advisory ones
BAR, BAR_RATIO, BAR_TRACED = 3.6, 1.8, 1 / 60


def workforce() -> tuple[Policy, Move, list[FactView]]:
    """Returns the shipped policy, one of its moves, and distinct people who could make it.

    Raises SystemExit where the two evaluators differ on anybody: a time would mean nothing.
    """
    held = load_policy(policy_text("sales"), "sales.yaml", load_ladder(ladder_text("sales"), "sales.yaml"))
    whole = held.move(FROM, TO)
    move = replace(whole, advisory=whole.advisory[: CRITERIA - len(whole.ready)])
    seen = population(move, PEOPLE, AS_OF)
    for view in seen:
        fast, slow = evaluate.ready(held, move, view, AS_OF), reference.ready(held, move, view, AS_OF)
        if fast.bytes() != slow.bytes():
            raise SystemExit(f"the evaluators differ on {view.person}; a time would mean nothing")
    return held, move, seen


def rows() -> list[Figure]:
    """Returns microseconds per person beside the reference evaluator and each rule engine that is installed."""
    held, move, seen = workforce()
    criteria = len(move.ready) + len(move.advisory)
    what = f"readiness, {PEOPLE} people, {criteria} criteria"

    def ours() -> None:
        ready = evaluate.ready
        for view in seen:
            ready(held, move, view, AS_OF)

    def slow() -> None:
        for view in seen[:FEW]:
            reference.ready(held, move, view, AS_OF)

    fast, other = interleaved(ours, slow, ROUNDS)
    each = 1e6 / PEOPLE
    found = [Figure(what, fast * each, "us", "reference evaluator", other * 1e6 / FEW, BAR, False)]
    if find_spec("datalogic_py") is None or find_spec("zen") is None:
        return found
    from benchmarks.peer import datalogic, datalogic_traced, zen_traced

    given = [(view, evaluate.ready(held, move, view, AS_OF)) for view in seen]
    peers: list[tuple[str, Callable[[], object], int, float]] = [
        ("datalogic-py, outcomes only", datalogic(given), PEOPLE, BAR_RATIO),
        ("datalogic-py, traced", datalogic_traced(given[:FEW]), FEW, BAR_TRACED),
        ("zen-engine, traced", zen_traced(given[:FEW]), FEW, BAR_TRACED),
    ]
    for name, call, count, bar in peers:
        fast, other = interleaved(ours, call, ROUNDS)
        found.append(Figure(what, fast * each, "us", name, other * 1e6 / count, bar, True))
    return found
