"""Holds made-up packets: a full one to print, a bare one, and one whose every text attacks."""

from __future__ import annotations

from typing import Any

from engine.packet.model import (
    Candidate,
    Cell,
    Citation,
    Competency,
    CriterionReason,
    CycleScores,
    Decision,
    Edition,
    Exhibit,
    FactRow,
    Happening,
    Move,
    Occasion,
    Packet,
    Readiness,
    State,
    Variant,
)
from engine.packet.panel import Calibration, Member, MemberScore, PanelScores, Vote
from engine.packet.proof import Entry, LogEntry, Proof
from engine.packet.view import Named, Said
from tests.unit.packet_part import (
    ADVISORY,
    AMELIE,
    CHAIR,
    COMPETENCIES,
    CRITERIA,
    MANAGER,
    NOTE,
    PANEL,
    SPARE,
    hexed,
)


def full(variant: Variant = "auditor", **changed: Any) -> Packet:
    """Returns a promoted case with everything in it, as the committee or the auditor reads it."""
    auditor = variant == "auditor"
    fields: dict[str, Any] = {
        "variant": variant,
        "organisation": "Northwind Sales",
        "label": "C-0042",
        "case": "0198c0de-0000-7000-8000-000000000042",
        "candidate": Candidate(
            who=AMELIE,
            level="Account Executive II",
            in_level_since="2025-01-06",
            time_in_level="19 months",
            manager=MANAGER,
            contact=(("E-mail", "amelie@northwind.example"), ("HR id", "HR-7781")) if auditor else (),
        ),
        "move": Move(
            source="Account Executive II",
            source_id="ae-2",
            target="Senior Account Executive",
            target_id="senior-ae",
            track="Individual contributor",
        ),
        "edition": Edition(
            policy="sales 2026-07",
            policy_digest=hexed("policy"),
            ladder="Sales",
            ladder_digest=hexed("ladder"),
            workflow="promotion-review",
            workflow_digest=hexed("workflow"),
        ),
        "state": State(
            name="promoted",
            says="Decided: the move takes effect.",
            stage="decision",
            final=True,
            nominated_on="2026-07-06",
            nominator=MANAGER,
            because=Said(
                text="Two full years of quota, and the Helvetia renewal was hers from the first call on."
            ),
        ),
        "readiness": Readiness(
            occasion=Occasion(
                says="when the file was frozen",
                as_of="2026-08-03",
                seq=4207,
                status="not_met",
                digest=hexed("readiness"),
                fact_set=hexed("fact set"),
            ),
            earlier=(
                Occasion(
                    says="at the nomination",
                    as_of="2026-07-06",
                    seq=4180,
                    status="undetermined",
                    digest=hexed("earlier"),
                    fact_set=hexed("earlier set"),
                ),
            ),
            criteria=CRITERIA,
            advisory=ADVISORY,
        ),
        "exhibits": (
            Exhibit(
                id="E1",
                kind="coached-peer",
                criterion="coaching",
                on="2026-03-12",
                text=Said(
                    text="Sat in on eleven discovery calls with Jo Park between January and March.\n"
                    "Jo's conversion went from 18% to 27%."
                ),
                by=MANAGER,
                verified_by=CHAIR,
                digest=hexed("E1"),
                seq=4190,
            ),
            Exhibit(
                id="E2",
                kind="coached-peer",
                criterion="coaching",
                on="2026-05-20",
                text=Said(text="erased by event 4230", gone=True),
                by=AMELIE,
                verified_by=None,
                digest=hexed("E2"),
                seq=4191,
                file_name="debrief-helvetia.pdf",
            ),
            Exhibit(
                id="E3",
                kind="customer-letter",
                criterion=None,
                on="2026-06-30",
                text=Said(text="„Wir haben selten so klar verhandelt.“ Helvetia, Einkauf"),
                by=AMELIE,
                verified_by=CHAIR,
                digest=hexed("E3"),
                seq=4192,
            ),
        ),
        "statements": (
            Exhibit(
                id="T1",
                kind="endorsement",
                criterion=None,
                on="2026-07-20",
                text=Said(text="I would give her my largest account tomorrow."),
                by=SPARE,
                verified_by=None,
                digest=hexed("T1"),
                seq=4199,
            ),
        ),
        "cycle_scores": CycleScores(
            columns=(
                ("2025-H2", "current"),
                ("2025-H2", "next"),
                ("2026-H1", "current"),
                ("2026-H1", "next"),
            ),
            rows=tuple(
                Competency(
                    id=identity,
                    name=name,
                    category=category,
                    cells=tuple(
                        Cell(value=None if (row, column) == (3, 3) else str(2 + (row * column) % 4))
                        for column in range(4)
                    ),
                    required=required,
                )
                for row, (identity, name, category, required) in enumerate(COMPETENCIES)
            ),
        ),
        "calibrations": (
            Calibration(
                session="S-0007",
                held_on="2026-08-11",
                members=(
                    Member(who=CHAIR, seat="chair"),
                    *(Member(who=one, seat="member") for one in PANEL[1:]),
                    Member(
                        who=SPARE,
                        seat="alternate",
                        recused=True,
                        because=Said(text="Coached by the candidate this spring."),
                    ),
                ),
                quorum=3,
                scores_are="shown",
                votes_are="shown",
                scores=tuple(
                    PanelScores(
                        id=identity,
                        name=name,
                        scores=tuple(
                            MemberScore(
                                member=one,
                                points=3 + (row + seat) % 2,
                                note="Held price with procurement twice, and said why in the debrief; see E3."
                                if (row + seat) % 3 == 0
                                else None,
                            )
                            for seat, one in enumerate(PANEL)
                        ),
                    )
                    for row, (identity, name, _, _) in enumerate(COMPETENCIES[:4])
                ),
                votes=(
                    *(
                        Vote(
                            member=one, vote="yes", because="The two large renewals are senior work already."
                        )
                        for one in PANEL[:4]
                    ),
                    Vote(
                        member=PANEL[4],
                        vote="no",
                        because="Negotiation on the next level is not shown yet; one more cycle will tell.",
                        dissent=True,
                    ),
                ),
                tally=(("yes", 4), ("no", 1), ("abstain", 0)),
            ),
        ),
        "decisions": (
            Decision(
                outcome="promoted",
                on="2026-08-12",
                by=CHAIR,
                because=Said(
                    text="The committee saw senior work in both renewals. "
                    "Negotiation is the open point, and its development is agreed for the first half-year."
                ),
                reasons=(
                    CriterionReason(
                        criterion="next-level",
                        says="Already works at the next level in at least two of three competencies",
                        reason="An exception was granted for negotiation; see the plan agreed on 10 August.",
                    ),
                ),
                cites=(
                    Citation(id="E1", says="coached-peer, 12 March 2026", digest=hexed("E1")),
                    Citation(id="f12.5.actual", says="bookings of Q1 2026", digest=hexed("f12.5.actual")),
                ),
                effective="2026-10-01",
                seq=4240,
            ),
        ),
        "facts": tuple(
            FactRow(
                source=source,
                says=f"EUR bookings, {period}",
                digest=hexed(source),
                file="bookings-2026-07-31.csv",
                row=row,
                recorded_at="2026-08-01T06:00:00.000000Z",
            )
            for row, (source, period) in enumerate(
                (
                    ("f12.5.actual", "1 Feb 2026 to 30 Apr 2026"),
                    ("f12.6.actual", "1 May 2026 to 31 Jul 2026"),
                ),
                start=118,
            )
        ),
        "timeline": tuple(
            Happening(seq=seq, at=at, says=says, by=by)
            for seq, at, says, by in (
                (4180, "2026-07-06T09:30:00.000000Z", "Nominated for Senior Account Executive", MANAGER),
                (4190, "2026-07-08T14:02:11.000001Z", "Evidence E1 attached", MANAGER),
                (4207, "2026-08-03T08:00:00.000000Z", "File frozen", MANAGER),
                (4209, "2026-08-05T10:00:00.000000Z", "Brought before S-0007", CHAIR),
                (4221, "2026-08-11T12:41:09.120000Z", "Scores revealed", CHAIR),
                (4231, "2026-08-11T13:05:44.000000Z", "Votes revealed", CHAIR),
                (4240, "2026-08-12T16:20:00.000000Z", "Decided: promoted", CHAIR),
            )
        ),
        "proof": Proof(
            origin="log.example/review",
            size=4242,
            root=hexed("root"),
            recorded_at="2026-08-12T16:21:00.000000Z",
            checkpoint=NOTE,
            entries=tuple(
                Entry(seq=seq, leaf=hexed(str(seq))) for seq in (4180, 4190, 4207, 4209, 4221, 4231, 4240)
            ),
            how=(
                "Take the public key from somebody you trust, not from this packet.",
                "Run rung audit verify where the record is: it compares all entries with the checkpoint.",
            ),
        ),
        "log": (
            LogEntry(
                seq=4180,
                type="CaseNominated",
                stream="case:0198c0de-0000-7000-8000-000000000042",
                stream_version=1,
                recorded_at="2026-07-06T09:30:00.000000Z",
                happened_at=None,
                actor="0198c0de-0000-7000-8000-000000000004",
                who=MANAGER,
                acting_for=None,
                authenticated="asserted",
                rule="permit:nominate:manager of candidate",
                command="0198c0de-0000-7000-8000-0000000000aa",
                data='{"as_of":"2026-07-06","from":"ae-2","label":"C-0042","to":"senior-ae"}',
                sealed=(("because", hexed("because")), ("readiness", hexed("sealed readiness"))),
                leaf=hexed("4180"),
            ),
        )
        if auditor
        else (),
        "left_out": () if auditor else ("E-mail address and HR id of the candidate.",),
    }
    return Packet(**(fields | changed))


def told() -> Packet:
    """Returns the promoted case as its candidate reads it."""
    whole = full("committee")
    session = whole.calibrations[0]
    members = tuple(one.model_copy(update={"because": None}) for one in session.members)
    held = session.model_dump() | {
        "members": members,
        "scores_are": "withheld",
        "votes_are": "withheld",
        "scores": (),
        "votes": (),
        "tally": (),
    }
    hidden = Said(text="shown to the committee alone", gone=True)
    return full(
        "candidate",
        calibrations=(Calibration(**held),),
        statements=tuple(one.model_copy(update={"by": None, "text": hidden}) for one in whole.statements),
        left_out=("Who on the panel scored and voted how.", "What others said in confidence."),
    )


def bare() -> Packet:
    """Returns a case just nominated, as its candidate reads it: nothing attached, one fact unknown."""
    whole = full()
    return full(
        "candidate",
        label="C-0001",
        candidate=Candidate(who=Named(name="Li", label="P-0001"), level="SDR"),
        move=Move(source="SDR", source_id="sdr", target="AE I", target_id="ae-1"),
        state=State(
            name="evidence",
            says="Evidence is being gathered.",
            stage="evidence",
            final=False,
            nominated_on="2026-07-06",
            nominator=MANAGER,
            because=Said(text="sealed", gone=True),
        ),
        readiness=Readiness(
            occasion=Occasion(
                says="at the nomination",
                as_of="2026-07-06",
                seq=3,
                status="undetermined",
                digest=None,
                fact_set=hexed("fact set"),
            ),
            criteria=(CRITERIA[-1],),
        ),
        exhibits=(),
        statements=(),
        cycle_scores=CycleScores(),
        calibrations=(),
        decisions=(),
        facts=(),
        timeline=whole.timeline[:1],
        proof=whole.proof.model_copy(update={"checkpoint": None, "entries": whole.proof.entries[:1]}),
        left_out=("Who on the panel scored and voted how.", "What others said in confidence."),
    )
