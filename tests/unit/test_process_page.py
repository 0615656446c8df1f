"""The page on a process as data: each criterion, key and test that it names is there, and its figures come out."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from rules.criterion import walk
from rules.evaluate import ready
from rules.given import Given, view
from rules.outcome import outcome
from rules.policy import Policy
from rules.shipped import trial_text
from rules.word import words
from terms.form import shaped
from terms.source import read
from tests.unit.test_policy_page import AS_OF, LADDER, SHOWN_AS, policy
from tests.unit.test_trial import shipped
from workflows.shipped import names as workflow_names
from workflows.shipped import text as workflow_text

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "process.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (?!the process|---)(.+?) \| (.+?) \| (.+?) \|$", PAGE, re.MULTILINE)


@cache
def held(name: str) -> Policy:
    return shipped(name)[0]


def written(workflow: str) -> Any:
    if workflow in workflow_names():
        return read(workflow_text(workflow), workflow).value
    return read(
        (ROOT / "examples" / "process" / f"{workflow}.yaml").read_text(encoding="utf-8"), workflow
    ).value


def is_said(words: list[str]) -> bool:
    """Returns whether a policy has a key or a move's criterion, or a workflow a key."""
    kind, name, *rest = words
    if kind in ("workflow", "round"):
        return rest[0] in written(name)
    found = held(name)
    if len(rest) == 1:
        return isinstance(found.document.value, dict) and rest[0] in found.document.value
    move = found.move(*rest[0].split("->"))
    if rest[1] == "workflow":
        return bool(move.workflow)
    return rest[1] in {each.id for top in (*move.ready, *move.advisory) for each in walk(top)}


def is_shown(told: str) -> bool:
    file, test = re.fullmatch(r"([\w/.-]+):[: ](.+)", told).groups()  # type: ignore[union-attr]
    if not file.endswith(".py"):
        return f"  - name: {test}\n" in trial_text(file)
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    return test in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize(("asked", "said", "shown"), ROWS, ids=range(len(ROWS)))
def test_each_sentence_of_the_process_names_what_says_it_and_what_shows_it(
    asked: str, said: str, shown: str
) -> None:
    by, tests = (re.findall(r"`(.+?)`", cell) for cell in (said, shown))
    assert by and tests, asked
    assert [one for one in by if not is_said(one.split())] == []
    assert [one for one in tests if not is_shown(one)] == []


def test_the_monthly_rounds_are_of_the_moves_that_the_policy_has() -> None:
    moves = {(one.source, one.target) for one in held("sales-development-2026-06").moves}
    taken = {
        move
        for move in moves
        for one in written("monthly-rounds")["moves"]
        if one.get("from", move[0]) == move[0] and one["to"] == move[1]
    }
    assert taken == moves


def test_every_criterion_of_both_policies_stands_in_the_table() -> None:
    named = {
        one.split()[-1].partition(".")[0]
        for _, said, _ in ROWS
        for one in re.findall(r"`policy (.+?)`", said)
    }
    for name in ("graded", "sales-development-2026"):
        assert {top.id for move in held(name).moves for top in (*move.ready, *move.advisory)} <= named


@pytest.mark.parametrize(("example", "outcomes"), SHOWN_AS.findall(PAGE))
def test_the_worked_figures_of_the_process_come_out(example: str, outcomes: str) -> None:
    one = policy(example)
    document = read(outcomes, "page.yaml")
    facts: Any = document.value
    for told, given in facts.items():
        seen = view(shaped(Given, document, given, (told,)), AS_OF, one.calendar.fiscal(), LADDER)
        (finding,) = ready(one, one.moves[0], seen, AS_OF).findings
        said = f"{str(finding.status).replace('_', ' ')}, {words(outcome(finding, AS_OF)).observed}"
        assert said == told
