"""Sums bookings into the expected periods that quotas gave, and finds where a quota's period ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.fact.reading import Reading
from engine.fact.report import Skipped
from engine.fact.row import FactRow
from terms.canonical import Json
from terms.quantity import plain, scaled

Held = Mapping[tuple[str, str], Mapping[str, Json]]


def close_periods(facts: Sequence[FactRow], at: Reading) -> list[FactRow]:
    """Returns quota facts with each period ended where the same person's next one begins.

    The last one ends on the day the mapping says; a start that stands twice is a fault.
    """
    assert at.mapping.periods is not None
    last = at.mapping.periods.last_ends
    starts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in facts:
        if one.kind == "expected":
            starts[one.person, one.name].append(one.start)
    closed = []
    for one in facts:
        after = sorted(start for start in starts[one.person, one.name] if start > one.start)
        at.at(one.row, {})
        if one.kind == "expected" and starts[one.person, one.name].count(one.start) > 1:
            at.fault("period_start", one.start, "this person has two quotas that begin on this day")
        end = after[0] if after else last
        if end <= one.start:
            at.fault("period_start", one.start, f"the last period is said to end on {last}")
        closed.append(replace(one, end=end, key=f"{one.kind}|{one.name}|{one.start}|{end}"))
    return closed


def place_bookings(
    facts: Sequence[FactRow], held: Held, at: Reading
) -> tuple[list[FactRow], tuple[Skipped, ...]]:
    """Returns the bookings that lie in an expected period; others are faults, or passed over, as the mapping says."""
    periods = _periods(held)
    kept: list[FactRow] = []
    passed: list[Skipped] = []
    for one in facts:
        if any(start <= one.start < end for start, end in periods.get((one.person, one.name), ())):
            kept.append(one)
            continue
        told = f"no expected period of {one.name} of this person holds {one.start}"
        if at.mapping.outside_periods == "skip":
            passed.append(Skipped(one.row, told))
        else:
            at.at(one.row, {})
            at.fault("on", one.start, f"{told}; import the quotas first, or say `outside_periods: skip`")
    return kept, tuple(passed)


def _periods(held: Held) -> dict[tuple[str, str], list[tuple[str, str]]]:
    found: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for content in held.values():
        if content["kind"] == "expected":
            where = (str(content["person"]), str(content["name"]))
            found[where].append((str(content["start"]), str(content["end"])))
    return found


def sums(held: Held, metrics: set[str], complete: str | None, row: int) -> list[FactRow]:
    """Returns the actual of every expected period of some metrics: the sum of the bookings inside it.

    A period without any booking counts as 0 only where the bookings are stated to be complete by its end.
    """
    booked: dict[tuple[str, str], list[tuple[str, int, str]]] = defaultdict(list)
    for content in held.values():
        if content["kind"] == "booking" and content["name"] in metrics:
            where = (str(content["person"]), str(content["name"]))
            value = scaled(str(content["value"]))
            booked[where].append((str(content["start"]), value, str(content["unit"])))
    units = {unit for found in booked.values() for _, _, unit in found}
    facts: list[FactRow] = []
    for (person, metric), periods in sorted(_periods(held).items()):
        if metric not in metrics:
            continue
        for start, end in sorted(periods):
            inside = [one for one in booked.get((person, metric), ()) if start <= one[0] < end]
            if not inside and not (complete is not None and complete >= end):
                continue
            row += 1
            unit = "+".join(sorted({one[2] for one in inside} or units))
            facts.append(
                FactRow(
                    row=row,
                    field="sum",
                    person=person,
                    kind="actual",
                    key=f"actual|{metric}|{start}|{end}",
                    name=metric,
                    start=start,
                    end=end,
                    value=plain(sum(one[1] for one in inside)),
                    unit=unit,
                    detail={"bookings": len(inside)},
                )
            )
    return facts
