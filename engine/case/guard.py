"""Says of each guard a workflow may name why it does not hold for a case now; no reason means that it holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.case.state import Case
from engine.record.event import Gone
from terms.canonical import Json

Names = Mapping[str, str]


def guards(
    case: Case,
    readiness: Json | Gone,
    excepted: frozenset[str],
    names: Names,
    *,
    effective: bool,
    next_date: bool,
) -> dict[str, tuple[str, ...]]:
    """Returns every guard's reasons for not holding; an empty tuple where it holds."""
    return {
        "readiness determined or excepted": tuple(_unmet(readiness, excepted, ("undetermined",))),
        "readiness met or excepted": tuple(_unmet(readiness, excepted, ("undetermined", "not_met"))),
        "file has evidence": () if case.exhibits else ("The file holds no evidence.",),
        "file frozen": () if case.frozen else ("The file is not frozen.",),
        "case in a session": () if case.panel else ("The case is in no session.",),
        "scores revealed": () if case.scores_revealed else ("The scores are still sealed.",),
        "votes revealed": () if case.votes_revealed else ("The votes are still sealed.",),
        "quorum present": tuple(_quorum(case)),
        "no recusal blocks": tuple(recusal_block(case, names)),
        "effective date set": () if effective else ("No effective date is given.",),
        "next date set": () if next_date else ("No next date is given.",),
    }


def top_level(readiness: Json | Gone) -> tuple[Mapping[str, Any], ...]:
    """Returns the required findings that readiness holds at its top."""
    if isinstance(readiness, Gone) or not isinstance(readiness, Mapping):
        return ()
    found: Any = readiness["findings"]
    return tuple(found)


def _unmet(readiness: Json | Gone, excepted: frozenset[str], statuses: tuple[str, ...]) -> Iterator[str]:
    if isinstance(readiness, Gone):
        yield f"The readiness that the file rests on is {readiness}."
        return
    for finding in top_level(readiness):
        if finding["status"] in statuses and finding["id"] not in excepted:
            yield f"Criterion {finding['id']} is {str(finding['status']).replace('_', ' ')}."


def _quorum(case: Case) -> Iterator[str]:
    if case.panel is None:
        yield "The case is in no session, so nobody has voted."
        return
    voted = len(case.judged(case.votes))
    if voted < case.panel.quorum:
        yield f"{voted} of the {case.panel.quorum} judges that the quorum asks for have voted."


def recusal_block(case: Case, names: Names) -> Iterator[str]:
    """Yields why recusals leave too few judges (law 8): who is away, and which alternates could sit."""
    panel = case.panel
    if panel is None or len(case.eligible) >= panel.quorum:
        return
    yield (
        f"{len(case.eligible)} judges remain of the {panel.quorum} that the quorum asks for; "
        f"recused: {_called(case.recused, names)}; barred by a conflict: {_called(panel.barred, names)}; "
        f"alternates who could sit: {_called(panel.alternates, names)}."
    )


def _called(people: tuple[str, ...], names: Names) -> str:
    return ", ".join(names.get(one, one) for one in people) or "none"
