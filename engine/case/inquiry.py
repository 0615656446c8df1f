"""Answers what is asked while a case waits for information: the question stops the clock, the answer starts it."""

from __future__ import annotations

from engine.access.permit import permit
from engine.case.command import AskInformation, GiveInformation
from engine.case.decide import Refusal, Situation, draft
from engine.case.state import Case
from engine.record.event import Draft
from terms.canonical import Json
from terms.error import Reason
from workflows.deadline import Span

LONGEST = 4000


def inquire(case: Case, command: AskInformation, now: Situation) -> tuple[Draft, ...] | Refusal:
    """Returns the event of a question, with the last day on which the clock stands for it, or the refusal.

    A question decides nothing and is no judgement; it is open to whoever sees the case.
    """
    ruling, rule = permit("ask for information", now.relations), now.workflow.information
    reasons = list(ruling.reasons)
    if case.final:
        reasons.append(Reason(f"state:{case.state}", f"{case.label} is closed as {case.state}."))
    reasons += _text(command.question, "A question")
    waiting = [one.id for one in case.questions if one.answered_on is None]
    if waiting:
        reasons.append(Reason("information:waits", f"{waiting[0]} waits for its answer already."))
    if len(case.questions) >= rule.most:
        told = (
            f"Information has been asked for {len(case.questions)} times; the definition allows {rule.most}."
        )
        reasons.append(Reason("information:most", told))
    if reasons:
        return Refusal(f"No information is asked for on {case.label}.", tuple(reasons))
    until = Span(rule.within).due(now.today, now.workflow.calendar)
    data: dict[str, Json] = {
        "question": f"Q{len(case.questions) + 1}",
        "on": now.today.isoformat(),
        "until": until.isoformat(),
        "escalate": rule.escalate,
    }
    return (draft(case, "InformationAsked", ruling.rule, data, text=command.question),)


def give(case: Case, command: GiveInformation, now: Situation) -> tuple[Draft, ...] | Refusal:
    """Returns the event of an answer, by which the clock runs again, or the refusal.

    The answer is no exhibit: a file that must change is returned for evidence.
    """
    ruling = permit("give information", now.relations)
    reasons = list(ruling.reasons)
    found = next((one for one in case.questions if one.id == command.question.upper()), None)
    if found is None:
        held = ", ".join(one.id for one in case.questions) or "none"
        told = f"{case.label} has no question {command.question}; it has {held}."
        return Refusal("There is nothing to answer.", (*reasons, Reason("information:which", told)))
    if found.answered_on is not None:
        told = f"{found.id} was answered on {found.answered_on}."
        reasons.append(Reason("information:answered", told))
    if case.final:
        reasons.append(Reason(f"state:{case.state}", f"{case.label} is closed as {case.state}."))
    reasons += _text(command.answer, "An answer")
    if reasons:
        return Refusal(f"{found.id} on {case.label} is not answered.", tuple(reasons))
    data: dict[str, Json] = {"question": found.id, "on": now.today.isoformat()}
    return (draft(case, "InformationGiven", ruling.rule, data, text=command.answer),)


def _text(text: str, what: str) -> tuple[Reason, ...]:
    if not text.strip():
        return (Reason("information:text", f"{what} has words; write --because TEXT."),)
    if len(text) > LONGEST:
        return (
            Reason("information:text", f"{what} has at most {LONGEST} characters; this one has {len(text)}."),
        )
    return ()
