"""A case as its reader may see it, and the list of cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from engine.case import restatement
from engine.case.ballot import seen_by
from engine.case.execute import waiting
from engine.case.guard import recusal_block
from engine.case.query import cases, find_case
from engine.case.state import Case
from engine.edition.library import workflow
from engine.people.directory import people
from engine.session.execute import judged_competencies
from engine.store.transaction import Tx
from engine.view.course import course_json, plain, who
from terms.canonical import Json
from workflows.machine import allowed

JUDGED = ("scored", "voted", "scores", "votes", "recused", "blocked")
"""What of a case tells how it is judged, by whom."""


class Seen(NamedTuple):
    """Holds a case, whether its reader may know who has judged, everybody's name, the steps from here, and labels."""

    case: Case
    knows: bool
    names: dict[str, str]
    ways: tuple[str, ...]
    labels: dict[str, str]


def look(tx: Tx, label: str, reader: str | None, until: str | None = None) -> Seen:
    """Returns a case as somebody may see it, as it stood at a moment where one is given; raises BadInput or Unknown."""
    case, knows = seen_by(tx, find_case(tx, label), reader, until)
    staff = people(tx)
    ways = tuple(one.name for one in allowed(workflow(tx, case.workflow), case.state))
    names, labels = {one.id: one.name for one in staff}, {one.id: one.label for one in staff}
    return Seen(case, knows, names, ways, labels)


def case_rows(tx: Tx, state: str | None = None, person: str | None = None) -> list[dict[str, Json]]:
    """Returns every case, or those in a state or of a person, one row each, by label."""
    names, marks = {one.id: one.label for one in people(tx)}, restatement.marked(tx)
    return [
        {
            "case": one.label,
            "person": names[one.person],
            "move": f"{one.source}->{one.target}",
            "state": one.state,
            "decision": one.outcome,
            "edition": one.policy,
            "restated": one.id in marks,
        }
        for one in cases(tx, state=state, person=person)
    ]


def case_json(tx: Tx, label: str, reader: str | None, until: str | None = None) -> dict[str, Json]:
    """Returns a case as JSON: people by label; who has judged under seal for its chair and panel only."""
    case, knows, _, ways, labels = look(tx, label, reader, until)
    asked = judged_competencies(tx, case)
    restated = restatement.json_of(tx, case)
    told = [*blocked(case, labels), *stuck(tx, case)]
    shown: dict[str, Json] = {
        "case": case.label,
        "person": labels.get(case.person, case.person),
        "move": f"{case.source}->{case.target}",
        "state": case.state,
        "stage": case.stage,
        "edition": case.policy,
        "ladder": case.ladder,
        "workflow": case.workflow,
        "nominator": labels.get(case.nominator, case.nominator),
        "because": plain(case.because),
        "frozen": case.frozen,
        "readiness": plain(case.assessments[-1].readiness),
        "exhibits": [_exhibit(one, labels) for one in case.exhibits],
        "statements": [_exhibit(one, labels) for one in case.statements],
        "competencies": list(asked),
        "session": case.panel.label if case.panel else None,
        "decisions": [
            {
                "outcome": one.outcome,
                "on": one.on,
                "by": who(one.behalf or one.by, one.by, labels),
                "because": plain(one.because),
                "reasons": plain(one.reasons),
                "cites": list(one.cites),
                "effective": one.effective,
                "next_date": one.next_date,
            }
            for one in case.decisions
        ],
        "steps": list(ways),
        "version": case.page,
        **course_json(case, labels, tx.sources.today()),
        "restated": restated,
        "editions": [
            {
                "edition": one.edition,
                "other": one.other,
                "moved": one.moved,
                "why": one.why,
                "on": one.on,
                "status": one.status,
                "other_status": one.other_status,
            }
            for one in case.choices
        ],
    }
    return {**shown, **judgements(case, labels, knows=knows), "blocked": told}


def _exhibit(one: Any, labels: Mapping[str, str]) -> Json:
    return {
        "id": one.id,
        "kind": one.kind,
        "criterion": one.criterion,
        "on": one.happened_on,
        "by": labels.get(one.by, one.by),
        "verified_by": labels.get(one.verified_by, one.verified_by) if one.verified_by else None,
        "digest": one.digest,
        "text": one.text["text"] if isinstance(one.text, Mapping) else plain(one.text),
    }


def judgements(case: Case, names: Mapping[str, str], *, knows: bool) -> dict[str, Json]:
    """Returns who has judged a case, and how, as far as somebody may know."""
    scored, voted = case.judged(case.scores), case.judged(case.votes)
    return {
        "scored": [names.get(one, one) for one in sorted(scored)] if knows or case.scores_revealed else None,
        "voted": [names.get(one, one) for one in sorted(voted)] if knows or case.votes_revealed else None,
        "scores": {names.get(one, one): plain(held.body) for one, held in sorted(scored.items())}
        if case.scores_revealed
        else None,
        "votes": {names.get(one, one): plain(held.body) for one, held in sorted(voted.items())}
        if case.votes_revealed
        else None,
        "recused": [names.get(one, one) for one in case.recused],
    }


def blocked(case: Case, names: Mapping[str, str]) -> list[str]:
    """Returns what recusals and conflicts keep a case from (law 8); empty where nothing does."""
    return list(recusal_block(case, names))


def stuck(tx: Tx, case: Case) -> list[str]:
    """Returns which approvals nobody can give as things stand, and why."""
    return [one.told for one in waiting(tx, case)]
