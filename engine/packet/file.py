"""Tells what a case's file holds: exhibits, statements, facts relied on, decisions with what they cite."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import select

from engine.case.citation import sources
from engine.case.state import Case
from engine.case.state import Decision as Decided
from engine.case.state import Exhibit as Held
from engine.fact.check import cited
from engine.fact.row import FactRow as Fact
from engine.fact.view import MARKS
from engine.packet.calibration import Naming, said
from engine.packet.model import Citation, CriterionReason, Decision, Exhibit, FactRow, Readiness, Variant
from engine.packet.timeline import both
from engine.packet.view import Said
from engine.packet.word import day, readable
from engine.record.event import Gone
from engine.store.table.fact import intake
from engine.store.transaction import Tx
from terms.canonical import Json
from terms.error import BadInput, Broken
from terms.quantity import amount

PERIODS = ("expected", "actual", "target", "cycle", "booking")
HIDDEN = Said(text="said in confidence, and shown to the committee alone", gone=True)


def exhibit(held: Held, name: Naming) -> Exhibit:
    """Returns one thing in the file."""
    content = held.text
    text = content["text"] if isinstance(content, Mapping) else content
    return Exhibit(
        id=held.id,
        kind=held.kind,
        criterion=held.criterion,
        on=held.happened_on,
        text=said(text),
        by=name(held.by),
        verified_by=None if held.verified_by is None else name(held.verified_by),
        digest=held.digest,
        seq=held.seq,
        file_name=held.file_name,
    )


def statement(held: Held, name: Naming, variant: Variant) -> Exhibit:
    """Returns one statement about the candidate, who reads that it was made, not what or by whom."""
    whole = exhibit(held, name)
    if variant != "candidate":
        return whole
    return whole.model_copy(update={"text": HIDDEN, "by": None, "verified_by": None})


def facts(tx: Tx, readiness: Json | Gone) -> Iterator[FactRow]:
    """Yields every fact that findings read, in the order of their sources."""
    if not isinstance(readiness, Gone):
        for source in sorted(set(sources(readiness)), key=_place):
            yield resolved(tx, source)


def _place(source: str) -> tuple[int, int, str]:
    seq, row, field = source.removeprefix("f").split(".", 2)
    return int(seq), int(row), field


def resolved(tx: Tx, source: str) -> FactRow:
    """Returns the fact that a source names; raises BadInput or Unknown where it names none."""
    found, digest, recorded_at = cited(tx, source)
    seq = int(source.removeprefix("f").partition(".")[0])
    file = tx.connection.execute(select(intake.c.file_name).where(intake.c.seq == seq)).scalar_one_or_none()
    return FactRow(
        source=source,
        says=_says(found),
        digest=digest,
        file=f"noted by event {seq}" if file is None else str(file),
        row=None if file is None else found.row,
        recorded_at=recorded_at,
    )


def _says(found: Fact) -> str:
    when = f"{day(found.start)} to {day(found.end)}" if found.end else f"{day(found.start)} on"
    if found.kind in PERIODS:
        when = readable(f"[{found.start}, {found.end})")
    if found.kind in MARKS:
        when = day(found.start)
    told = f"{found.kind} {found.name}, {when}" if found.name != found.kind else f"{found.kind}, {when}"
    if found.kind == "score":
        told = f"score of {found.name}, {found.detail['level']} level, {found.detail['cycle']}"
    if found.value is None:
        return told
    return readable(f"{told}: {amount(found.value, found.unit or 'points')}")


def decisions(tx: Tx, case: Case, readiness: Readiness, name: Naming) -> tuple[Decision, ...]:
    """Returns every decision, the one that stands last."""
    says = {one.id: one.says for top in (*readiness.criteria, *readiness.advisory) for one in top.walk()}
    return tuple(
        Decision(
            outcome=held.outcome,  # type: ignore[arg-type]  # the workflow knows only the three outcomes
            on=held.on,
            by=both(name, held.by, held.behalf),
            because=said(held.because),
            reasons=tuple(_reasons(held, says)),
            cites=tuple(_citation(tx, case, cited) for cited in held.cites),
            effective=held.effective,
            next_date=held.next_date,
            seq=held.seq,
            superseded=held is not case.decisions[-1],
        )
        for held in case.decisions
    )


def _reasons(held: Decided, says: Mapping[str, str]) -> Iterator[CriterionReason]:
    if isinstance(held.reasons, Mapping):
        for criterion, reason in held.reasons.items():
            yield CriterionReason(
                criterion=criterion, says=says.get(criterion, criterion), reason=str(reason)
            )


def _citation(tx: Tx, case: Case, cited: str) -> Citation:
    for held in (*case.exhibits, *case.statements):
        if held.id == cited:
            return Citation(id=cited, says=f"{held.kind}, {day(held.happened_on)}", digest=held.digest)
    try:
        found = resolved(tx, cited)
    except BadInput as error:
        raise Broken(f"{case.label} cites {cited}, which is neither in the file nor a fact.") from error
    return Citation(id=cited, says=f"{found.says}; {found.file}", digest=found.digest)
