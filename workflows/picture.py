"""A definition as people read it: a Mermaid picture, and the lifecycle page."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definition import Transition, Workflow
from workflows.panel import PanelRule
from workflows.provision import FileRule
from workflows.vocabulary import BARS, GUARDS, REQUIREMENTS, STAGES, TIES


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
    for title, told in _provisions(workflow):
        lines += [f"## {title}", "", *told, ""]
    return "\n".join(lines)


def _provisions(workflow: Workflow) -> Iterator[tuple[str, list[str]]]:
    """Yields what holds beside the states: the panels, exceptions, approvals, the file, what follows, appeals."""
    seats = [("every level" if not workflow.forums else "every other level", workflow.panel)]
    panels = [(", ".join(one.levels), one.panel) for one in workflow.forums] + seats
    told = [_panel(levels, panel) for levels, panel in panels if panel is not None]
    if told:
        yield "Panels" if workflow.forums else "Panel", told
    if workflow.exceptions is not None:
        chains = [
            f"- For {', '.join(one.levels) if one.levels else 'every level that no chain above names'}: "
            f"{', then '.join(one.approvals)}."
            for one in workflow.exceptions.chains
        ]
        yield "Exceptions", [f"An exception lasts {workflow.exceptions.lasts}. Who approves it:", "", *chains]
    if workflow.approvals is not None:
        order = "all at once" if workflow.approvals.order == "parallel" else "in this order"
        yield "Approvals", [f"After calibration, {order}: {', '.join(workflow.approvals.of)}."]
    if workflow.file:
        yield "The file", [_file(one) for one in workflow.file]
    after = workflow.after
    if after is not None:
        tell = [f"The candidate is told within {after.tell_within}."] if after.tell_within else []
        bound = [f"The candidate commits to the role for {after.commitment}."] if after.commitment else []
        yield "After the decision", [*tell, *bound]
    if workflow.appeal is not None:
        rule = workflow.appeal
        fresh = "New evidence may be added" if rule.new_evidence else "No new evidence may be added"
        yield (
            "Appeal",
            [
                f"Against {', '.join(rule.against)}, by {', '.join(rule.who)}, within {rule.within}, "
                f"on these grounds: {', '.join(rule.grounds)}.",
                f"It leads to {rule.to}, before others than judged first. {fresh}.",
            ],
        )


def _panel(levels: str, panel: PanelRule) -> str:
    told = [f"{panel.size} sit, {panel.quorum} must judge"]
    if panel.affirm is not None:
        told.append(f"{panel.affirm} must affirm")
    told += [f"at least {count} of {group}" for group, count in panel.groups.items()]
    if panel.alternates:
        told.append(f"{panel.alternates} stand by")
    if panel.chair:
        told.append(f"the {panel.chair} chairs")
    if panel.attend:
        told.append("only who attends votes")
    if panel.discuss == "file only":
        told.append("only what is in the file is discussed")
    told.append(f"in a tie {TIES[panel.ties]}")
    barred = f" Barred beside the law: {'; '.join(BARS[one] for one in panel.bars)}." if panel.bars else ""
    return f"- For {levels}: {', '.join(told)}.{barred}"


def _file(one: FileRule) -> str:
    told = [f"exactly {one.exactly}"] if one.exactly is not None else []
    told += [f"at least {one.at_least}"] if one.at_least is not None else []
    told += [f"at most {one.words_at_most} words each"] if one.words_at_most is not None else []
    told += [f"never saying {', '.join(one.never_says)}"] if one.never_says else []
    return f"- {one.kind}: {', '.join(told) or 'any number'}."


def _state(workflow: Workflow, name: str) -> Iterator[str]:
    state = workflow.states[name]
    yield f"## {name}"
    yield ""
    yield f"{state.says} Stage: {state.stage} ({STAGES[state.stage]})."
    if state.deadline:
        who = state.escalate
        yield f"A case is due to leave within {state.deadline}, and the {who} answers for it; no deadline decides."
    if state.stay:
        yield f"A case stays for {state.stay}."
    if state.outcome:
        yield f"The outcome is {state.outcome}."
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
