"""Says of each guard a workflow may name why it does not hold for a case now; no reason means that it holds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from engine.case.dossier import incomplete
from engine.case.sanction import unapproved
from engine.case.state import Case
from engine.record.event import Gone
from terms.canonical import Json
from workflows.definition import Workflow

Names = Mapping[str, str]


def guards(
    wanted: Collection[str],
    case: Case,
    readiness: Callable[[], Json | Gone],
    workflow: Workflow,
    names: Names,
    today: date,
    *,
    entered: date | None,
    effective: bool,
    next_date: bool,
) -> dict[str, tuple[str, ...]]:
    """Returns the reasons of some guards for not holding; an empty tuple where one holds."""
    excepted = frozenset(one.criterion for one in case.exceptions if one.holds(today))

    def unmet(*statuses: str) -> Iterator[str]:
        return _unmet(case, readiness(), excepted, statuses)

    found: dict[str, Callable[[], Iterable[str]]] = {
        "readiness determined or excepted": lambda: unmet("undetermined"),
        "readiness met or excepted": lambda: unmet("undetermined", "not_met"),
        "file has evidence": lambda: () if case.exhibits else ("The file holds no evidence.",),
        "file frozen": lambda: () if case.frozen else ("The file is not frozen.",),
        "case in a session": lambda: () if case.panel else ("The case is in no session.",),
        "scores revealed": lambda: () if case.scores_revealed else ("The scores are still sealed.",),
        "votes revealed": lambda: () if case.votes_revealed else ("The votes are still sealed.",),
        "quorum present": lambda: _quorum(case),
        "no recusal blocks": lambda: recusal_block(case, names),
        "panel affirms": lambda: _affirmed(case),
        "approvals given": lambda: unapproved(case, workflow.approvals),
        "commitment signed": lambda: _uncommitted(case),
        "file complete": lambda: incomplete(case, workflow.file),
        "stay over": lambda: _stay(case, workflow, today, entered),
        "effective date set": lambda: () if effective else ("No effective date is given.",),
        "next date set": lambda: () if next_date else ("No next date is given.",),
    }
    return {name: tuple(found[name]()) for name in wanted if name in found}


def _uncommitted(case: Case) -> Iterator[str]:
    if not case.commitment:
        yield "The candidate has not committed to the role."


def _stay(case: Case, workflow: Workflow, today: date, entered: date | None) -> Iterator[str]:
    last = workflow.stays_until(case.state, entered or today)
    if last is not None and today <= last:
        yield f"{case.label} stays in {case.state} until the end of {last}."


def top_level(readiness: Json | Gone) -> tuple[Mapping[str, Any], ...]:
    """Returns the required findings that readiness holds at its top."""
    if isinstance(readiness, Gone) or not isinstance(readiness, Mapping):
        return ()
    found: Any = readiness["findings"]
    return tuple(found)


def _unmet(
    case: Case, readiness: Json | Gone, excepted: frozenset[str], statuses: tuple[str, ...]
) -> Iterator[str]:
    if isinstance(readiness, Gone):
        yield f"The readiness that the file rests on is {readiness}."
        return
    for finding in top_level(readiness):
        if finding["status"] in statuses and finding["id"] not in excepted:
            told = f"Criterion {finding['id']} is {str(finding['status']).replace('_', ' ')}"
            last = next((one for one in reversed(case.exceptions) if one.criterion == finding["id"]), None)
            if last is None:
                yield f"{told}."
            elif last.refused is not None:
                yield f"{told}, and the exception {last.id} was refused."
            elif last.until is not None:
                yield f"{told}, and its exception {last.id} ended on {last.until}."
            else:
                yield f"{told}, and its exception {last.id} waits for the {last.chain[len(last.approvals)]}."


def _quorum(case: Case) -> Iterator[str]:
    if case.panel is None:
        yield "The case is in no session, so nobody has voted."
        return
    if not case.votes_revealed:
        yield "The votes are still sealed."
        return
    given = case.judged(case.votes)
    if len(given) < case.panel.quorum:
        yield f"{len(given)} of the {case.panel.quorum} judges that the quorum asks for have voted."
    for group, wanted, found in short_groups(case, tuple(given)):
        yield f"{found} of the {wanted} judges that the quorum asks for from {group} have voted."


def short_groups(case: Case, people: tuple[str, ...]) -> Iterator[tuple[str, int, int]]:
    """Yields each group of the panel that too few of these people come from: its name, the minimum, how many."""
    if case.panel is None:
        return
    for group, wanted in case.panel.minimum.items():
        found = sum(case.panel.groups.get(one) == group for one in people)
        if found < wanted:
            yield group, wanted, found


def counted(case: Case) -> dict[str, int]:
    """Returns how many eligible members voted each way, as far as the votes are revealed."""
    found = {"yes": 0, "no": 0, "abstain": 0}
    for one in case.judged(case.votes).values():
        if isinstance(one.body, Mapping) and str(one.body["vote"]) in found:
            found[str(one.body["vote"])] += 1
    return found


def tied(case: Case) -> bool:
    """Returns whether the revealed votes are as many for as against, where no number of yes votes is asked for."""
    votes = counted(case)
    return (
        case.panel is not None
        and case.votes_revealed
        and case.panel.affirm is None
        and votes["yes"] == votes["no"]
    )


def _affirmed(case: Case) -> Iterator[str]:
    if case.panel is None or not case.votes_revealed:
        yield "The votes are still sealed."
        return
    votes, panel = counted(case), case.panel
    if panel.affirm is not None:
        if votes["yes"] < panel.affirm:
            yield f"{votes['yes']} vote yes; {panel.affirm} must."
    elif tied(case):
        yield from _tie(case, votes["yes"])
    elif votes["yes"] < votes["no"]:
        yield f"{votes['yes']} vote yes and {votes['no']} no."


def affirms(case: Case) -> bool:
    """Returns whether the revealed votes affirm a case as its definition asks, a tie broken as it says."""
    return not list(_affirmed(case))


def _tie(case: Case, each: int) -> Iterator[str]:
    assert case.panel is not None
    told = f"The votes are tied, {each} to {each}"
    if case.panel.ties == "chair":
        if case.casting is None:
            yield f"{told}; the chair decides (`rung session tie`)."
        elif case.casting != "yes":
            yield f"{told}, and the chair's vote is no."
    elif case.panel.ties == "revote once" and case.revotes == 0:
        yield f"{told}; the panel votes once more (`rung session revote`)."
    else:
        yield f"{told}, and a tie is lost."


def recusal_block(case: Case, names: Names) -> Iterator[str]:
    """Yields why recusals leave too few judges (law 8): who is away, and which alternates could sit."""
    panel = case.panel
    short = list(short_groups(case, case.eligible))
    if panel is None or (len(case.eligible) >= panel.quorum and not short):
        return
    barred = tuple(dict.fromkeys((*panel.barred, *(one for one in panel.members if one in case.interests))))
    for group, wanted, found in short:
        yield f"{found} judges remain of the {wanted} that the quorum asks for from {group}."
    if len(case.eligible) >= panel.quorum:
        return
    yield (
        f"{len(case.eligible)} judges remain of the {panel.quorum} that the quorum asks for; "
        f"recused: {_called(case.recused, names)}; barred by a conflict: {_called(barred, names)}; "
        f"alternates who could sit: {_called(panel.alternates, names)}."
    )


def _called(people: tuple[str, ...], names: Names) -> str:
    return ", ".join(names.get(one, one) for one in people) or "none"
