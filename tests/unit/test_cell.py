"""Who may do what to a case when: every cell of role x relation x action x state, against one table in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import product

import pytest

from engine.case.answer import answer
from engine.case.command import (
    Approve,
    ApproveException,
    AskInformation,
    AttachEvidence,
    Attest,
    CaseCommand,
    CommitToRole,
    Decide,
    DeclareInterest,
    Endorse,
    GiveInformation,
    RaiseAppeal,
    RefuseException,
    RequestException,
    TakeStep,
    TellCandidate,
    VerifyEvidence,
)
from engine.case.decide import Basis, Refusal, Situation
from engine.case.state import (
    Approval,
    Assessment,
    Case,
    Change,
    Decision,
    Excepted,
    Exhibit,
    Judgement,
    Panel,
    Question,
)
from engine.record.event import Draft, Gone
from engine.session.bench import Bench
from engine.session.command import (
    AuthoriseChange,
    BreakTie,
    CallRevote,
    CastVote,
    ChangeScore,
    GiveScores,
    Judging,
    Recuse,
    Reveal,
    TakeNote,
)
from engine.session.decide import judge
from engine.session.state import Session
from terms.canonical import Json
from workflows import shipped
from workflows.definition import load_workflow

TEXT = shipped.text("promotion-review")
TEXT = TEXT.replace("after:\n", "approvals: {of: [finance]}\n\nafter:\n  commitment: 6 months\n")
WORKFLOW = load_workflow(TEXT, "w.yaml")
TODAY = date(2026, 10, 15)

ROLES = ("", "hr", "decider", "director", "finance")
RELATIONS = (
    "",
    "candidate",
    "nominator",
    "manager of candidate",
    "skip-level manager of candidate",
    "panel",
    "chair",
    "interested",
    "recused",
    "barred",
    "judged before",
)
OPEN = ("nomination", "evidence", "sealed", "open", "tied", "decision")
CONFLICTED = ("candidate", "nominator", "manager of candidate", "interested")
AGAIN = (*CONFLICTED, "judged before")
NEVER = (*CONFLICTED, "recused", "barred", "judged before")
CALIBRATION = ("sealed", "open", "tied")


@dataclass(frozen=True)
class Row:
    """Holds one action: who may take it, whom it is forbidden whatever else they are, and when it is open."""

    name: str
    command: CaseCommand | Judging
    who: tuple[str, ...]
    never: tuple[str, ...]
    when: tuple[str, ...]
    unmet: bool = False


def step(name: str) -> TakeStep:
    return TakeStep(case="c", step=name, because="Why")


def decided(outcome: str) -> Decide:
    later = date(2027, 1, 1)
    return Decide(case="c", outcome=outcome, because="Why", effective=later, next_date=later)


CASE = {"case": "c", "because": "Why"}
HERE = {"session": "s", "case": "c"}
BUILD = ("nomination", "evidence")
FILERS = ("nominator", "manager of candidate", "hr")

TABLE = (
    Row("open evidence", step("open_evidence"), FILERS, (), ("nomination",)),
    Row("freeze", step("freeze_file"), FILERS, (), ("evidence",)),
    Row("conclude", step("conclude"), ("chair",), CONFLICTED, ("tied",)),
    Row(
        "return",
        step("return_for_evidence"),
        ("chair", "hr", "decider"),
        AGAIN,
        (*CALIBRATION, "decision"),
    ),
    Row("withdraw", step("withdraw"), ("candidate", "nominator", "hr"), (), OPEN),
    Row("promote", decided("promoted"), ("decider",), AGAIN, ("decision",)),
    Row("decline", decided("declined"), ("decider",), AGAIN, ("decision",)),
    Row("defer", decided("deferred"), ("decider",), AGAIN, ("decision",)),
    Row(
        "attach",
        AttachEvidence(case="c", kind="k", text="t", happened_on=TODAY),
        ("candidate", *FILERS),
        (),
        BUILD,
    ),
    Row(
        "verify",
        VerifyEvidence(case="c", exhibit="E1"),
        ("manager of candidate", "skip-level manager of candidate", "hr"),
        ("candidate",),
        BUILD,
    ),
    Row("endorse", Endorse(case="c", because="Why"), ("anyone",), ("candidate",), BUILD),
    Row("attest", Attest(case="c", statement="values", because="Why"), ("anyone",), (), BUILD),
    Row("declare an interest", DeclareInterest(case="c", because="Why"), ("anyone",), (), OPEN),
    Row(
        "request an exception",
        RequestException(case="c", criterion="b", because="Why"),
        FILERS,
        ("candidate",),
        OPEN,
        unmet=True,
    ),
    Row(
        "approve an exception first",
        ApproveException(case="c", exception="X1", because="Why"),
        ("hr",),
        ("candidate", "interested"),
        OPEN,
    ),
    Row(
        "approve an exception last",
        ApproveException(case="c", exception="X2", because="Why"),
        ("decider",),
        CONFLICTED,
        OPEN,
    ),
    Row(
        "refuse an exception",
        RefuseException(case="c", exception="X1", because="Why"),
        ("hr",),
        ("candidate", "interested"),
        OPEN,
    ),
    Row(
        "approve", Approve(case="c", because="Why"), ("finance",), ("candidate", "interested"), ("decision",)
    ),
    Row(
        "tell",
        TellCandidate(case="c", on=TODAY, because="In person"),
        ("manager of candidate", "skip-level manager of candidate", "nominator", "hr", "decider"),
        ("candidate",),
        ("declined",),
    ),
    Row(
        "ask for information",
        AskInformation(case="c", question="Why"),
        ("panel", "chair", "decider", "hr"),
        (*CONFLICTED, "recused", "barred"),
        OPEN,
    ),
    Row(
        "give information",
        GiveInformation(case="c", question="Q1", answer="So"),
        ("candidate", "nominator", "manager of candidate", "hr"),
        (),
        OPEN,
    ),
    Row("commit", CommitToRole(case="c"), ("candidate",), (), OPEN),
    Row("appeal", RaiseAppeal(case="c", ground="process", because="Why"), ("candidate",), (), ("declined",)),
    Row(
        "score", GiveScores(session="s", case="c", scores={"k": 4}, notes={}), ("panel",), NEVER, ("sealed",)
    ),
    Row("vote", CastVote(session="s", case="c", vote="yes", because="Why"), ("panel",), NEVER, ("open",)),
    Row("recuse", Recuse(session="s", case="c", because="Why"), ("panel",), ("recused",), CALIBRATION),
    Row("reveal", Reveal(session="s", case="c", early=True), ("chair",), CONFLICTED, ("sealed", "open")),
    Row("note", TakeNote(session="s", case="c", text="t"), ("panel", "chair"), CONFLICTED, ("open", "tied")),
    Row(
        "change a score",
        ChangeScore(session="s", case="c", scores={"k": 5}, code="slip", because="Why"),
        ("panel",),
        NEVER,
        ("open",),
    ),
    Row(
        "authorise a change",
        AuthoriseChange(session="s", case="c", member="m2"),
        ("chair", "hr"),
        CONFLICTED,
        ("open",),
    ),
    Row(
        "break a tie",
        BreakTie(session="s", case="c", vote="yes", because="Why"),
        ("chair",),
        (*CONFLICTED, "recused", "judged before"),
        ("tied",),
    ),
    Row("call a revote", CallRevote(session="s", case="c", because="Why"), ("chair",), CONFLICTED, ("tied",)),
)
STATES = (*OPEN, "declined", "withdrawn")


def readiness(unmet: bool) -> Json:
    second = "not_met" if unmet else "met"
    return {"findings": [{"id": "a", "status": "met"}, {"id": "b", "status": second}]}


def given(seq: int, member: str, body: Json | Gone) -> Judgement:
    return Judgement(seq=seq, session="s", member=member, body=body, at="")


def scene(state: str, ties: str) -> Case:
    """Returns a case in one state of the table, with everything there that its actions read."""
    held: Json = {"k": {"points": 3, "note": None}}
    chain = {"by": "h0", "hand": "h0", "on": "2026-10-01", "because": "Why", "chain": ("hr", "decider")}
    first = Approval(seq=9, relation="hr", by="h1", hand="h1", on="2026-10-02", because="Why")
    case = Case(
        id="c", label="C-0001", version=9, person="p", source="ae-2", target="senior-ae", policy="p", ladder="l",
        workflow=WORKFLOW.digest, state="nomination", stage="nomination", final=False, nominator="n",
        nominated_on="2026-10-01", because="Why",
        assessments=(Assessment(seq=1, as_of="2026-10-01", fact_set="", payload={"readiness": readiness(False)}),),
        exhibits=(Exhibit(id="E1", kind="k", criterion=None, happened_on="2026-10-01", by="n", seq=2, digest="",
                          text=""),),
        exceptions=(
            Excepted(id="X1", seq=3, criterion="a", status="met", **chain),  # type: ignore[arg-type]
            Excepted(id="X2", seq=4, criterion="a", status="met", approvals=(first,), **chain),  # type: ignore[arg-type]
        ),
    )  # fmt: skip
    if state in BUILD:
        return replace(case, state=state, stage=state)
    if state == "withdrawn":
        return replace(case, state=state, stage="decision", final=True)
    panel = Panel(session="s", label="S-0001", chair="ch", members=("m1", "m2", "m3"), barred=(), alternates=(),
                  quorum=2, since=10, ties=ties)  # fmt: skip
    case = replace(case, state="calibration", stage="calibration", frozen=True, panel=panel)
    if state == "sealed":
        return replace(case, scores=(given(11, "m2", Gone()), given(12, "m3", Gone())))
    asked = Change(seq=15, session="s", member="m2", code="slip", body={"scores": {"k": 4}, "because": "Why"})
    scores = tuple(given(10 + at, f"m{at}", held) for at in (1, 2, 3))
    case = replace(case, scores=scores, scores_revealed=True, changes=(asked,))
    if state == "open":
        return replace(case, votes=(given(16, "m2", Gone()), given(17, "m3", Gone())))
    yes, no = ({"vote": word, "because": "Why"} for word in ("yes", "no"))
    case = replace(case, votes=(given(16, "m2", yes), given(17, "m3", no)), votes_revealed=True)
    if state == "tied":
        return case
    case = replace(case, state="decision", stage="decision")
    if state == "decision":
        return case
    decision = Decision(seq=20, outcome="declined", on="2026-10-10", by="d", because="Why", reasons={}, cites=(),
                        effective=None, next_date="2027-01-01")  # fmt: skip
    return replace(case, state="declined", final=True, decisions=(decision,))


def relations(role: str, relation: str) -> frozenset[str]:
    held = {"anyone", role, relation} - {""}
    return frozenset(held | {"chair of session"} if relation == "chair" else held)


def asked(row: Row, case: Case, held: frozenset[str]) -> tuple[Draft, ...] | Refusal:
    me = "m1" if "panel" in held else "x"
    if isinstance(row.command, CaseCommand):
        now = Situation(
            relations=held, attached_by_actor=frozenset(), workflow=WORKFLOW, today=TODAY,
            basis=Basis(lambda: (readiness(row.unmet), "")), names={}, actor=me, hand=me,
        )  # fmt: skip
        return answer(case, row.command, now)
    bench = Bench(actor=me, person=me, relations=held, competencies=("k",), lowest=1, highest=5, today=TODAY,
                  names={}, file=lambda: frozenset({"E1"}))  # fmt: skip
    session = Session(id="s", label="S-0001", version=1, title="t", held_on="2026-10-15", chair="ch",
                      members=("m1", "m2", "m3"), alternates=(), quorum=2)  # fmt: skip
    return judge(session, case, row.command, bench)


def cells(row: Row) -> Iterator[tuple[str, str, str, frozenset[str]]]:
    for state, role, relation in product(STATES, ROLES, RELATIONS):
        yield state, role, relation, relations(role, relation)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_every_cell_is_allowed_or_refused_with_the_rule_that_says_so(row: Row) -> None:
    asked_before = (Question(id="Q1", seq=5, by="m1", on="2026-10-05", until="2026-10-19", text="Why"),)
    ties = "revote once" if row.name == "call a revote" else "chair"
    scenes = {state: scene(state, ties) for state in STATES}
    if row.name == "give information":
        scenes = {state: replace(one, questions=asked_before) for state, one in scenes.items()}
    seen = set()
    for state, role, relation, held in cells(row):
        where = f"{row.name} in {state} by {role or 'nobody'}, {relation or 'a stranger'}"
        found = asked(row, scenes[state], held)
        may = bool(held & set(row.who)) and not held & set(row.never) and state in row.when
        if may:
            assert not isinstance(found, Refusal), f"{where}: {found}"
            assert found[0].rule, where
            seen.add(state)
            continue
        assert isinstance(found, Refusal), f"{where} is allowed"
        rules = [reason.rule for reason in found.reasons]
        assert rules and all(":" in one or one == "decide" for one in rules), where
        if state not in row.when:
            continue
        kinds = {one.split(":")[0] for one in rules}
        if held & set(row.never):
            assert "forbid" in kinds or "recuse" in kinds, f"{where}: {rules}"
        else:
            assert kinds & {"permit", "who", "appeal", "forbid"}, f"{where}: {rules}"
    assert seen == set(row.when), "each state in which an action is open lets somebody take it"


def test_the_table_has_every_command_on_a_case() -> None:
    from typing import get_args

    named = {type(row.command) for row in TABLE}
    assert named >= {one for one in get_args(Judging) if isinstance(one, type)}
    missing = {one.__name__ for one in get_args(CaseCommand)} - {one.__name__ for one in named}
    assert missing <= {"MoveEdition", "Reopen", "AcceptRestatement"}, missing
