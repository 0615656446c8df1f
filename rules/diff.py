"""What changed between two editions of a policy, in words: settings, moves, criteria, thresholds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

from rules.criterion import Criterion, Group, Window, walk
from rules.ladder import Ladder
from rules.outcome import outcome
from rules.policy import Move, Policy
from rules.reference import find
from rules.salestime import SalesTime
from rules.view import FactView
from rules.word import words

ANY_DAY = date(2000, 1, 1)
OWN = ("edition", "moves")


def diff(old: Policy, new: Policy, ladder: Ladder) -> tuple[str, ...]:
    """Returns what changed from one edition to another, each change as a sentence.

    Empty only where nothing but the edition's label (and how the file is laid out) differs.
    """
    return (*_settings(old, new), *_moves(old, new, ladder))


def required(criterion: Criterion) -> str:
    """Returns what a criterion asks for, in words."""
    return words(outcome(find(criterion, FactView(person=""), ANY_DAY), ANY_DAY)).required


def _settings(old: Policy, new: Policy) -> Iterator[str]:
    before, after = _mapping(old.document.value), _mapping(new.document.value)
    for key in dict.fromkeys((*before, *after)):
        if key not in OWN:
            yield from _setting(key, before.get(key), after.get(key))
    if old.ladder != new.ladder:
        yield f"ladder, edition: {old.ladder[:12]} -> {new.ladder[:12]}"


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _setting(name: str, before: Any, after: Any) -> Iterator[str]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in dict.fromkeys((*before, *after)):
            yield from _setting(f"{name}, {key}", before.get(key), after.get(key))
        return
    yield f"{name}: {_said(before)} -> {_said(after)}"


def _said(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, list):
        return ", ".join(_said(one) for one in value) or "nothing"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_said(one)}" for key, one in value.items())
    return str(value)


def _moves(old: Policy, new: Policy, ladder: Ladder) -> Iterator[str]:
    before, after = ({one.id: one for one in policy.moves} for policy in (old, new))
    for name in dict.fromkeys((*before, *after)):
        move = before.get(name) or after[name]
        told = f"{_name(ladder, move.source)} -> {_name(ladder, move.target)}"
        if name not in after:
            yield f"{told}: the move is taken out"
        elif name not in before:
            count = len(after[name].ready)
            yield f"{told}: a new move with {count} required criteri{'on' if count == 1 else 'a'}"
        else:
            ways = [one[name].workflow for one in (before, after)]
            if ways[0] != ways[1] and ways != [
                _mapping(one.document.value).get("workflow") for one in (old, new)
            ]:
                yield f"workflow for {told}: {ways[0] or 'any'} -> {ways[1] or 'any'}"
            yield from _criteria(before[name], after[name], told)
    if _reordered(before, after):
        yield f"the moves stand in another order: {', '.join(after)}"


def _reordered(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Returns whether what is in both stands in another order."""
    return [one for one in before if one in after] != [one for one in after if one in before]


def _name(ladder: Ladder, level: str) -> str:
    held = ladder.levels.get(level)
    return level if held is None else held.short or held.name


def _criteria(old: Move, new: Move, move: str) -> Iterator[str]:
    before, after = _listed(old), _listed(new)
    for name in dict.fromkeys((*before, *after)):
        if name not in after:
            yield f"{before[name][0].kind} {name} for {move}: taken out"
            continue
        if name not in before:
            one, advisory = after[name]
            yield f"{one.kind} {name} for {move}: new{', advisory' if advisory else ''}: {required(one)}"
            continue
        (left, was), (right, now) = before[name], after[name]
        if was != now:
            yield f"{right.kind} {name} for {move}: {'now only advisory' if now else 'now required'}"
        yield from _criterion(left, right, f"{right.kind} {name} for {move}")
    if _reordered(before, after):
        yield f"{move}: the criteria stand in another order: {', '.join(after)}"


def _listed(move: Move) -> dict[str, tuple[Criterion, bool]]:
    held = [(one, False) for one in move.ready] + [(one, True) for one in move.advisory]
    return {one.id: (one, advisory) for one, advisory in held}


def _criterion(old: Criterion, new: Criterion, place: str) -> Iterator[str]:
    before, after = required(old), required(new)
    told = list(_parts(old, new, place))
    if before != after:
        told = [f"{place}: {_changed(before, after)}", *told]
    if old.kind != new.kind:
        told = [f"{place}: {old.kind} {old.id} before", *told]
    if old.says != new.says and (isinstance(new, Group) or not told):
        told.append(f"{place}: says now: {new.says}")
    if not told and _written(old) != _written(new):
        told.append(f"{place}: read otherwise: {', '.join(_unlike(old, new))}")
    yield from told


def _parts(old: Criterion, new: Criterion, place: str) -> Iterator[str]:
    """Yields what changed inside a group."""
    if not isinstance(old, Group) and not isinstance(new, Group):
        return
    left, right = ({one.id: one for one in walk(held) if one is not held} for held in (old, new))
    for name in dict.fromkeys((*left, *right)):
        if name not in right:
            yield f"{place}: without {name} ({required(left[name])})"
        elif name not in left:
            yield f"{place}: with {name} ({required(right[name])})"
        elif required(left[name]) != required(right[name]):
            yield f"{place}, {name}: {_changed(required(left[name]), required(right[name]))}"
        elif left[name].says != right[name].says:
            yield f"{place}, {name}: says now: {right[name].says}"
    if _reordered(left, right):
        yield f"{place}: its parts stand in another order: {', '.join(right)}"


def _written(one: Criterion) -> dict[str, Any]:
    """Returns what a criterion is made of; its place and the policy's own reckoning of time are left out."""
    return {
        held.name: _timeless(getattr(one, held.name))
        for held in fields(one)
        if held.name not in ("place", "parts", "part")
    }


def _timeless(value: object) -> object:
    """Returns a value without the policy's reckoning of time, which is told once for the whole policy."""
    return replace(value, time=SalesTime()) if isinstance(value, Window) else value


def _unlike(old: Criterion, new: Criterion) -> Iterator[str]:
    before, after = _written(old), _written(new)
    for name in dict.fromkeys((*before, *after)):
        if before.get(name) != after.get(name):
            yield name.replace("_", " ")


def _changed(before: str, after: str) -> str:
    """Returns both texts as one where they differ in one stretch of words: `at least 9 -> 8 months in sdr`."""
    left, right = before.split(), after.split()
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    end = 0
    while end < min(len(left), len(right)) - start and left[-1 - end] == right[-1 - end]:
        end += 1
    middle = " ".join(left[start : len(left) - end]), " ".join(right[start : len(right) - end])
    listed = any("," in one for one in middle)
    if not all(middle) or listed or max(len(one) for one in middle) > 40:
        return f"{before}; now {after}"
    return " ".join((*left[:start], f"{middle[0]} -> {middle[1]}", *left[len(left) - end :]))
