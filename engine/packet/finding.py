"""Turns the readiness that a case rests on into criteria in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from engine.case.state import Assessment, Case
from engine.packet.calibration import Naming
from engine.packet.model import Criterion, Input, Occasion, Readiness, Variant
from engine.packet.word import day, readable
from engine.record.event import Gone
from rules.word import words
from terms.canonical import digest
from terms.quantity import amount, plain, scaled

Finding: TypeAlias = Mapping[str, Any]
OCCASIONS = {
    "EditionMoved": "when the case moved to another policy edition",
    "EditionKept": "when two policy editions were weighed",
}
CONFIDENTIAL = ("endorsement", "attestation")


def readiness(case: Case, variant: Variant, name: Naming) -> Readiness:
    """Returns the findings recorded last, and when findings were recorded before."""
    last = case.assessments[-1]
    occasion, earlier = occasions(case)
    held: Any = last.readiness
    if isinstance(held, Gone):
        return Readiness(occasion=occasion, earlier=earlier, gone=f"the findings are {held}")
    return Readiness(
        occasion=occasion,
        earlier=earlier,
        criteria=tuple(criterion(one, variant, name) for one in held["findings"]),
        advisory=tuple(criterion(one, variant, name, advisory=True) for one in held["advisory"]),
    )


def occasions(case: Case) -> tuple[Occasion, tuple[Occasion, ...]]:
    """Returns when findings were recorded: the last time, and the times before it."""
    told = [
        _occasion(
            one, OCCASIONS.get(one.occasion, "when the file was frozen") if place else "at the nomination"
        )
        for place, one in enumerate(case.assessments)
    ]
    return told[-1], tuple(told[:-1])


def _occasion(held: Assessment, says: str) -> Occasion:
    found: Any = held.readiness
    gone = isinstance(found, Gone)
    return Occasion(
        says=says,
        as_of=held.as_of,
        seq=held.seq,
        status=None if gone else found["status"],
        digest=None if gone else digest(found),
        fact_set=held.fact_set,
    )


def criterion(finding: Finding, variant: Variant, name: Naming, *, advisory: bool = False) -> Criterion:
    """Returns one finding, and every finding inside it, in words."""
    said = words(finding)
    hide = variant == "candidate" and finding["kind"] in CONFIDENTIAL
    return Criterion(
        id=finding["id"],
        kind=finding["kind"],
        says=said.says[:1].upper() + said.says[1:],
        status=finding["status"],
        advisory=advisory,
        required="" if said.says == said.required else readable(said.required),
        observed=readable(said.observed),
        arithmetic=readable(said.arithmetic),
        gap=readable(said.gap),
        missing=readable(said.missing.removeprefix("Missing: ")),
        inputs=tuple(_input(one, None if hide else name) for one in finding["inputs"]),
        children=tuple(criterion(one, variant, name, advisory=advisory) for one in finding["children"]),
    )


def _input(read: Mapping[str, Any], name: Naming | None) -> Input:
    """Returns one thing read; `name` is None where its giver is kept in confidence."""
    if "period" in read:
        label, value = str(read["period"]), _figure(read)
    elif "cycle" in read:
        label = f"{read['competency']}, {read['cycle']}"
        value = "no score" if read["score"] is None else str(read["score"])
    elif "span" in read:
        label = str(read["span"])
        value = f"from {day(read['from'])}" + (f" to {day(read['to'])}" if read["to"] else " on")
    else:
        label, value = str(read["entry"]), ", ".join(_mark(read, name))
    sources = tuple(one for one in str(read["source"]).split("+") if one)
    return Input(label=readable(label), value=readable(value), sources=sources)


def _figure(read: Mapping[str, Any]) -> str:
    told = amount(read["actual"], read["unit"])
    if read["target"] is not None:
        told = f"{read['actual'] or 'unknown'} of {amount(read['target'], read['unit'])}"
    return told if read["ratio"] is None else f"{told}: {plain(scaled(read['ratio']) * 100)}%"


def _mark(read: Mapping[str, Any], name: Naming | None) -> Iterator[str]:
    yield day(read["on"]) + (f" to {day(read['until'])}" if read["until"] else "")
    if read["verified"]:
        yield "verified"
    if read["by"] and name is not None:
        yield f"by {name(read['by']).name}"
