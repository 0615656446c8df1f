"""Makes a small workspace and walks one case through it, for tests of the packet and its export."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from engine.bootstrap import Engine
from engine.case.citation import sources
from engine.case.command import AttachEvidence, Decide, Endorse, Nominate, TakeStep, VerifyEvidence
from engine.case.query import load
from engine.fact.row import FactRow
from engine.fact.write import write_rows
from engine.founding import found
from engine.people.directory import enter
from engine.record.event import SYSTEM, Actor, Gone
from engine.record.log import size
from engine.session.command import BringCase, CastVote, GiveScores, OpenSession, Recuse, Reveal
from engine.store.source import Sources, uuid7
from engine.store.vault import FolderVault
from workflows import shipped

LADDER = """
ladder: craft
name: Craft
tracks: {}
scale: {lowest: 1, highest: 5}
categories: [{id: closing, name: Closing}]
competencies:
  - {id: deals, name: Deal craft, category: closing,
     rubric: {1: asks, 2: follows, 3: leads, 4: shapes, 5: teaches}}
levels:
  - {id: junior, name: Junior seller, rank: 1, scope: Few, responsibilities: [Sells], competencies: [deals]}
  - {id: senior, name: Senior seller, rank: 2, scope: Many, responsibilities: [Sells], competencies: [deals],
     apart: Others learn from them}
moves: [{from: junior, to: senior}]
"""

POLICY = """
policy: craft
edition: 2026-07
effective: 2026-01-01
calendar: {fiscal_year_starts: february}
missing: undetermined
moves:
  - from: junior
    to: senior
    ready:
      all:
        - {id: quota, says: At quota in each of the last two quarters,
           attainment: {of: quota, each: {at_least: 100%}, over: {last: 2, unit: quarter}}}
        - {id: deals, competency: {is: deals, at_least: 4, each_of_last: 2 cycles}}
        - {id: shown, says: Shown or vouched for,
           any: [{evidence: {kind: coaching, verified: true}}, {endorsement: {}}]}
    advisory:
      - {id: time, tenure: {in: level, at_least: 24 months}}
"""

STAFF = (
    "Hana Hr",
    "Boss Bold",
    "Rep Rao",
    "Ruth Chair",
    "Ana Lund",
    "Bo Chen",
    "Dee Cider",
    "Stranger Sam",
    "Vera Vice",
)
ROLES = {"Hana Hr": "hr", "Ruth Chair": "chair", "Vera Vice": "decider"}
NOTES = {
    "Ana Lund": "ANA-NOTE shapes every deal",
    "Bo Chen": "BO-NOTE needs a year",
    "Ruth Chair": "RUTH-NOTE solid",
}
VOICES = {"Ana Lund": "ANA-VOTE ready now", "Bo Chen": "BO-VOTE not yet", "Ruth Chair": "RUTH-VOTE ready"}


@dataclass(frozen=True, slots=True)
class Story:
    """Holds a workspace, everybody's id, and the case's id."""

    engine: Engine
    ids: dict[str, str]
    case: str

    def actor(self, name: str) -> Actor:
        """Returns a person of the story as who acts."""
        return Actor(self.ids[name])


def workspace(
    root: Path, database: str | None = None, policy: str = POLICY, more: Callable[[Story], None] | None = None
) -> Story:
    """Returns a workspace with people, facts (`more` may add some) and a nominated case."""
    engine = found(
        root, name="Northwind", solo=True, database=database, trust_asserted=True, sources=_sources(root)
    )
    founder = engine.actor(None)
    for kind, text in (
        ("ladder", LADDER),
        ("policy", policy),
        ("workflow", shipped.text("promotion-review")),
    ):
        engine.publish(kind, text, f"{kind}.yaml", founder)
    ids = _people(engine)
    story = Story(engine, ids, "")
    if more is not None:
        more(story)
    outcome = engine.act(
        Nominate(person=ids["Rep Rao"], to="senior", because="Carried two quarters."),
        story.actor("Boss Bold"),
    )
    assert outcome.id is not None
    return Story(engine, ids, outcome.id)


def frozen(story: Story) -> Story:
    """Walks the case to calibration: one exhibit, verified, and one endorsement."""
    boss = story.actor("Boss Bold")
    act = story.engine.act
    act(TakeStep(case=story.case, step="open_evidence"), boss)
    act(
        AttachEvidence(
            case=story.case,
            kind="coaching",
            text="Sat in on eleven calls | with notes.",
            happened_on=date(2026, 6, 1),
            criterion="shown",
        ),
        boss,
    )
    act(VerifyEvidence(case=story.case, exhibit="E1"), story.actor("Hana Hr"))
    act(Endorse(case=story.case, because="CONFIDENCE I would hire Rep again."), story.actor("Stranger Sam"))
    act(TakeStep(case=story.case, step="freeze_file"), boss)
    return story


def judged(story: Story, *, reveal: bool = True) -> Story:
    """Walks the case through a session: scores, then votes, each revealed unless the scores stay sealed."""
    act, ids, chair = story.engine.act, story.ids, story.actor("Ruth Chair")
    members = tuple(ids[one] for one in (*NOTES, "Dee Cider"))
    session = act(
        OpenSession(
            title="August", held_on=date(2026, 8, 11), chair=ids["Ruth Chair"], members=members, quorum=3
        ),
        chair,
    ).id
    assert session is not None
    act(BringCase(session=session, case=story.case), chair)
    recusal = Recuse(session=session, case=story.case, because="RECUSAL an old friend")
    act(recusal, story.actor("Dee Cider"))
    for n, (name, note) in enumerate(NOTES.items()):
        given = GiveScores(
            session=session, case=story.case, scores={"deals": 3 + n % 2}, notes={"deals": note}
        )
        act(given, story.actor(name))
    if not reveal:
        return story
    act(Reveal(session=session, case=story.case), chair)
    for name, voice in VOICES.items():
        vote = "no" if "not yet" in voice else "yes"
        act(CastVote(session=session, case=story.case, vote=vote, because=voice), story.actor(name))
    act(Reveal(session=session, case=story.case), chair)
    return story


def decided(story: Story) -> Story:
    """Walks the case to its promotion, the decision citing the exhibit and one quarter's figure."""
    act = story.engine.act
    act(TakeStep(case=story.case, step="conclude"), story.actor("Ruth Chair"))
    act(
        Decide(
            case=story.case,
            outcome="promoted",
            because="Two clean quarters, and peers learn from Rep.",
            cite=("E1", figure(story)),
            effective=date(2026, 10, 1),
        ),
        story.actor("Vera Vice"),
    )
    return story


def figure(story: Story) -> str:
    """Returns the source of the last quarter's actual figure."""
    with story.engine.read() as tx:
        readiness = load(tx, story.case).assessments[-1].readiness
    assert not isinstance(readiness, Gone)
    return next(one for one in sources(readiness) if one.endswith(".actual"))


def _sources(root: Path) -> Sources:
    ticks, ids = itertools.count(), itertools.count()
    start = datetime(2026, 8, 1, 9, tzinfo=UTC)
    return Sources(
        clock=lambda: start + timedelta(seconds=next(ticks)),
        ids=lambda: uuid7(1_780_000_000_000, next(ids)),
        salts=lambda: bytes(32),
        vault=FolderVault(root / "keys" / "sessions"),
        zone=ZoneInfo("UTC"),
    )


def _people(engine: Engine) -> dict[str, str]:
    with engine.write() as tx:
        seq = size(tx)
        ids = {
            name: enter(tx, f"HR-{n}", name, f"{name.split()[0].lower()}@northwind.example", n, seq)
            for n, name in enumerate(STAFF, start=1)
        }
        rep, rows = ids["Rep Rao"], []
        for n, (name, person) in enumerate(ids.items()):
            common = {"row": n, "person": person, "start": "2025-01-06"}
            level = "junior" if name == "Rep Rao" else "senior"
            rows.append(FactRow(**common, field="level", kind="level", key="level|1", name=level))  # type: ignore[arg-type]  # a plain map
            if name in ROLES:
                rows.append(FactRow(**common, field="roles", kind="roles", key="roles", name=ROLES[name]))  # type: ignore[arg-type]  # a plain map
        rows.append(_row(20, "manager", rep, "manager|1", ids["Boss Bold"], "2025-01-06"))
        for n, (start, end, actual) in enumerate(
            (("2026-02-01", "2026-05-01", "412300.5"), ("2026-05-01", "2026-08-01", "468900"))
        ):
            place = {"start": start, "end": end, "unit": "EUR"}
            for field, value in (("expected", None), ("actual", actual), ("target", "400000")):
                rows.append(_row(30 + n, field, rep, f"{field}|{start}", "quota", value=value, **place))
        for n, (cycle, start, end) in enumerate(
            (("2025-H2", "2025-07-01", "2026-01-01"), ("2026-H1", "2026-01-01", "2026-07-01"))
        ):
            rows.append(_row(40 + n, "cycle", rep, f"cycle|{cycle}", cycle, start, end=end))
            score = FactRow(
                row=40 + n,
                field="score",
                person=rep,
                kind="score",
                key=f"score|deals|{cycle}",
                name="deals",
                start=start,
                end=end,
                value="4",
                detail={"cycle": cycle, "level": "current", "by": "manager"},
            )
            rows.append(score)
        write_rows(tx, rows, Actor(SYSTEM), type_="FactsImported", data={}, command="Import", rule=None)
    return ids


def _row(
    row: int,
    field: str,
    person: str,
    key: str,
    name: str,
    start: str,
    *,
    end: str | None = None,
    value: str | None = None,
    unit: str | None = None,
) -> FactRow:
    return FactRow(
        row=row,
        field=field,
        person=person,
        kind=field,
        key=key,
        name=name,
        start=start,
        end=end,
        value=value,
        unit=unit,
    )
