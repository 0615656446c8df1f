"""What surrounds a case's decision, as lines: exceptions, approvals, telling, commitment, appeals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from engine.view.course import Names, who

if TYPE_CHECKING:
    from engine.case.state import Case, Question, Tie


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
