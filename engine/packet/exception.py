"""What a packet says of exceptions: from which criterion, how the finding stood, who approved, until when."""

from __future__ import annotations

from collections.abc import Iterator

from engine.case.state import Case
from engine.packet.calibration import Naming, said
from engine.packet.exempted import ExceptionStep, Exempted
from engine.packet.timeline import both
from engine.packet.view import Named, Said

HIDDEN = Said(text="given in confidence, and shown to the committee alone", gone=True)


def exceptions(case: Case, name: Naming, *, confidential: bool) -> Iterator[Exempted]:
    """Yields a case's exceptions; where confidential, without the reasons that others gave."""
    for one in case.exceptions:
        answers = (*one.approvals, *([one.refused] if one.refused else []))
        yield Exempted(
            id=one.id,
            criterion=one.criterion,
            status=one.status,
            by=_named(name, one.by, one.hand),
            on=one.on,
            because=HIDDEN if confidential else said(one.because),
            steps=tuple(
                ExceptionStep(
                    relation=step.relation,
                    approved=step is not one.refused,
                    by=_named(name, step.by, step.hand),
                    on=step.on,
                    because=HIDDEN if confidential else said(step.because),
                )
                for step in answers
            ),
            waits_for=one.chain[len(one.approvals)] if one.waits else None,
            until=one.until,
        )


def _named(name: Naming, by: str, hand: str) -> Named:
    return both(name, hand, by if by != hand else None)
