"""Moves a case: every reason first, then the `transitions` machine, in the one shape that keeps it safe.

One frozen machine per definition, without models, without automatic `to_<state>` triggers and without side
effects; a throw-away object per move carries the state in and out. The machine asks the same conditions
again, so that a mistake in the reasons cannot let a case through.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from transitions import EventData, Machine

from terms.error import Reason
from workflows.definition import Transition, Workflow
from workflows.vocabulary import GUARDS, REQUIREMENTS

NAMED = {
    "interested": "Whoever declared an interest",
    "judged before": "Whoever sat, judged or decided before the appeal",
    "recused": "Whoever is recused",
    "anyone": "Nobody",
}
"""What a sentence calls those whose relation is no noun."""

Reasons: TypeAlias = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Moved:
    """Holds where a transition leads, and the id of the rule that allowed it."""

    state: str
    rule: str


@dataclass(frozen=True, slots=True)
class Barred:
    """Holds every reason why a transition is not taken."""

    reasons: tuple[Reason, ...]


@dataclass(slots=True)
class _Passage:
    """Holds one move while it is made; thrown away after it."""

    state: str
    relations: frozenset[str]
    guards: Reasons
    given: frozenset[str]


def allowed(workflow: Workflow, state: str) -> tuple[Transition, ...]:
    """Returns the transitions that leave a state."""
    return tuple(one for one in workflow.transitions if state in one.source)


def move(
    workflow: Workflow,
    state: str,
    name: str,
    relations: frozenset[str],
    guards: Reasons,
    given: frozenset[str],
) -> Moved | Barred:
    """Returns where a transition leads, or every reason why it does not.

    `guards` gives each guard's reasons for not holding (none: it holds; absent: it does not); `given` names
    the requirements that are supplied.
    """
    taken = next((one for one in allowed(workflow, state) if one.name == name), None)
    if taken is None:
        told = f"{name} does not leave {state}."
        return Barred((Reason(f"workflow:{state}", told),))
    reasons = _reasons(taken, relations, guards, given)
    if reasons:
        return Barred(reasons)
    passage = _Passage(state, relations, guards, given)
    if not machine(workflow).events[name].trigger(passage):
        return Barred((Reason(f"workflow:{name}", "The workflow does not allow this step now."),))
    return Moved(passage.state, f"workflow:{name}")


def _reasons(
    taken: Transition, relations: frozenset[str], guards: Reasons, given: frozenset[str]
) -> tuple[Reason, ...]:
    found = [
        Reason(f"forbid:{taken.name}:{one}", f"{NAMED.get(one, f'The {one}')} may not {taken.name}.")
        for one in taken.forbid
        if one in relations
    ]
    if not relations & set(taken.who):
        who = " or ".join(taken.who)
        found.append(Reason(f"who:{taken.name}", f"Only {who} may {taken.name}."))
    for guard in taken.when:
        told = guards.get(guard, (f"It is not known whether this holds: {GUARDS[guard]}.",))
        found += [Reason(f"when:{guard}", text) for text in told]
    found += [
        Reason(f"requires:{one}", f"Missing: {REQUIREMENTS[one]}.")
        for one in taken.requires
        if one not in given
    ]
    return tuple(found)


_MACHINES: dict[str, Machine] = {}


def machine(workflow: Workflow) -> Machine:
    """Returns the machine of a definition, made once per digest."""
    if workflow.digest not in _MACHINES:
        _MACHINES[workflow.digest] = _build(workflow)
    return _MACHINES[workflow.digest]


def _build(workflow: Workflow) -> Machine:
    built = Machine(
        model=None,
        states=list(workflow.states),
        initial=workflow.initial,
        auto_transitions=False,
        send_event=True,
        queued=False,
    )
    for one in workflow.transitions:
        built.add_transition(one.name, list(one.source), one.to, conditions=[_condition(one)])
    return built


def _condition(taken: Transition) -> Any:
    def holds(event: EventData) -> bool:
        passage = event.model
        assert isinstance(passage, _Passage)
        return not _reasons(taken, passage.relations, passage.guards, passage.given)

    return holds
