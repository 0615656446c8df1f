"""Finds what a definition says but cannot mean: each finding with its place, a sentence and a fix."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from workflows.deadline import HeardRule, Span, ahead
from workflows.definition import Workflow
from workflows.vocabulary import IN_SESSION, JUDGES_NEVER

NO_APPROVER = ("candidate", "panel", "chair", "interested", "recused", "judged before", "anyone")
NOBODY = ("interested", "recused", "judged before", "anyone")
SEATED = ("panel", "chair")
EARLY = ("nomination", "evidence")


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
        if workflow.appeal is not None and reached & set(workflow.appeal.against):
            more |= {workflow.appeal.to} - reached
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
    named = [(("forums", index, "panel"), one.panel) for index, one in enumerate(workflow.forums)]
    for path, panel in [*named, *([(("panel",), workflow.panel)] if workflow.panel else [])]:
        place, fit = workflow.at(*path), f"Ask for {panel.size} or fewer, or seat more."
        if panel.quorum > panel.size:
            told = f"A quorum of {panel.quorum} does not fit a panel of {panel.size}."
            yield Finding("quorum", workflow.at(*path, "quorum"), told, fit)
        if panel.affirm is not None and panel.affirm > panel.size:
            told = f"{panel.affirm} cannot vote yes on a panel of {panel.size}."
            yield Finding("quorum", workflow.at(*path, "affirm"), told, fit)
        if panel.size > 1 and max(panel.quorum, panel.affirm or 0) == panel.size and not panel.alternates:
            told = f"All {panel.size} of the panel must judge, so one recusal makes that impossible."
            yield Finding("quorum", place, told, "Ask for fewer, or seat an alternate: `alternates: 1`.")
        if sum(panel.groups.values()) > panel.size:
            told = f"The groups ask for {sum(panel.groups.values())} on a panel of {panel.size}."
            yield Finding("quorum", place, told, "Ask fewer of the groups, or seat more.")


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
        if state.escalate in NOBODY or (state.escalate in SEATED and state.stage in EARLY):
            told = f"When {name} is late, the {state.escalate} hears, and that is nobody there."
            at = workflow.at("states", name, "escalate")
            yield Finding("escalation", at, told, "Name a role, or somebody in the candidate's line.")
        if state.final and state.deadline is not None:
            told = f"{name} is final, so its deadline never matters."
            yield Finding("escalation", place, told, "Remove `deadline`.")


def _heard(workflow: Workflow) -> Iterator[Finding]:
    """Reminders that come before there is anything to remind of, and escalations of what has no deadline."""
    start = date(2026, 1, 1)
    held: list[tuple[tuple[str | int, ...], HeardRule, str | None]] = [
        (("states", name), one, one.deadline) for name, one in workflow.states.items()
    ]
    after, asked, excepted = workflow.after, workflow.approvals, workflow.exceptions
    held += [(("after",), after, after.tell_within)] if after else []
    held += [(("approvals",), asked, asked.within)] if asked else []
    held += [(("exceptions",), excepted, excepted.answer_within or excepted.lasts)] if excepted else []
    held += [(("information",), workflow.information, workflow.information.within)]
    for path, rule, text in held:
        if text is None:
            if rule.remind or rule.escalate_after:
                told = f"{path[-1]} has no deadline, so nothing reminds of it and nobody hears."
                yield Finding("reminder", workflow.at(*path), told, "Give it one, or remove `remind`.")
            continue
        if Span(text).length is None:
            continue
        due = Span(text).due(start, workflow.calendar)
        for index, lead in enumerate(rule.remind or ()):
            if ahead(due, lead, workflow.calendar) <= start:
                told = f"{lead} before the end of {text} is before {path[-1]} has begun."
                at = workflow.at(*path, "remind", index)
                yield Finding("reminder", at, told, "Remind later, or give more time.")
        if rule.escalate in NOBODY and path[0] != "states":
            told = f"When {path[-1]} is late, the {rule.escalate} hears, and that is nobody there."
            yield Finding("escalation", workflow.at(*path, "escalate"), told, "Name a role, such as hr.")


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
        if "file frozen" in one.when and {workflow.states[name].stage for name in one.source} <= {*EARLY}:
            place = workflow.at("transitions", index, "when")
            told = f"{one.name} asks for `file frozen`, which cannot hold before calibration."
            yield Finding("never", place, told, "Remove the guard, or take the step later.")


def _chains(workflow: Workflow) -> Iterator[Finding]:
    """The last approval of an exception is a judgement; whoever a case comes from or is about gives none."""
    if workflow.exceptions is None:
        return
    caught = False
    for index, chain in enumerate(workflow.exceptions.chains):
        place = workflow.at("exceptions", "chains", index, "approvals")
        if chain.approvals[-1] in JUDGES_NEVER:
            told = f"The last approval is a judgement, and the {chain.approvals[-1]} never judges."
            yield Finding("chain", place, told, "End the chain with somebody else.")
        for one in chain.approvals:
            if one in NO_APPROVER:
                yield Finding("chain", place, f"The {one} approves no exception.", "Name a role or manager.")
        if caught:
            told = "A chain before this one is for every level, so this one never counts."
            yield Finding("chain", place, told, "Put the chain without `levels` last.")
        caught = caught or chain.levels is None


def _unbacked(workflow: Workflow) -> Iterator[Finding]:
    """A guard that reads a part of the definition needs that part; a part that no guard reads does nothing."""
    after = workflow.after
    backed = {
        "approvals given": workflow.approvals is not None,
        "commitment signed": after is not None and after.commitment is not None,
        "file complete": bool(workflow.file),
    }
    parts = {"approvals given": "approvals", "commitment signed": "after", "file complete": "file"}
    asked = {guard for one in workflow.transitions for guard in one.when}
    for index, one in enumerate(workflow.transitions):
        place = workflow.at("transitions", index, "when")
        for guard in one.when:
            if not backed.get(guard, True):
                told = f"{one.name} asks for `{guard}`, and `{parts[guard]}` says nothing of it."
                yield Finding("unbacked", place, told, f"Write `{parts[guard]}`, or remove the guard.")
        if "stay over" in one.when and any(workflow.states[name].stay is None for name in one.source):
            told = f"{one.name} asks for `stay over` and leaves a state without `stay`."
            yield Finding("unbacked", place, told, "Say how long a case stays there.")
    for guard, held in backed.items():
        if held and guard not in asked:
            told = f"No step asks for `{guard}`, so what `{parts[guard]}` says is never held."
            yield Finding("unbacked", workflow.at(parts[guard]), told, "Add the guard to `when` of a step.")


def _appealed(workflow: Workflow) -> Iterator[Finding]:
    rule = workflow.appeal
    if rule is None:
        return
    for index, one in enumerate(workflow.transitions):
        if workflow.states[one.to].outcome is not None and "judged before" not in one.forbid:
            told = f"{one.name} decides, and whoever decided before an appeal may take it again."
            place = workflow.at("transitions", index)
            yield Finding("appeal", place, told, "Add `judged before` to `forbid`.")
    early = workflow.states[rule.to].stage in ("nomination", "evidence")
    if workflow.states[rule.to].final:
        told = f"An appeal leads to {rule.to}, which is final."
        yield Finding("appeal", workflow.at("appeal", "to"), told, "Name a state where somebody judges.")
    elif early != rule.new_evidence:
        told = "An appeal without new evidence goes to calibration or decision; one with it, to evidence."
        yield Finding("appeal", workflow.at("appeal", "to"), told, "Change `to` or `new_evidence`.")
    for index, name in enumerate(rule.against):
        if workflow.states[name].outcome is None:
            told = f"{name} has no outcome, so there is no decision to appeal."
            yield Finding("appeal", workflow.at("appeal", "against", index), told, "Name a decided state.")


CHECKS: tuple[Callable[[Workflow], Iterator[Finding]], ...] = (
    _unreachable,
    _trap,
    _after_end,
    _judging,
    _twice,
    _panel,
    _nobody,
    _late,
    _heard,
    _never,
    _chains,
    _unbacked,
    _appealed,
)
