"""Holds what a judgement reads besides session and case, and what every judgement is first asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from engine.access.permit import permit
from engine.case.decide import stream
from engine.case.state import Case
from engine.record.event import Draft
from engine.session.state import CLOSED, Session
from terms.canonical import Json
from terms.error import Reason
from workflows.vocabulary import BARS


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Holds what a judgement reads besides session and case: who acts, and the scale of the ladder."""

    actor: str
    relations: frozenset[str]
    competencies: tuple[str, ...]
    lowest: int
    highest: int
    today: date
    names: Mapping[str, str]
    file: Callable[[], frozenset[str]] = frozenset
    acting_for: str | None = None
    person: str = ""


def _in_person(case: Case, bench: Bench) -> Iterator[Reason]:
    if bench.acting_for is None or case.panel is None:
        return
    if not case.panel.proxy:
        yield Reason("judge:proxy", "There is no proxy: a member judges in person.")
    elif bench.person in {case.panel.chair, *case.panel.members}:
        yield Reason("judge:proxy", "Who sits on the panel judges for nobody else: one human, one voice.")


def placed(session: Session, case: Case) -> Iterator[Reason]:
    """Yields why a case cannot be judged in a session at all: closed, or not before it."""
    if session.state == CLOSED:
        yield Reason("session:closed", f"{session.label} is closed.")
    elif case.panel is None or case.panel.session != session.id:
        yield Reason("session:case", f"{case.label} is not before {session.label}.")
    elif case.stage != "calibration":
        yield Reason("session:stage", f"{case.label} is in {case.state}; its calibration is over.")


def allowed_to(session: Session, case: Case, action: str, bench: Bench) -> tuple[str, list[Reason]]:
    """Returns the rule that allows an action, and every reason against it so far."""
    ruling = permit(action, bench.relations)
    reasons = [_because(one, case, bench) for one in ruling.reasons]
    return ruling.rule, [*placed(session, case), *reasons, *_in_person(case, bench)]


def _because(reason: Reason, case: Case, bench: Bench) -> Reason:
    """Returns a reason with what bars the actor in words, where the panel's rules bar them."""
    why = case.panel.why.get(bench.actor, ()) if case.panel is not None else ()
    words = [BARS[one] for one in why if one in BARS]
    if not words or not reason.rule.endswith(":barred"):
        return reason
    return Reason(reason.rule, f"{reason.text.removesuffix('.')}, as those {'; and those '.join(words)}.")


def drafted(case: Case, type_: str, rule: str, data: Mapping[str, Json], **kwargs: object) -> Draft:
    """Returns an event of a case as a draft."""
    return Draft(
        type=type_,
        stream=stream(case),
        data=data,
        about=(case.person,),
        rule=rule,
        edition=case.policy,
        workflow=case.workflow,
        **kwargs,  # type: ignore[arg-type]  # sealed and under, as each caller names them
    )


def unknown_citations(ids: tuple[str, ...], bench: Bench) -> list[Reason]:
    """Returns a reason for each citation that is not in the file (law 11)."""
    file = bench.file() if ids else frozenset()
    return [
        Reason("law:11", f"{one} is not in the file; a judgement cites exhibits or facts that are.")
        for one in ids
        if one not in file
    ]
