"""A definition as people read it: a Mermaid picture, and the lifecycle page."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definition import Transition, Workflow
from workflows.vocabulary import GUARDS, REQUIREMENTS, STAGES


def mermaid(workflow: Workflow) -> str:
    """Returns the state diagram of a definition as Mermaid text."""
    lines = ["stateDiagram-v2", f"  [*] --> {workflow.initial}"]
    for one in workflow.transitions:
        lines += [f"  {source} --> {one.to}: {one.name}" for source in one.source]
    lines += [f"  {name} --> [*]" for name, one in workflow.states.items() if one.final]
    return "\n".join(lines) + "\n"


def lifecycle(workflow: Workflow) -> str:
    """Returns the lifecycle page: for each state its purpose, what holds in it, and the ways out."""
    lines = [f"# The life of a case under {workflow.id} {workflow.edition_label}", "", workflow.says, ""]
    for name in workflow.states:
        lines += [*_state(workflow, name), ""]
    return "\n".join(lines)


def _state(workflow: Workflow, name: str) -> Iterator[str]:
    state = workflow.states[name]
    yield f"## {name}"
    yield ""
    yield f"{state.says} Stage: {state.stage} ({STAGES[state.stage]})."
    if state.deadline:
        who = state.escalate
        yield f"A case is due to leave within {state.deadline}, and the {who} answers for it; no deadline decides."
    yield ""
    ways = [one for one in workflow.transitions if name in one.source]
    if not ways:
        yield "A case ends here."
        return
    for one in ways:
        yield from _way(one)


def _way(one: Transition) -> Iterator[str]:
    yield f"- **{one.name}** leads to {one.to}."
    yield f"  Who: {', '.join(one.who)}." + (f" Never: {', '.join(one.forbid)}." if one.forbid else "")
    if one.when:
        yield f"  When: {'; '.join(GUARDS[guard] for guard in one.when)}."
    if one.requires:
        yield f"  With: {'; '.join(REQUIREMENTS[word] for word in one.requires)}."
