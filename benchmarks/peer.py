"""The rule engines that readiness is timed beside: the same ten criteria said in their language, windows given.

Each returns the same outcomes as ours for everybody of whom enough is known; a difference ends the run.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from rules.finding import Status
from rules.readiness import Readiness
from rules.view import FactView

Given = list[tuple[FactView, Readiness]]
NEXT = ("executive-presence", "strategic-accounts", "cross-functional-influence", "territory-ownership")


def document(view: FactView, as_of: date) -> dict[str, Any]:
    """Returns a person's facts as a document: the windows chosen, days as ordinals, money in whole units."""
    quota = [
        {"a": (one.actual or 0) / 1e6, "t": (one.target or 0) / 1e6} for one in view.figures["quota"][-4:]
    ]
    entries: dict[str, int] = {}
    for one in view.marks["evidence"]:
        back = (as_of - one.on).days
        if one.kind == "executive-deal" and one.verified and back <= 730:
            entries["deal"] = entries.get("deal", 0) + 1
        if one.kind == "account-plan" and back <= 365:
            entries["plan"] = entries.get("plan", 0) + 1
    signed = view.marks["commitment"]
    return {
        "q": quota,
        "complexity": [(one.value or 0) // 10**6 for one in view.scores["deal-complexity", "current"][-2:]],
        "next": [(view.scores[name, "next"][-1].value or 0) // 10**6 for name in NEXT],
        "deals": entries.get("deal", 0),
        "plans": entries.get("plan", 0),
        "track": signed[-1].kind if signed else "",
        "days": (as_of - view.spans["level"][-1].start).days,
        "standing": len(view.marks["standing"]),
        "courses": sum(one.kind == "advanced-method" for one in view.marks["training"]),
    }


def _json(value: object) -> str:
    return json.dumps(value)  # noqa: TID251  # a peer's input: nothing of it is hashed or stored


def _var(path: str) -> dict[str, str]:
    return {"var": path}


TEMPLATE: dict[str, Any] = {
    "quota": {"and": [{">=": [_var(f"q.{n}.a"), _var(f"q.{n}.t")]} for n in (2, 3)]},
    "year": {
        ">=": [
            {"+": [{"min": [_var(f"q.{n}.a"), {"*": [2, _var(f"q.{n}.t")]}]} for n in range(4)]},
            {"*": [1.05, {"+": [_var(f"q.{n}.t") for n in range(4)]}]},
        ]
    },
    "complexity": {"and": [{">=": [_var(f"complexity.{n}"), 4]} for n in (0, 1)]},
    "next-level": {">=": [{"+": [{"if": [{">=": [_var(f"next.{n}"), 3]}, 1, 0]} for n in range(4)]}, 3]},
    "executives": {">=": [_var("deals"), 2]},
    "path": {"==": [_var("track"), "ic"]},
    "time": {">=": [_var("days"), 365]},
    "standing": {"==": [_var("standing"), 0]},
    "account-plan": {">=": [_var("plans"), 1]},
    "method-course": {">=": [_var("courses"), 1]},
}

EXPRESSIONS = {
    "quota": "q[2].a >= q[2].t and q[3].a >= q[3].t",
    "year": "min([q[0].a, 2 * q[0].t]) + min([q[1].a, 2 * q[1].t]) + min([q[2].a, 2 * q[2].t])"
    " + min([q[3].a, 2 * q[3].t]) >= 1.05 * (q[0].t + q[1].t + q[2].t + q[3].t)",
    "complexity": "complexity[0] >= 4 and complexity[1] >= 4",
    "next-level": "count(next, # >= 3) >= 3",
    "executives": "deals >= 2",
    "path": "track == 'ic'",
    "time": "days >= 365",
    "standing": "standing == 0",
    "account-plan": "plans >= 1",
    "method-course": "courses >= 1",
}


def _agrees(outcomes: dict[str, bool], held: Readiness) -> int:
    """Returns 1 where a peer's outcomes are ours; leaves aside what we say nobody can tell, and those on leave."""
    ours = {one[0].id: one[1] for one in held.raw}
    return int(
        all(
            ours[name] is Status.UNDETERMINED or (ours[name] is Status.MET) == met
            for name, met in outcomes.items()
        )
    )


def _held(found: list[dict[str, bool]], given: Given) -> None:
    same = sum(_agrees(one, held) for one, (_, held) in zip(found, given, strict=True))
    if same < 0.9 * len(given):
        raise SystemExit(f"the peer agrees on {same} of {len(given)} people; a time would mean nothing")


def datalogic(given: Given) -> Callable[[], object]:
    """Returns a call that evaluates datalogic-py's outcome template over parsed documents."""
    from datalogic_py import DataHandle, Engine

    engine = Engine(templating=True)
    rule, session = engine.compile(_json(TEMPLATE)), engine.session()
    handles = [DataHandle(_json(document(view, held.as_of))) for view, held in given]
    _held([session.evaluate_data(rule, one) for one in handles], given)

    def run() -> None:
        evaluate = session.evaluate_data
        for one in handles:
            evaluate(rule, one)

    return run


def datalogic_traced(given: Given) -> Callable[[], object]:
    """Returns a call that evaluates the same template with a trace of its steps."""
    from datalogic_py import Engine

    engine, rule = Engine(templating=True), _json(TEMPLATE)
    texts = [_json(document(view, held.as_of)) for view, held in given]

    def run() -> None:
        for one in texts:
            engine.evaluate_with_trace(rule, one)

    return run


def zen_traced(given: Given) -> Callable[[], object]:
    """Returns a call that evaluates an expression node of ZEN for each criterion, with its trace."""
    from zen import ZenEngine

    place = {"x": 0, "y": 0}
    nodes: list[dict[str, Any]] = [
        {"id": "in", "name": "in", "type": "inputNode", "position": place},
        {
            "id": "all",
            "name": "all",
            "type": "expressionNode",
            "position": place,
            "content": {
                "expressions": [{"id": key, "key": key, "value": value} for key, value in EXPRESSIONS.items()]
            },
        },
        {"id": "out", "name": "out", "type": "outputNode", "position": place},
    ]
    edges = [
        {"id": "1", "sourceId": "in", "targetId": "all"},
        {"id": "2", "sourceId": "all", "targetId": "out"},
    ]
    decision = ZenEngine().create_decision(_json({"nodes": nodes, "edges": edges}))
    documents = [document(view, held.as_of) for view, held in given]
    _held([decision.evaluate(one, {"trace": True})["result"] for one in documents], given)

    def run() -> None:
        for one in documents:
            decision.evaluate(one, {"trace": True})

    return run
