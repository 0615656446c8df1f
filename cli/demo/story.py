"""Walks one review cycle of the made-up company, through the same door as any command."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random  # noqa: TID251  # seeded; salts come from elsewhere
from zoneinfo import ZoneInfo

from cli.demo.company import make_company
from cli.demo.growth import grow
from cli.demo.told import Told
from engine.bootstrap import Engine, default_sources
from engine.case.command import (
    AttachEvidence,
    CommitTrack,
    Decide,
    Endorse,
    Nominate,
    TakeStep,
    VerifyEvidence,
)
from engine.case.guard import recusal_block, top_level
from engine.case.query import cases
from engine.case.readiness import assess_all
from engine.custody.checkpoint import last
from engine.edition.library import policy
from engine.fact.intake import File
from engine.founding import found
from engine.packet.build import build
from engine.packet.model import VARIANTS
from engine.packet.render import render
from engine.people.directory import by_hr_id, people
from engine.record.log import head
from engine.replay.replay import replay
from engine.session.command import (
    BringCase,
    CastVote,
    CloseSession,
    GiveScores,
    OpenSession,
    Recuse,
    Reveal,
    SeatMember,
)
from engine.store.source import Sources, uuid7
from terms.canonical import Json
from terms.error import Broken, Refused
from workflows.round import load_round
from workflows.shipped import round_text

SEED = 20261015
BEGIN = datetime(2026, 10, 14, 7, 0, tzinfo=UTC)
COMPLETE = "2026-10-12"
NEXT = date(2027, 4, 1)


def seeded_sources(root: Path, seed: int) -> Sources:
    """Returns sources whose clock and ids come from a seed; salts and keys stay those of real life."""
    ticks, ids = itertools.count(), Random(seed)  # noqa: S311  # ids of a demo, not secrets
    real = default_sources(root, ZoneInfo("UTC"))

    def clock() -> datetime:
        return BEGIN + timedelta(seconds=11 * next(ticks))

    def new_id() -> str:
        return uuid7(int(BEGIN.timestamp() * 1000), ids.getrandbits(74))

    return Sources(clock, new_id, real.salts, real.vault, real.zone)


def tell(root: Path, say: Callable[[str], None], seed: int = SEED) -> Engine:
    """Returns the engine of a workspace in which a whole review cycle has taken place."""
    engine = found(root, name="Halden Software", pack="sales", solo=True, sources=seeded_sources(root, seed))
    told = Told(engine, make_company(Random(seed)), say)  # noqa: S311  # a made-up company
    _take_in(told)
    _screen(told)
    _nominate(told)
    _calibrate(told)
    _decide(told)
    grow(told)
    _look_ahead(told)
    return engine


def _look_ahead(told: Told) -> None:
    """Tells the rounds of next year, as the definition that ships works them out; nothing is planned by that."""
    year = told.engine.sources.today().year + 1
    told.say("")
    for one in load_round(round_text("half-yearly"), "half-yearly.yaml").planned(year):
        held = " and ".join(str(day) for day in one.sessions)
        days = f"{one.opens} to {one.closes}, sit on {held}, take effect on {one.effective}"
        told.say(f"{one.label} would take nominations {days}.")


def _take_in(told: Told) -> None:
    engine, files = told.engine, told.company.files
    folder = engine.root / "import"
    folder.mkdir(exist_ok=True)
    for kind, data in files.items():
        (folder / f"{kind}.csv").write_bytes(data)
    founder = engine.actor(None)
    facts = 0
    for kind in ("people", "attainment", "scores", "training", "standing", "evidence", "leave"):
        complete = COMPLETE if kind in ("training", "standing") else None
        file = File(kind=kind, data=files[kind], name=f"{kind}.csv", complete_as_of=complete)
        actor = founder if kind == "people" else told.who("E-1002")
        facts += engine.import_file(file, actor).facts
        if kind == "people":
            with engine.read() as tx:
                told.staff = by_hr_id(tx)
    told.say(
        f"Halden Software: {len(told.staff)} people, {facts:,} facts from seven CSV files (in {folder})."
    )
    file = File(kind="attainment", data=files["restated"], name="restated.csv")
    report = engine.import_file(file, told.who("E-1002"))
    corrected = told.part("corrected")
    told.say(
        f"A quarter of {corrected.name} is restated: {report.changed} fact changed, the old one is kept."
    )
    for track, names in (("ic", ("promoted", "deferred", "corrected")), ("management", ("declined",))):
        for name in names:
            told.act(CommitTrack(track=track), told.company.cast[name])


def _screen(told: Told) -> None:
    with told.engine.read() as tx:
        today = told.engine.sources.today()
        for target in ("ae-1", "ae-2", "senior-ae", "sales-manager"):
            found = assess_all(tx, target, as_of=today)
            counts = Counter(str(one.readiness.status) for one in found)
            blocking = Counter(
                finding.id for one in found for finding in one.readiness.findings if finding.status != "met"
            )
            most = ", ".join(f"{name} {count}" for name, count in blocking.most_common(3))
            told.say(
                f"  to {target:<14}{len(found):>3} people: {counts['met']:>2} ready, {counts['not_met']:>2} not, "
                f"{counts['undetermined']:>2} cannot be told; held back by {most}"
            )


REASONS = {
    "promoted": ("senior-ae", "Two renewals that hung on the customer's board, and the calm to run them."),
    "declined": ("sales-manager", "Nobody sells more than Marcus; the team would follow."),
    "deferred": ("senior-ae", "Runs the most tangled accounts we have."),
    "blocked": ("ae-2", "Above quota for a year and asked for by larger customers."),
    "recused": ("ae-1", "Already runs small deals from end to end."),
}


def _nominate(told: Told) -> None:
    told.say("")
    for name, (target, because) in REASONS.items():
        manager = told.manager(name)
        person = told.part(name)
        outcome = told.act(Nominate(person=person.id, to=target, because=because), manager)
        assert outcome.id is not None and outcome.label is not None
        told.labels[name] = outcome.id
        told.act(TakeStep(case=outcome.id, step="open_evidence"), manager)
        told.say(f"{outcome.label}  {told.staff[manager].name} nominates {person.name} for {target}.")
    _build_files(told)
    for name in REASONS:
        case, manager = told.case(name), told.manager(name)
        try:
            told.act(TakeStep(case=case.id, step="freeze_file"), manager)
        except Refused as refused:
            reasons = " ".join(reason.text for reason in refused.reasons)
            told.say(f"{case.label}  stays open: {reasons} Silence never promotes.")


def _build_files(told: Told) -> None:
    promoted, manager = told.case("promoted"), told.manager("promoted")
    plan = AttachEvidence(
        case=promoted.id,
        kind="account-plan",
        text="Three-year plan for Nordwind, revised in August with their head of procurement.",
        happened_on=date(2026, 8, 20),
        criterion="executives",
    )
    told.act(plan, manager)
    told.act(VerifyEvidence(case=promoted.id, exhibit="E1"), "E-1003")
    declined = told.case("declined")
    endorser = next(
        one.hr_id
        for one in told.company.members
        if one.level == "senior-ae" and one.manager != told.manager("declined")
    )
    told.act(Endorse(case=declined.id, because="Knows every account; I would trust the number."), endorser)


def _calibrate(told: Told) -> None:
    outside = next(one.hr_id for one in told.company.members if one.team == "Customer Success")
    panel, spare = ("E-1005", "E-1006", "E-1007", outside), "E-1004"
    ids = {hr_id: told.staff[hr_id].id for hr_id in (*panel, spare)}
    chair = panel[0]
    opening = OpenSession(
        title="Autumn calibration",
        held_on=date(2026, 10, 14),
        chair=ids[chair],
        members=tuple(ids[one] for one in panel),
        alternates=(ids[spare],),
        quorum=3,
    )
    outcome = told.act(opening, "E-1002")
    session = str(outcome.id)
    names = [name for name in REASONS if name != "blocked"]
    for name in names:
        told.act(BringCase(session=session, case=told.labels[name]), chair)
    told.say(
        f"{outcome.label}  {len(names)} cases before {len(panel)} judges, quorum 3; scores and votes sealed."
    )
    recused = told.case("recused")
    told.act(Recuse(session=session, case=recused.id, because="She worked for me until last year."), outside)
    with told.engine.read() as tx:
        called = {one.id: one.name for one in people(tx)}
    for text in recusal_block(told.case("recused"), called):
        told.say(f"{recused.label}  blocked: {text}")
    told.act(SeatMember(session=session, member=ids[spare]), chair)
    told.say(f"{recused.label}  {told.staff[spare].name} is seated; nobody shrank the quorum.")
    for name in names:
        judges = [one for one in (*panel, spare) if ids[one] in told.case(name).eligible]
        _judge(told, session, name, judges, chair)
    told.act(CloseSession(session=session), chair)


def _judge(told: Told, session: str, name: str, judges: list[str], chair: str) -> None:
    case = told.case(name)
    with told.engine.read() as tx:
        asked = policy(tx, case.policy).move(case.source, case.target).competencies
    for number, judge in enumerate(judges):
        weak = name == "declined" and number != 1
        scores = {one: (2 if weak else 4) if n % 3 else 3 for n, one in enumerate(asked)}
        notes = {asked[0]: "Two calls reviewed."}
        told.act(GiveScores(session=session, case=case.id, scores=scores, notes=notes), judge)
    told.act(Reveal(session=session, case=case.id), chair)
    choices = {
        "promoted": ("yes", "yes", "yes", "yes"),
        "declined": ("no", "yes", "no", "no"),
        "deferred": ("no", "no", "yes", "no"),
        "recused": ("yes", "no", "yes", "yes"),
    }[name]
    why = {"yes": "The file shows it.", "no": "Not shown yet in the file."}
    for judge, choice in zip(judges, choices, strict=False):
        told.act(CastVote(session=session, case=case.id, vote=choice, because=why[choice]), judge)
    told.act(Reveal(session=session, case=case.id), chair)


def _decide(told: Told) -> None:
    told.say("")
    decider = "E-1001"
    because = {
        "promoted": "Every criterion is met, and the panel agrees.",
        "declined": "The best seller we have, and not yet somebody who makes others better; quota is not the question.",
        "deferred": "One verified executive deal short; everything else stands.",
        "recused": "Ready; the dissent asks for a mentor in the first quarter, and she gets one.",
    }
    outcomes = {"promoted": "promoted", "declined": "declined", "deferred": "deferred", "recused": "promoted"}
    for name, outcome in outcomes.items():
        case = told.case(name)
        unmet = [
            str(one["id"]) for one in top_level(case.assessments[-1].readiness) if one["status"] != "met"
        ]
        command = Decide(
            case=case.id,
            outcome=outcome,
            because=because[name],
            cite=("E1",) if name == "promoted" else ("T1",) if name == "declined" else (),
            reasons=dict.fromkeys(unmet, "Not shown in the file; see the finding."),
            effective=date(2026, 11, 1) if outcome == "promoted" else None,
            next_date=NEXT if outcome != "promoted" else None,
        )
        told.act(command, decider)
        tally = Counter(str(one.body["vote"]) for one in case.votes if isinstance(one.body, Mapping))
        votes = f"{tally['yes']} for, {tally['no']} against"
        told.say(f"{case.label}  {told.part(name).name}: {outcome} ({votes}). {because[name]}")


def export(engine: Engine, variants: tuple[str, ...]) -> int:
    """Writes each decided case's packet for each reader, and returns how many."""
    kept, written = last(engine.root), 0
    note = kept.note if kept else None
    with engine.read() as tx:
        for one in cases(tx):
            if one.outcome is None:
                continue
            for variant in VARIANTS:
                if variant in variants:
                    made = build(tx, one.id, variant, organisation=engine.config.name, checkpoint=note)
                    path = engine.root / "exports" / f"{one.label}-{variant}.html"
                    path.write_bytes(render(made, "html"))
                    written += 1
    return written


def summary(engine: Engine) -> Json:
    """Returns the contract of `rung demo --json`: the cases, and the record's size and root.

    Raises Broken where the record does not verify or replay differs.
    """
    verdict = engine.verify()
    if verdict.answer != "consistent":
        raise Broken(verdict.sentence)
    with engine.read() as tx:
        derived = replay(tx)
        if derived.differences:
            raise Broken(str(derived.differences[0]))
        names = {one.id: one.name for one in people(tx)}
        end = head(tx)
        listed: list[Json] = [
            {
                "case": one.label,
                "person": names[one.person],
                "move": f"{one.source}->{one.target}",
                "state": one.state,
                "decision": one.outcome,
                "edition": one.policy,
            }
            for one in cases(tx)
        ]
    return {"cases": listed, "record": {"size": end.size, "root": end.root}}
