"""What surrounds a case's decision, as JSON and as lines: exceptions, approvals, telling, commitment, appeals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from engine.record.event import Gone
from terms.canonical import Json

if TYPE_CHECKING:
    from engine.case.state import Approval, Case, Excepted, Question, Tie

Names = Mapping[str, str]


def who(by: str, hand: str, names: Names) -> str:
    """Returns whom a page names for an act: under a delegation both."""
    called = names.get(by, by)
    return called if hand == by else f"{names.get(hand, hand)} for {called}"


def _plain(value: Json | Gone) -> Json:
    return f"({value})" if isinstance(value, Gone) else value


def _step(one: Approval, names: Names) -> dict[str, Json]:
    return {
        "relation": one.relation,
        "by": who(one.by, one.hand, names),
        "on": one.on,
        "given": one.given,
        "because": _plain(one.because),
    }


def exception_json(one: Excepted, names: Names, on: date) -> dict[str, Json]:
    """Returns one exception as JSON."""
    from engine.case.exception import standing

    return {
        "exception": one.id,
        "criterion": one.criterion,
        "finding": one.status,
        "by": who(one.by, one.hand, names),
        "on": one.on,
        "because": _plain(one.because),
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
        "told": [{"on": one.on, "how": _plain(one.how)} for one in case.told],
        "committed": {"on": case.commitment.on, "for": case.commitment.length} if case.commitment else None,
        "appeals": [
            {
                "ground": one.ground,
                "by": names.get(one.by, one.by),
                "on": one.on,
                "because": _plain(one.because),
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
        "text": _plain(one.text),
        "answered_by": names.get(answered, answered) if answered else None,
        "answered_on": one.answered_on,
        "answer": None if one.answer is None else _plain(one.answer),
    }


def _question_lines(one: Question, names: Names) -> Iterator[str]:
    yield f"{one.id} on {one.on} by {names.get(one.by, one.by)}: {one.text}"
    if one.answered_by is None:
        yield f"  The clock stands until there is an answer, to the end of {one.until} at most."
    else:
        yield f"  Answered on {one.answered_on} by {names.get(one.answered_by, one.answered_by)}: {one.answer}"


def _tie_line(tie: Tie) -> str:
    names = {"freeze": "file freeze", "judged": "judged by", "told": "told by", "effective": "effective"}
    days = [f"{word} {getattr(tie, name)}" for name, word in names.items() if getattr(tie, name)]
    late = "nominated late" if tie.late else ""
    return f"In the round {tie.label}: {', '.join([*days, *([late] if late else [])]) or 'open all year'}."


def course_lines(case: Case, names: Names, on: date) -> Iterator[str]:
    """Yields the same in sentences, for the terminal."""
    from engine.case.exception import standing

    if case.round is not None:
        yield _tie_line(case.round)
    for question in case.questions:
        yield from _question_lines(question, names)
    for asked in case.exceptions:
        by = who(asked.by, asked.hand, names)
        yield f"Exception {asked.id} from {asked.criterion}, asked by {by}: {asked.because}"
        for step in (*asked.approvals, *([asked.refused] if asked.refused else [])):
            done = "refused" if step is asked.refused else "approved"
            yield f"  {done} by {who(step.by, step.hand, names)} ({step.relation}) on {step.on}: {step.because}"
        yield f"  {standing(asked, on)}."
    for one in case.approvals:
        done = "Approved" if one.given else "Not approved"
        yield f"{done} by {who(one.by, one.hand, names)} ({one.relation}) on {one.on}: {one.because}"
    if case.commitment is not None:
        yield f"The candidate committed to the role for {case.commitment.length} on {case.commitment.on}."
    for told in case.told:
        yield f"Told on {told.on} by {names.get(told.by, told.by)}: {told.how}"
    for raised in case.appeals:
        by = names.get(raised.by, raised.by)
        yield f"Appeal on {raised.on} by {by} ({raised.ground}): {raised.because}"
