"""Finds who is written to about an event, and with which words: nothing that somebody judged or wrote is among them.

Whoever may not judge a case gets no letter about a role's task on it, and the candidate only letters meant for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from engine.access.permit import CONFLICTED
from engine.case.relation import relations, standing_in
from engine.case.state import Case
from engine.case.task import Task, due_on, tasks
from engine.edition.library import workflow
from engine.growth.cycle.query import load_cycle
from engine.growth.plan.query import load_action
from engine.letter.occasion import Occasion
from engine.people.directory import natural
from engine.people.line import holders, manager_of
from engine.record.event import Actor
from engine.record.kept import read_stream
from engine.store.transaction import Tx
from workflows.deadline import Span
from workflows.vocabulary import PERSONAL

BALLOTS = ("score", "vote")
Words = Mapping[str, object]
Addressed = Mapping[str, Words]
Audience = Callable[[Occasion], Addressed]


def _all(tx: Tx, people: Iterable[str | None], **words: object) -> Addressed:
    return dict.fromkeys((natural(tx, one) for one in people if one), words)


def candidate(at: Occasion) -> Addressed:
    """Returns the candidate."""
    return _all(at.tx, [at.case.person])


def line(at: Occasion) -> Addressed:
    """Returns who nominated the candidate and who manages them."""
    return _all(at.tx, [at.case.nominator, _manager(at.tx, at.case)])


def listed(at: Occasion) -> Addressed:
    """Returns the people whom a deadline's notice names, with what was due when.

    The candidate hears of leaving a state, an answer, or the time for an appeal, which runs once they were told: never,
    ahead of time, of what follows a decision.
    """
    data = at.data
    found = _all(at.tx, data["to"], what=data["kind"], state=data["state"], due=data["due"])
    return found if str(data["kind"]).partition(" ")[0] in ("leave", "answer", "appeal") else _but(at, found)


def stuck(at: Occasion) -> Addressed:
    """Returns whom a chain that nobody can answer names, with whose turn it is in which chain."""
    return _but(at, _all(at.tx, at.data["to"], chain=at.data["chain"], relation=at.data["relation"]))


def duty(at: Occasion) -> Addressed:
    """Returns whom a notice names of what falls due beside the cases: a cycle, an action, a session, a round."""
    data = at.data
    return _all(at.tx, data["to"], item=data["label"], what=data["kind"], due=data["due"])


def doing(at: Occasion) -> Addressed:
    """Returns whoever got something to do by the event, with what: by name, or as holders of a role.

    Scoring and voting are left out (see `judging`), and so is telling the candidate: the letter about the decision
    asks for it.
    """
    after = at.case
    due = due_on(after, workflow(at.tx, after.workflow), at.tx.sources.zone)
    found: dict[str, list[str]] = {}
    for one in _fresh(at):
        if one.kind not in (*BALLOTS, "tell"):
            for who in _doers(at.tx, after, one):
                found.setdefault(who, []).append(one.kind)
    words = {"due": due.isoformat() if due else None}
    return {who: {**words, "tasks": tuple(dict.fromkeys(kinds))} for who, kinds in found.items()}


def judging(at: Occasion) -> Addressed:
    """Returns the members who have to score or to vote since the event, with the session: its cases are not told.

    So a session of two thousand cases writes each member one letter, and another only once that one was sent.
    """
    kinds: dict[str, str] = {
        natural(at.tx, one.member): one.kind for one in _fresh(at) if one.kind in BALLOTS and one.member
    }
    session = at.case.panel.label if at.case.panel else None
    return {who: {"session": session, "ballot": kind} for who, kind in kinds.items()}


def _fresh(at: Occasion) -> Iterator[Task]:
    """Yields what there is to do on a case after the event and was not before it."""
    before, after = at.steps
    if after is None:
        return
    had = set(tasks(before, workflow(at.tx, before.workflow))) if before is not None else set[Task]()
    yield from (one for one in tasks(after, workflow(at.tx, after.workflow)) if one not in had)


def _doers(tx: Tx, case: Case, one: Task) -> Iterator[str]:
    if one.member is not None:
        yield natural(tx, one.member)
        return
    today = tx.sources.today()
    if one.role in PERSONAL:
        yield from standing_in(tx, case, one.role, today)
        return
    for who in holders(tx, str(one.role), today):
        if not relations(tx, case, Actor(who), today) & set(CONFLICTED):
            yield natural(tx, who)


def asked(at: Occasion) -> Addressed:
    """Returns who can answer what is asked, the candidate among them, until when; not who asks."""
    people = [at.case.person, at.case.nominator, _manager(at.tx, at.case)]
    return _all(at.tx, people, question=at.data["question"], until=at.data["until"])


def asker(at: Occasion) -> Addressed:
    """Returns who asked what was answered."""
    past = read_stream(at.tx, at.event.stream)
    found = [
        one for one in past if one.type == "InformationAsked" and one.data["question"] == at.data["question"]
    ]
    people = [one.acting_for or one.actor for one in found]
    return _all(at.tx, people, question=at.data["question"])


def telling(at: Occasion) -> Addressed:
    """Returns who nominated the candidate and who manages them, with the day by which the candidate is to be told."""
    return _all(at.tx, [at.case.nominator, _manager(at.tx, at.case)], due=at.data.get("tell_by"))


def told(at: Occasion) -> Addressed:
    """Returns the candidate, with the last day for an appeal where there can be one."""
    case, rule = at.case, workflow(at.tx, at.case.workflow).appeal
    last = None
    if rule is not None and case.state in rule.against:
        calendar = workflow(at.tx, case.workflow).calendar
        last = Span(rule.within).due(date.fromisoformat(case.told[-1].on), calendar).isoformat()
    return _all(at.tx, [case.person], last=last)


def appealed(at: Occasion) -> Addressed:
    """Returns who hears of an appeal: nominator, manager, whoever decided, hr; never a panel."""
    case, today = at.case, at.tx.sources.today()
    last = case.decisions[-1]
    people = [case.nominator, _manager(at.tx, case), last.by, last.behalf, *holders(at.tx, "hr", today)]
    return _but(at, _all(at.tx, people))


def quorum(at: Occasion) -> Addressed:
    """Returns who can mend a lost quorum: chair, alternates, hr."""
    people = [*_chair(at.case), *at.data["alternates"], *holders(at.tx, "hr", at.tx.sources.today())]
    session = at.case.panel.label if at.case.panel else None
    return _but(at, _all(at.tx, people, session=session))


def seated(at: Occasion) -> Addressed:
    """Returns who is asked to a session, with its day; the words tell nobody's case."""
    words = {"session": at.data["label"], "held_on": at.data["held_on"]}
    sits = _all(at.tx, [at.data["chair"], *at.data["members"]], **words, alternate=False)
    return {**_all(at.tx, at.data["alternates"], **words, alternate=True), **sits}


def requester(at: Occasion) -> Addressed:
    """Returns who asked for an exception, once it has its last answer."""
    found = next(one for one in at.case.exceptions if one.id == at.data["exception"])
    return {} if found.waits else _but(at, _all(at.tx, [found.by, found.hand]))


def taker(at: Occasion) -> Addressed:
    """Returns to whom something is delegated, by whom and for which days."""
    giver = at.event.stream.removeprefix("person:")
    return _all(at.tx, [at.data["to"]], giver=giver, since=at.data["since"], until=at.data["until"])


def giver(at: Occasion) -> Addressed:
    """Returns who delegated, with to whom and for which days."""
    mine = at.event.stream.removeprefix("person:")
    return _all(at.tx, [mine], taker=at.data["to"], since=at.data["since"], until=at.data["until"])


def released(at: Occasion) -> Addressed:
    """Returns who acts for somebody no longer."""
    mine = at.event.stream.removeprefix("person:")
    return _all(at.tx, [one for one in at.event.about if one != mine], giver=mine)


def scored(at: Occasion) -> Addressed:
    """Returns whose scores a cycle asks for, and who manages them, with the day by which they are due."""
    _, cycle_id, who = at.event.stream.split(":")
    cycle, today = load_cycle(at.tx, cycle_id), at.tx.sources.today()
    words = {"cycle": cycle.name, "due": cycle.due}
    manager = _all(at.tx, [manager_of(at.tx, who, today)], **words, own=False)
    return {**manager, **_all(at.tx, [who], **words, own=True)}


def owing(at: Occasion) -> Addressed:
    """Returns who owes a cycle scores, as the reminder lists them."""
    cycle = load_cycle(at.tx, at.event.stream.removeprefix("cycle:"))
    return _all(at.tx, at.data["people"], cycle=cycle.name, due=cycle.due)


def owner(at: Occasion) -> Addressed:
    """Returns who is to do a planned action, with for whom and until when."""
    return _all(at.tx, [at.data["owner"]], action=at.data["label"], of=at.data["person"], due=at.data["due"])


def verifier(at: Occasion) -> Addressed:
    """Returns the manager of whoever finished an action, who can verify it."""
    action = load_action(at.tx, at.event.stream.removeprefix("action:"))
    above = manager_of(at.tx, action.person, at.tx.sources.today())
    return _all(at.tx, [above], action=action.label, of=action.person)


def offered(at: Occasion) -> Addressed:
    """Returns who is offered an interim role, with its days."""
    words = {name: at.data[name] for name in ("label", "level", "start", "until")}
    return _all(at.tx, [at.data["person"]], **words)


def second(at: Occasion) -> Addressed:
    """Returns who can approve an erasure as its second person: hr, but neither its subject nor who asked."""
    people = holders(at.tx, "hr", at.tx.sources.today())
    away = {natural(at.tx, one) for one in at.event.about}
    return {who: held for who, held in _all(at.tx, people).items() if who not in away}


def _but(at: Occasion, found: Addressed) -> Addressed:
    person = natural(at.tx, at.case.person)
    return {who: words for who, words in found.items() if who != person}


def _chair(case: Case) -> tuple[str, ...]:
    return (case.panel.chair,) if case.panel else ()


def _manager(tx: Tx, case: Case) -> str | None:
    return manager_of(tx, case.person, tx.sources.today())
