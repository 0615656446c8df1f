"""Makes the policy that belongs to a ladder of one's own from the one that ships for the ladder it was cut from."""

from __future__ import annotations

import copy
import io
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML

from rules.ladder import Ladder
from rules.policy import load_policy
from rules.trial import load_trials, run
from terms.error import RungError

WIDTH = 118


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Holds a policy and its tests as text (no tests: None), and how many of the tests were left out."""

    policy: str
    tests: str | None
    kept: int
    left_out: int


def cut_policy(text: str, tests: str, whole: Ladder, made: Ladder) -> Cut:
    """Returns the policy of a ladder made from another: the criteria of each move that it has, under its name.

    A move over levels left out asks what the last step of that way asked. What names a level or competency that
    the new ladder has not is taken out; so are the tests that show nothing of it any more.
    """
    writer = _writer()
    value = writer.load(text)
    value["policy"] = value["ladder"] = made.id
    known = {(one["from"], one["to"]): one for one in value["moves"]}
    moves = []
    for source, target in made.moves:
        held = known.get((source, target)) or _last(whole, made, known, source, target)
        if held is not None:
            one = copy.deepcopy(held)
            one["from"] = source
            _trim(one, made, source)
            moves.append(one)
    value["moves"][:] = moves
    policy = _text(writer, value)
    shown, kept, left = _tests(tests, policy, made, {pair for pair in made.moves if pair in known})
    return Cut(policy=policy, tests=shown, kept=kept, left_out=left)


def _last(whole: Ladder, made: Ladder, known: Mapping[tuple[str, str], Any], source: str, target: str) -> Any:
    """Returns the last step of a way that leads from one level to another over levels left out."""
    ahead, seen = [source], {source}
    while ahead:
        here = ahead.pop(0)
        for start, end in whole.moves:
            if start == here and end == target and (start, end) in known:
                return known[start, end]
            if start == here and end not in seen and end not in made.levels:
                seen.add(end)
                ahead.append(end)
    return None


def _trim(move: Any, made: Ladder, source: str) -> None:
    """Takes out of a move, in place, what names a level or competency that the ladder has not."""
    _criterion(move["ready"], made, source)
    if "advisory" in move:
        move["advisory"][:] = [one for one in move["advisory"] if _criterion(one, made, source)]
        if not move["advisory"]:
            del move["advisory"]


def _criterion(one: Any, made: Ladder, source: str) -> bool:
    """Returns whether anything is left of a criterion."""
    for key in ("all", "any"):
        if key in one:
            one[key][:] = [each for each in one[key] if _criterion(each, made, source)]
            return bool(one[key])
    if "at_least" in one:
        held = one["at_least"]
        held["of"][:] = [each for each in held["of"] if _criterion(each, made, source)]
        held["count"] = min(held["count"], len(held["of"]))
        return bool(held["of"])
    if "not" in one:
        return _criterion(one["not"], made, source)
    if "competency" in one:
        return _competency(one["competency"], made)
    if "tenure" in one and not isinstance(one["tenure"]["in"], str):
        left = [level for level in one["tenure"]["in"] if level in made.levels]
        one["tenure"]["in"] = left or [source]
    elif "tenure" in one and one["tenure"]["in"] not in (*made.levels, "level", "function", "company"):
        one["tenure"]["in"] = "level"
    for kind, key, other in (("endorsement", "at_or_above", "target"), ("seat", "level", None)):
        if kind in one and one[kind].get(key, other) not in (*made.levels, other):
            if other is None:
                return False
            one[kind][key] = other
    return True


def _competency(held: Any, made: Ladder) -> bool:
    if "is" in held:
        return held["is"] in made.competencies
    for key in ("every", "any_of"):
        if key in held:
            held[key][:] = [name for name in held[key] if name in made.competencies]
            if "count" in held:
                held["count"] = max(1, min(held["count"], len(held[key])))
            return bool(held[key])
    return True


def _tests(
    text: str, policy: str, made: Ladder, moves: Collection[tuple[str, str]]
) -> tuple[str | None, int, int]:
    """Returns the tests that still come out as expected, how many they are, and how many are left out.

    What is left is not asked to show every outcome, as the whole may have been.
    """
    writer = _writer()
    value = writer.load(text)
    value["policy"] = made.id
    value.pop("coverage", None)
    listed = value["tests"]
    wanted = {f"{source} -> {target}" for source, target in moves}
    fits = []
    for one in listed:
        told = [one["move"]] if isinstance(one["move"], str) else list(one["move"])
        left = [move for move in told if move in wanted]
        if left:
            one["move"] = left[0] if isinstance(one["move"], str) else left
            fits.append(one)
    for given in (*value.get("base", {}).values(), *(each for one in fits for each in _given(one))):
        _facts(given, made)
    held = load_policy(policy, "policy.yaml", made)
    count = len(listed)

    def come_out(chosen: list[Any]) -> bool:
        listed[:] = chosen
        try:
            return not run(load_trials(_text(writer, value), "tests.yaml", held, made), held)[0]
        except RungError:
            return False

    kept = fits if come_out(fits) else [one for one in fits if come_out([one])]
    left_out = count - len(kept)
    listed[:] = kept
    used = {name for one in kept for each in (one, *one.get("except", ())) for name in [each.get("like")]}
    for name in [name for name in value.get("base", {}) if name not in used]:
        del value["base"][name]
    return (_text(writer, value) if kept else None), len(kept), left_out


def _given(test: Any) -> Iterator[Any]:
    yield from (one["given"] for one in (test, *test.get("except", ())) if "given" in one)


def _facts(given: Any, made: Ladder) -> None:
    """Takes out of somebody's facts the scores of competencies that are none, and lifts ranks to levels that are."""
    for key in ("scores", "next_scores"):
        for name in [one for one in given.get(key, {}) if one not in made.competencies]:
            del given[key][name]
    for who in [one for one, level in given.get("ranks", {}).items() if level not in made.levels]:
        del given["ranks"][who]


def _writer() -> YAML:
    made = YAML()
    made.preserve_quotes = True
    made.width = WIDTH
    return made


def _text(writer: YAML, value: Any) -> str:
    out = io.StringIO()
    writer.dump(value, out)
    return out.getvalue()
