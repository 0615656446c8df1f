"""What surrounds a case's decision: exceptions, approvals, telling, commitment, appeals, questions, its round."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypeAlias

from engine.case.exception import standing
from engine.case.state import Approval, Case, Excepted, Question, Tie
from engine.record.event import Gone
from terms.canonical import Json

Names: TypeAlias = Mapping[str, str]


def who(by: str, hand: str, names: Names) -> str:
    """Returns whom a page names for an act: under a delegation both."""
    called = names.get(by, by)
    return called if hand == by else f"{names.get(hand, hand)} for {called}"


def plain(value: Json | Gone) -> Json:
    """Returns a text as it stands, or why it does not stand any more."""
    return f"({value})" if isinstance(value, Gone) else value


def _step(one: Approval, names: Names) -> dict[str, Json]:
    return {
        "relation": one.relation,
        "by": who(one.by, one.hand, names),
        "on": one.on,
        "given": one.given,
        "because": plain(one.because),
    }


def exception_json(one: Excepted, names: Names, on: date) -> dict[str, Json]:
    """Returns one exception as JSON."""
    return {
        "exception": one.id,
        "criterion": one.criterion,
        "finding": one.status,
        "by": who(one.by, one.hand, names),
        "on": one.on,
        "because": plain(one.because),
        "chain": list(one.chain),
        "approvals": [_step(step, names) for step in one.approvals],
        "refused": _step(one.refused, names) if one.refused else None,
        "until": one.until,
        "standing": standing(one, on),
    }


def course_json(case: Case, names: Names, on: date) -> dict[str, Json]:
    """Returns what surrounds a case's decision as JSON."""
    return {
        "round": tie_json(case.round) if case.round else None,
        "questions": [_question(one, names) for one in case.questions],
        "exceptions": [exception_json(one, names, on) for one in case.exceptions],
        "approvals": [_step(one, names) for one in case.approvals],
        "told": [{"on": one.on, "how": plain(one.how)} for one in case.told],
        "committed": {"on": case.commitment.on, "for": case.commitment.length} if case.commitment else None,
        "appeals": [
            {
                "ground": one.ground,
                "by": names.get(one.by, one.by),
                "on": one.on,
                "because": plain(one.because),
                "against": one.against,
                "new_evidence": one.new_evidence,
            }
            for one in case.appeals
        ],
    }


def tie_json(tie: Tie) -> dict[str, Json]:
    """Returns the round that a case is in, with the days that it gives, as JSON."""
    days = {name: getattr(tie, name) for name in ("freeze", "judged", "told", "effective")}
    return {"round": tie.label, "late": tie.late, **days}


def _question(one: Question, names: Names) -> dict[str, Json]:
    answered = one.answered_by
    return {
        "question": one.id,
        "by": names.get(one.by, one.by),
        "on": one.on,
        "until": one.until,
        "text": plain(one.text),
        "answered_by": names.get(answered, answered) if answered else None,
        "answered_on": one.answered_on,
        "answer": None if one.answer is None else plain(one.answer),
    }
