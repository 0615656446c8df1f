"""Finds what a definition says but cannot mean: each finding with its place, a sentence and a fix."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

from workflows.definition import Workflow
from workflows.vocabulary import IN_SESSION, JUDGES_NEVER


@dataclass(frozen=True, slots=True)
class Finding:
    """Holds one fault of a definition: which check, where, what is wrong, how to mend it."""

    check: str
    place: str
    told: str
    fix: str

    def __str__(self) -> str:
        return f"{self.place}: {self.told} {self.fix} [{self.check}]"


def lint(workflow: Workflow) -> tuple[Finding, ...]:
    """Returns every finding, in the order of the checks."""
    return tuple(finding for check in CHECKS for finding in check(workflow))


def _unreachable(workflow: Workflow) -> Iterator[Finding]:
    reached = {workflow.initial}
    while True:
        more = {one.to for one in workflow.transitions if reached & set(one.source)} - reached
        if not more:
            break
        reached |= more
    for name in workflow.states:
        if name not in reached:
            told = f"No way leads from {workflow.initial} to {name}."
            yield Finding(
                "unreachable", workflow.at("states", name), told, "Add a transition to it or remove it."
            )


def _trap(workflow: Workflow) -> Iterator[Finding]:
    saved = {name for name, one in workflow.states.items() if one.final}
    if not saved:
        told = "No state is final, so no case ever ends."
        yield Finding("no-end", workflow.at("states"), told, "Mark one with `final: true`.")
        return
    while True:
        more = {s for one in workflow.transitions if one.to in saved for s in one.source} - saved
        if not more:
            break
        saved |= more
    for name in workflow.states:
        if name not in saved:
            told = f"No way leads from {name} to a final state."
            yield Finding("trap", workflow.at("states", name), told, "Add a transition out of it.")


def _after_end(workflow: Workflow) -> Iterator[Finding]:
    for index, one in enumerate(workflow.transitions):
        for name in one.source:
            if workflow.states[name].final:
                told = f"{one.name} leaves {name}, which is final."
                place = workflow.at("transitions", index, "from")
                yield Finding("after-end", place, told, "Take the state out of `from`.")
    for name, state in workflow.states.items():
        if state.outcome is not None and not state.final:
            told = f"{name} has an outcome but is not final."
            yield Finding("after-end", workflow.at("states", name), told, "Add `final: true`.")


def _judging(workflow: Workflow) -> Iterator[Finding]:
    for index, one in enumerate(workflow.transitions):
        place = workflow.at("transitions", index)
        decides = workflow.states[one.to].outcome is not None
        if decides and not one.judges:
            told = f"{one.name} decides a case but is not marked as a judgement."
            yield Finding("judging", place, told, "Add `judges: true`.")
        missing = [name for name in JUDGES_NEVER if name not in one.forbid]
        if (one.judges or decides) and missing:
            told = f"{one.name} is a judgement and does not forbid {', '.join(missing)}."
            yield Finding("judging", place, told, f"Add {', '.join(missing)} to `forbid`.")


def _twice(workflow: Workflow) -> Iterator[Finding]:
    numbered = list(enumerate(workflow.transitions))
    for (_, one), (index, other) in combinations(numbered, 2):
        shared = [name for name in one.source if name in other.source]
        if one.name == other.name and shared:
            told = f"{one.name} leaves {shared[0]} twice."
            place = workflow.at("transitions", index)
            yield Finding("ambiguous", place, told, "Give one of them another name.")


def _panel(workflow: Workflow) -> Iterator[Finding]:
    panel = workflow.panel
    if panel is not None and panel.quorum > panel.size:
        told = f"A quorum of {panel.quorum} does not fit a panel of {panel.size}."
        place = workflow.at("panel", "quorum")
        yield Finding("quorum", place, told, f"Ask for {panel.size} or fewer, or seat more.")


def _nobody(workflow: Workflow) -> Iterator[Finding]:
    for index, one in enumerate(workflow.transitions):
        place = workflow.at("transitions", index, "who")
        if not set(one.who) - set(one.forbid):
            told = f"Nobody may take {one.name}: whom `who` names, `forbid` bars."
            yield Finding("nobody", place, told, "Name somebody in `who`.")


def _late(workflow: Workflow) -> Iterator[Finding]:
    for name, state in workflow.states.items():
        place = workflow.at("states", name)
        if state.deadline is not None and state.escalate is None:
            told = f"{name} has a deadline, and nobody hears when it passes."
            yield Finding("escalation", place, told, "Say who in `escalate`.")
        if state.final and state.deadline is not None:
            told = f"{name} is final, so its deadline never matters."
            yield Finding("escalation", place, told, "Remove `deadline`.")


def _never(workflow: Workflow) -> Iterator[Finding]:
    """Guards about a session can hold only in calibration and after it; a case sent back leaves its session."""
    before = {name for name, one in workflow.states.items() if one.stage in ("nomination", "evidence")}
    possible = {name for name, one in workflow.states.items() if one.stage == "calibration"}
    while True:
        more = {one.to for one in workflow.transitions if possible & set(one.source)} - possible - before
        if not more:
            break
        possible |= more
    for index, one in enumerate(workflow.transitions):
        asked = [guard for guard in one.when if guard in IN_SESSION]
        if asked and not possible & set(one.source):
            told = f"{one.name} asks for `{asked[0]}`, which cannot hold before calibration."
            place = workflow.at("transitions", index, "when")
            yield Finding("never", place, told, "Remove the guard, or take the step later.")


CHECKS: tuple[Callable[[Workflow], Iterator[Finding]], ...] = (
    _unreachable,
    _trap,
    _after_end,
    _judging,
    _twice,
    _panel,
    _nobody,
    _late,
    _never,
)
