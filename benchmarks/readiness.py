"""How long readiness against a loaded policy takes, beside the reference evaluator that says what is right."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figure import Figure, interleaved
from cli.demo.story import tell
from engine.edition.library import governing, policy
from engine.fact.view import views
from engine.people.directory import find_person, people
from engine.people.line import level_on
from rules import evaluate, reference
from rules.fact import FactView
from rules.policy import Move, Policy

AS_OF = date(2026, 10, 15)
FROM, TO, WHO = "ae-2", "senior-ae", "Noor Haddad"
ROUNDS = 9
EACH = 900  # evaluations per timing: long enough that the peer before it does not set the pace
BAR = 10.0


def company() -> tuple[Policy, dict[str, FactView], str]:
    """Returns the demo's policy, the facts of everybody who could move, and who of them is ready."""
    with TemporaryDirectory() as name:
        engine = tell(Path(name) / "demo", lambda _: None)
        try:
            with engine.read() as tx:
                held = policy(tx, governing(tx, FROM, TO, AS_OF))
                who = find_person(tx, WHO).id
                ids = [one.id for one in people(tx) if level_on(tx, one.id, date(2026, 10, 13)) == FROM]
                return held, views(tx, ids, as_of=AS_OF), who
        finally:
            engine.close()


def rows() -> list[Figure]:
    """Returns the time of one ready person's readiness, and the mean over everybody on the level."""
    held, seen, who = company()
    move = held.move(FROM, TO)
    criteria = len(move.ready) + len(move.advisory)
    for view in seen.values():
        fast, slow = evaluate.ready(held, move, view, AS_OF), reference.ready(held, move, view, AS_OF)
        if fast.bytes() != slow.bytes():
            raise SystemExit(f"the evaluators differ on {view.person}; a time would mean nothing")
    groups = [(f"readiness of one, {criteria} criteria", [seen[who]])]
    groups.append((f"readiness, mean of {len(seen)}, {criteria} criteria", list(seen.values())))
    return [measured(name, held, move, views) for name, views in groups]


def measured(name: str, held: Policy, move: Move, seen: list[FactView]) -> Figure:
    """Returns the microseconds per person of the fast evaluator beside the reference evaluator."""
    times = max(1, EACH // len(seen))

    def fast() -> None:
        for _ in range(times):
            for view in seen:
                evaluate.ready(held, move, view, AS_OF)

    def slow() -> None:
        for _ in range(times):
            for view in seen:
                reference.ready(held, move, view, AS_OF)

    ours, other = interleaved(fast, slow, ROUNDS)
    scale = 1e6 / (times * len(seen))
    return Figure(name, ours * scale, "us", "reference evaluator", other * scale, BAR, False)
