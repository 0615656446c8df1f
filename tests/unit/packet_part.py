"""Holds what the sample packets are made of: people, criteria, competencies, a note."""

from __future__ import annotations

from hashlib import sha256

from engine.packet.model import Criterion, Input
from engine.packet.view import Named

AMELIE = Named(name="Amélie Østergård-Papadopoulos", label="P-0012")
MANAGER = Named(name="Tomás Ó Súilleabháin", label="P-0004")
CHAIR = Named(name="Ruth Adeyemi", label="P-0002")
PANEL = (
    CHAIR,
    Named(name="Wolfgang Maximilian Freiherr von und zu Hohenlohe-Schillingsfürst", label="P-0031"),
    Named(name="李小龙", label="P-0044"),
    Named(name="נועה בן־דוד", label="P-0051"),
    Named(name="Priya Raghunathan", label="P-0060"),
)
SPARE = Named(name="Jo Park", label="P-0071")


def hexed(text: str) -> str:
    """Returns a digest made from a word, so that samples stay the same."""
    return sha256(text.encode()).hexdigest()


def _quarters(name: str, figures: list[tuple[str, str]]) -> tuple[Input, ...]:
    return tuple(
        Input(label=period, value=value, sources=(f"f12.{row}.actual", f"f11.{row}.target"))
        for row, (period, value) in enumerate(figures, start=len(name))
    )


QUARTERS = [
    ("1 Aug 2025 to 31 Oct 2025", "412,300.50 of 400,000 EUR, 103.075%"),
    ("1 Nov 2025 to 31 Jan 2026", "391,000 of 400,000 EUR, 97.75%"),
    ("1 Feb 2026 to 30 Apr 2026", "455,120 of 420,000 EUR, 108.361905%"),
    ("1 May 2026 to 31 Jul 2026", "468,900 of 420,000 EUR, 111.642857%"),
]

CRITERIA = (
    Criterion(
        id="quota",
        kind="attainment",
        says="At or above quota in each of the last two fully-ramped quarters",
        status="met",
        required="at least 100% in each of the last 2 quarters",
        observed="108.361905% and 111.642857%",
        arithmetic="455,120 / 420,000 = 108.361905%; 468,900 / 420,000 = 111.642857%",
        inputs=_quarters("quota", QUARTERS[2:]),
    ),
    Criterion(
        id="year",
        kind="attainment",
        says="At or above 95% of quota over the last four quarters together, no quarter counting above 200%",
        status="met",
        required="at least 95% cumulative over 4 quarters",
        observed="105.323201%",
        arithmetic="(412,300.50 + 391,000 + 455,120 + 468,900) / "
        "(400,000 + 400,000 + 420,000 + 420,000) = 105.323201%",
        inputs=_quarters("year", QUARTERS),
    ),
    Criterion(
        id="deal-complexity",
        kind="competency",
        says="Manages complex deals: deal complexity at 4 or better in each of the last two cycles",
        status="met",
        required="at least 4 points, current level, each of the last 2 cycles",
        observed="4 and 5 points",
        inputs=(
            Input(label="2025-H2", value="4 points", sources=("f15.40.score",)),
            Input(label="2026-H1", value="5 points", sources=("f19.40.score",)),
        ),
    ),
    Criterion(
        id="next-level",
        kind="at_least",
        says="Already works at the next level in at least two of three competencies",
        status="not_met",
        required="at least 2 of 3",
        observed="1 met, 1 not met, 1 undetermined",
        gap="1 more of them",
        children=(
            Criterion(
                id="next-level.1",
                kind="competency",
                says="Account strategy at 3 or better on the next level",
                status="met",
                required="at least 3 points",
                observed="3 points",
                inputs=(Input(label="2026-H1", value="3 points", sources=("f19.41.score",)),),
            ),
            Criterion(
                id="next-level.2",
                kind="competency",
                says="Negotiation at 3 or better on the next level",
                status="not_met",
                required="at least 3 points",
                observed="2 points",
                gap="1 point",
                inputs=(Input(label="2026-H1", value="2 points", sources=("f19.42.score",)),),
            ),
            Criterion(
                id="next-level.3",
                kind="any",
                says="Forecasting, or a coached forecast",
                status="undetermined",
                required="any one of 2",
                observed="none met",
                children=(
                    Criterion(
                        id="next-level.3.1",
                        kind="competency",
                        says="Forecasting at 3 or better on the next level",
                        status="undetermined",
                        required="at least 3 points",
                        missing="the forecasting score of cycle 2026-H1",
                    ),
                    Criterion(
                        id="next-level.3.2",
                        kind="not",
                        says="No forecast was restated",
                        status="not_met",
                        required="none of: restated forecast",
                        observed="restated forecast on 3 March 2026",
                    ),
                ),
            ),
        ),
    ),
    *(
        Criterion(
            id=identity,
            kind=kind,
            says=says,
            status="met",
            required=required,
            observed=observed,
        )
        for identity, kind, says, required, observed in (
            ("coaching", "evidence", "Coached a peer, verified", "at least 2 within 12 months", "2: E1, E2"),
            (
                "path",
                "track",
                "Has signed for the individual contributor track",
                "ic, signed",
                "ic, 2 March 2026",
            ),
            ("time", "tenure", "At least 12 months in level", "12 months", "19 months"),
            ("standing", "none_of", "No performance plan and no open investigation", "none", "none"),
            ("training", "training", "Finished the negotiation course", "finished", "12 January 2026"),
            ("meetings", "attainment", "Qualified meetings at 90% or better", "90% mean", "94.25%"),
            ("pipeline", "competency", "Pipeline discipline at 4", "4 points", "4 points"),
        )
    ),
    Criterion(
        id="forecast",
        kind="metric",
        says="Forecast within a tenth of the outcome in each of the last two quarters",
        status="undetermined",
        required="within 10% in each of the last 2 quarters",
        observed="1 of 2 quarters known",
        missing="the forecast of the quarter from 1 May 2026 to 31 July 2026",
        inputs=(
            Input(label="1 Feb 2026 to 30 Apr 2026", value="6.2% off", sources=("f21.3.actual",)),
            Input(label="1 May 2026 to 31 Jul 2026", value="unknown"),
        ),
    ),
)

ADVISORY = (
    Criterion(
        id="mentor",
        kind="evidence",
        says="Mentored a new colleague",
        status="not_met",
        advisory=True,
        required="at least 1",
        observed="none",
        gap="1 exhibit",
    ),
)

COMPETENCIES = (
    ("deal-complexity", "Deal complexity management", "Closing", "4, each of 2 cycles (current)"),
    ("account-strategy", "Account strategy", "Account management", "3 (next)"),
    ("negotiation", "Negotiation", "Closing", "3 (next)"),
    ("forecasting", "Forecasting", "Pipeline", "3 (next)"),
    ("pipeline", "Pipeline discipline", "Pipeline", "4 (current)"),
    ("discovery", "Discovery and qualification", "Discovery", ""),
)

NOTE = (
    "log.example/review\n4242\nb8PqQ0u5n3yA8s0d9f1o2p3q4r5s6t7u8v9w0xyzABC=\n\n"
    "\u2014 log.example/review Az3grlgtzPICa5OS8npVmf1Myq/"
    "5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)
