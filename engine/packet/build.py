"""Builds a packet: reads a case, its people, facts, editions and record, and says it for one reader."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache

from engine.case.apply import fold
from engine.case.ballot import sealed_since
from engine.case.restatement import corrections, mark
from engine.case.state import Case
from engine.edition.library import ladder, workflow
from engine.fact.view import view
from engine.packet.ahead import ahead
from engine.packet.calibration import Naming, calibration, said, sittings
from engine.packet.exception import exceptions
from engine.packet.file import decisions, exhibit, facts, statement
from engine.packet.finding import readiness
from engine.packet.model import Packet, State, Variant
from engine.packet.proof import Proof
from engine.packet.score import cycle_scores
from engine.packet.subject import candidate, edition, move
from engine.packet.timeline import entries, knowable, log, timeline
from engine.packet.view import Named
from engine.people.directory import person
from engine.record.event import SYSTEM
from engine.record.kept import read_stream
from engine.record.log import head
from engine.record.node import root_at
from engine.session.state import fold as fold_session
from engine.store.transaction import Tx
from terms.error import Unknown

HOW = (
    "Take the public key (keys/record.pub) from somebody you trust, not from whoever gave you this packet.",
    "Where the record is, run: rung audit verify. It recomputes every entry, and compares the whole with the "
    "signed checkpoints.",
    "Compare the root and the leaf hashes printed here with the record's: equal hashes mean equal entries.",
    "Run: rung audit replay. It derives states, findings and votes again from the entries.",
)

LEFT_OUT: dict[Variant, tuple[str, ...]] = {
    "candidate": (
        "What each member of the panel scored, noted and voted, and how many voted which way.",
        "Why a member stepped back, and who declared an interest.",
        "What others said about the candidate in confidence, and who said it.",
        "The entries as recorded, which the auditor's copy lists.",
    ),
    "committee": (
        "The candidate's e-mail address and HR id.",
        "The entries as recorded, which the auditor's copy lists.",
    ),
    "auditor": (),
}


def build(
    tx: Tx, case_id: str, variant: Variant, *, organisation: str = "", checkpoint: str | None = None
) -> Packet:
    """Returns the packet of a case for one kind of reader; `checkpoint` is the newest signed note, if any.

    Raises Unknown where there is no such case, Broken where a decision cites what is not in the file.
    """
    events = read_stream(tx, f"case:{case_id}")
    if not events:
        raise Unknown(f"No case {case_id}; `rung case list` shows those there are.")
    case, name, told, since = fold(events), _naming(tx), knowable(events, variant), sealed_since(events)
    end = head(tx)
    size, at = (end.size, end.recorded_at) if since is None else (since + 1, told[-1].recorded_at)
    steps, last = ladder(tx, case.ladder), case.assessments[-1]
    known_at = next(event.recorded_at for event in events if event.seq == last.seq)
    as_of = date.fromisoformat(last.as_of)
    known = view(tx, case.person, as_of=as_of, known_at=known_at)
    found = readiness(case, variant, name)
    competencies = {one.id: one.name for one in steps.competencies.values()}
    return Packet(
        variant=variant,
        organisation=organisation or end.log,
        label=case.label,
        case=case.id,
        candidate=candidate(tx, case, steps, known, name, with_contact=variant == "auditor"),
        move=move(case, steps),
        edition=edition(tx, case, steps),
        state=_state(tx, case, name),
        readiness=found,
        exhibits=tuple(exhibit(one, name) for one in case.exhibits),
        statements=tuple(statement(one, name, variant) for one in case.statements),
        cycle_scores=cycle_scores(known, steps, last.readiness, as_of),
        calibrations=tuple(
            calibration(sat, variant, name, competencies, _held_on(tx, sat), set_aside=aside)
            for sat, aside in sittings(events)
        ),
        exceptions=tuple(exceptions(case, name, confidential=variant == "candidate")),
        decisions=decisions(tx, case, found, name),
        next_date=case.decisions[-1].next_date if case.decisions else None,
        ahead=ahead(tx, case, tuple(events), variant, found),
        restated=mark(case),
        corrections=corrections(tx, case),
        facts=tuple(facts(tx, last.readiness)),
        timeline=tuple(timeline(told, variant, name)),
        proof=Proof(
            origin=end.log,
            size=size,
            root=end.root if size == end.size else root_at(tx, size).hex(),
            recorded_at=at,
            checkpoint=checkpoint,
            entries=entries(told),
            how=HOW,
        ),
        log=tuple(log(told, name)) if variant == "auditor" else (),
        left_out=(*LEFT_OUT[variant], *_sealed(case, since)),
    )


def _state(tx: Tx, case: Case, name: Naming) -> State:
    return State(
        name=case.state,
        says=workflow(tx, case.workflow).states[case.state].says,
        stage=case.stage,
        final=case.final,
        nominated_on=case.nominated_on,
        nominator=name(case.nominator),
        because=said(case.because),
    )


def _naming(tx: Tx) -> Naming:
    @cache
    def name(identity: str) -> Named:
        if identity == SYSTEM:
            return Named(name="Rung", label=SYSTEM)
        try:
            found = person(tx, identity)
        except Unknown:
            return Named(name=identity, label=identity)
        return Named(name=found.name, label=found.label)

    return name


def _held_on(tx: Tx, case: Case) -> str:
    assert case.panel is not None
    return fold_session(read_stream(tx, f"session:{case.panel.session}")).held_on


def _sealed(case: Case, since: int | None) -> Iterator[str]:
    if since is not None:
        yield f"What was recorded of the case after entry {since}, before the session reveals it."
    if case.panel is not None and not case.votes_revealed:
        what = "votes" if case.scores_revealed else "scores and votes"
        yield f"Sealed {what}: neither what they are nor who has given them, before the session reveals them."
