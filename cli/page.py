"""What the terminal shows of a readiness, a case and a session; people by name, states by word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from cli.course import course_json, course_lines, who
from cli.fork import dates_of, show_earliest, still
from cli.mark import STATUS, show_choices, show_restated
from cli.output import show_table
from engine.access.permit import BECAUSE
from engine.record.event import Gone
from rules.word import words
from terms.canonical import Json

if TYPE_CHECKING:
    from engine.bootstrap import Engine
    from engine.case.readiness import Assessed
    from engine.case.state import Case
    from engine.session.state import Session
    from engine.store.transaction import Tx


NO_DATES: Mapping[str, str] = {}


def finding_rows(
    findings: Sequence[Mapping[str, Any]], depth: int = 0, dates: Mapping[str, str] = NO_DATES
) -> Iterator[tuple[str, ...]]:
    """Yields one row per finding, children indented: id, status, required, observed, what is to do and from when."""
    for finding in findings:
        told = words(finding)
        name = "  " * depth + str(finding["id"]) + (" (advisory)" if finding.get("advisory") else "")
        todo = told.lacking
        if finding["status"] != "met" and finding["id"] in dates and not depth:
            todo = still(todo, dates[str(finding["id"])])
        yield name, STATUS[str(finding["status"])], told.required, told.observed, todo
        yield from finding_rows(finding.get("children", ()), depth + 1)


def arithmetic(findings: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yields each finding that adds something up, with how, children included."""
    for finding in findings:
        if finding["arithmetic"]:
            yield str(finding["id"]), "; ".join(finding["arithmetic"])
        yield from arithmetic(finding.get("children", ()))


def _show_findings(title: str, readiness: Json | Gone, dates: Mapping[str, str] = NO_DATES) -> None:
    if isinstance(readiness, Gone) or not isinstance(readiness, Mapping):
        click.echo(f"{title}: {readiness}")
        return
    held: Mapping[str, Any] = readiness
    rows = [*finding_rows(held["findings"], dates=dates), *finding_rows(held["advisory"])]
    show_table(title, ("criterion", "status", "required", "observed", "still to do"), rows)
    for name, sums in arithmetic([*held["findings"], *held["advisory"]]):
        click.echo(f"  {name}: {sums}")


def show_readiness(name: str, assessed: Assessed) -> None:
    """Prints one readiness with the edition that it was judged by, and the earliest date with what it assumes."""
    held = assessed.readiness
    move, edition = assessed.move, assessed.policy
    click.echo(f"{name}, {move.source} -> {move.target}, as of {held.as_of}: {STATUS[str(held.status)]}")
    click.echo(f"Policy {edition.id} {edition.edition_label}, edition {edition.digest[:12]}")
    ahead = assessed.when()
    _show_findings("", held.json(), dates_of(ahead))
    if held.status != "met":
        show_earliest(ahead)


def _load(
    engine: Engine, label: str, until: str | None, reader: str | None
) -> tuple[Case, bool, dict[str, str], tuple[str, ...], dict[str, str]]:
    from engine.case.ballot import seen_by
    from engine.case.query import find_case
    from engine.edition.library import workflow
    from engine.people.directory import people
    from workflows.machine import allowed

    with engine.read() as tx:
        case, knows = seen_by(tx, find_case(tx, label), reader, until)
        staff = people(tx)
        ways = tuple(one.name for one in allowed(workflow(tx, case.workflow), case.state))
    return case, knows, {one.id: one.name for one in staff}, ways, {one.id: one.label for one in staff}


def case_json(engine: Engine, label: str, until: str | None = None, reader: str | None = None) -> Json:
    """Returns a case as JSON: people by label; who has judged under seal for its chair and panel only."""
    from engine.case import restatement
    from engine.session.execute import judged_competencies

    case, knows, _, ways, labels = _load(engine, label, until, reader)
    with engine.read() as tx:
        asked = judged_competencies(tx, case)
        restated = restatement.json_of(tx, case)
        told = [*blocked(case, labels), *stuck(tx, case)]
    shown: dict[str, Json] = {
        "case": case.label,
        "person": labels.get(case.person, case.person),
        "move": f"{case.source}->{case.target}",
        "state": case.state,
        "stage": case.stage,
        "edition": case.policy,
        "ladder": case.ladder,
        "workflow": case.workflow,
        "nominator": labels.get(case.nominator, case.nominator),
        "because": _plain(case.because),
        "frozen": case.frozen,
        "readiness": _plain(case.assessments[-1].readiness),
        "exhibits": [_exhibit(one, labels) for one in case.exhibits],
        "statements": [_exhibit(one, labels) for one in case.statements],
        "competencies": list(asked),
        "session": case.panel.label if case.panel else None,
        "decisions": [
            {
                "outcome": one.outcome,
                "on": one.on,
                "by": who(one.behalf or one.by, one.by, labels),
                "because": _plain(one.because),
                "reasons": _plain(one.reasons),
                "cites": list(one.cites),
                "effective": one.effective,
                "next_date": one.next_date,
            }
            for one in case.decisions
        ],
        "steps": list(ways),
        "version": case.page,
        **course_json(case, labels, engine.sources.today()),
        "restated": restated,
        "editions": [
            {
                "edition": one.edition,
                "other": one.other,
                "moved": one.moved,
                "why": one.why,
                "on": one.on,
                "status": one.status,
                "other_status": one.other_status,
            }
            for one in case.choices
        ],
    }
    return {**shown, **_judgements(case, labels, knows=knows), "blocked": told}


def _plain(value: Json | Gone) -> Json:
    return f"({value})" if isinstance(value, Gone) else value


def _exhibit(one: Any, labels: Mapping[str, str]) -> Json:
    return {
        "id": one.id,
        "kind": one.kind,
        "criterion": one.criterion,
        "on": one.happened_on,
        "by": labels.get(one.by, one.by),
        "verified_by": labels.get(one.verified_by, one.verified_by) if one.verified_by else None,
        "digest": one.digest,
        "text": one.text["text"] if isinstance(one.text, Mapping) else _plain(one.text),
    }


def _judgements(case: Case, names: Mapping[str, str], *, knows: bool) -> dict[str, Json]:
    scored, voted = case.judged(case.scores), case.judged(case.votes)
    return {
        "scored": [names.get(one, one) for one in sorted(scored)] if knows or case.scores_revealed else None,
        "voted": [names.get(one, one) for one in sorted(voted)] if knows or case.votes_revealed else None,
        "scores": {names.get(one, one): _plain(held.body) for one, held in sorted(scored.items())}
        if case.scores_revealed
        else None,
        "votes": {names.get(one, one): _plain(held.body) for one, held in sorted(voted.items())}
        if case.votes_revealed
        else None,
        "recused": [names.get(one, one) for one in case.recused],
    }


def show_case(engine: Engine, label: str, until: str | None = None, reader: str | None = None) -> None:
    """Prints a case on one page, as it stood at a moment where one is given."""
    case, knows, names, ways, _ = _load(engine, label, until, reader)
    person = names.get(case.person, case.person)
    click.echo(f"{case.label}  {person}, {case.source} -> {case.target}: {case.state}")
    click.echo(
        f"Nominated {case.nominated_on} by {names.get(case.nominator, case.nominator)}: {case.because}"
    )
    click.echo(
        f"Policy edition {case.policy[:12]}, file {'frozen' if case.frozen else 'open'}, version {case.page}"
    )
    show_choices(case)
    held = case.assessments[-1]
    _show_findings(f"Readiness as of {held.as_of}", held.readiness)
    show_restated(engine, case)
    exhibits = [
        (
            one.id,
            one.kind,
            one.criterion or "",
            one.happened_on,
            names.get(one.by, one.by),
            names.get(one.verified_by, one.verified_by) if one.verified_by else "not verified",
            str(one.text["text"]) if isinstance(one.text, Mapping) else str(one.text),
        )
        for one in (*case.exhibits, *case.statements)
    ]
    if exhibits:
        show_table("File", ("id", "kind", "criterion", "on", "by", "verified by", "text"), exhibits)
    if case.panel is not None:
        _show_panel(case, names, knows=knows)
    for one in case.decisions:
        by = who(one.behalf or one.by, one.by, names)
        click.echo(f"{one.outcome.capitalize()} on {one.on} by {by}: {one.because}")
        if isinstance(one.reasons, Mapping):
            for criterion, text in one.reasons.items():
                click.echo(f"  {criterion}: {text}")
        if one.next_date:
            click.echo(f"  Looked at again on {one.next_date}.")
    for line in course_lines(case, names, engine.sources.today()):
        click.echo(line)
    with engine.read() as tx:
        for told in (*blocked(case, names), *stuck(tx, case)):
            click.echo(f"Blocked: {told}")
    if ways:
        click.echo(f"Steps from here: {', '.join(ways)}")


def _sealed(member: str, case: Case, given: Mapping[str, object], *, knows: bool, begun: bool) -> str:
    """Returns what stands for a judgement under seal: whether it is in, for whoever may know that."""
    if member not in case.eligible or not begun:
        return ""
    if not knows:
        return "sealed"
    return "in, sealed" if member in given else "to come"


def _show_panel(case: Case, names: Mapping[str, str], *, knows: bool) -> None:
    assert case.panel is not None
    scored, voted = case.judged(case.scores), case.judged(case.votes)
    rows = []
    for member in case.panel.members:
        standing = "judges"
        if member in case.panel.barred:
            why = case.panel.why.get(member, ())
            standing = "barred: " + ("; ".join(BECAUSE.get(one, one) for one in why) or "a conflict")
        elif member in case.recused:
            standing = "recused"
        elif member in case.interests:
            standing = "declared an interest"
        elif member in case.panel.groups:
            standing = f"judges for {case.panel.groups[member]}"
        points = _sealed(member, case, scored, knows=knows, begun=not case.scores_revealed)
        if case.scores_revealed and member in scored and isinstance(scored[member].body, Mapping):
            held: Any = scored[member].body
            points = ", ".join(f"{name} {_points(given)}" for name, given in held.items())
        begun = case.scores_revealed and not case.votes_revealed
        choice = _sealed(member, case, voted, knows=knows, begun=begun)
        if case.votes_revealed and member in voted and isinstance(voted[member].body, Mapping):
            cast: Any = voted[member].body
            choice = f"{cast['vote']}: {cast['because']}"
        rows.append((names.get(member, member), standing, points, choice))
    least = "".join(f", {number} from {group}" for group, number in case.panel.minimum.items())
    title = f"{case.panel.label}, quorum {case.panel.quorum}{least}"
    show_table(title, ("member", "standing", "scores", "vote"), rows)
    for note in case.notes:
        cites = f" [{', '.join(note.cites)}]" if note.cites else ""
        click.echo(f"Noted by {names.get(note.by, note.by)}: {note.text}{cites}")
    for change in case.changes:
        if isinstance(change.body, Mapping):
            by = change.authorised_by
            state = f"authorised by {names.get(by, by)}" if by else "waits to be authorised"
            asked: Any = change.body["scores"]
            new = ", ".join(f"{name} {value}" for name, value in asked.items())
            who = names.get(change.member, change.member)
            click.echo(f"Change asked by {who} ({change.code}): {new}: {change.body['because']}; {state}.")


def _points(given: Mapping[str, Any]) -> str:
    return f"{given['points']} (was {given['was']})" if "was" in given else str(given["points"])


def history_rows(engine: Engine, label: str, reader: str | None = None) -> list[tuple[str, ...]]:
    """Returns a case's events: seq, time, type, who, what moved, and the event in words.

    The seq is empty where it would tell how many judgements under seal came before.
    """
    from engine.case import ballot
    from engine.case.query import find_case, load
    from engine.case.word import told
    from engine.people.directory import people
    from engine.record.kept import read_stream

    with engine.read() as tx:
        case_id = find_case(tx, label)
        events, since = read_stream(tx, f"case:{case_id}"), None
        if not ballot.knows(tx, load(tx, case_id), reader):
            events, since = ballot.told(events)
        names = {one.id: one.name for one in people(tx)}
    rows: list[tuple[str, ...]] = []
    for event in events:
        moved = f"{event.data['from']} -> {event.data['to']}" if "transition" in event.data else ""
        by = who(event.acting_for or event.actor, event.actor, names)
        what = moved or str(event.data.get("exhibit", ""))
        number = str(event.seq) if since is None or event.seq <= since else ""
        rows.append((number, event.recorded_at[:19], event.type, by, what, told(event)))
    return rows


def _session(
    engine: Engine, label: str, reader: str | None
) -> tuple[Session, list[tuple[Case, bool]], dict[str, str], dict[str, str]]:
    from engine.case.ballot import seen_by
    from engine.people.directory import people
    from engine.session.query import find_session, load_session

    with engine.read() as tx:
        session = load_session(tx, find_session(tx, label))
        cases = [seen_by(tx, one, reader) for one in dict.fromkeys(session.cases)]
        staff = people(tx)
    return session, cases, {one.id: one.name for one in staff}, {one.id: one.label for one in staff}


def session_json(engine: Engine, label: str, reader: str | None = None) -> Json:
    """Returns a session as JSON: who sits, and per case who has judged, as far as its reader may know."""
    session, cases, _, labels = _session(engine, label, reader)
    return {
        "session": session.label,
        "held_on": session.held_on,
        "state": session.state,
        "quorum": session.quorum,
        "chair": labels.get(session.chair, session.chair),
        "members": [labels.get(one, one) for one in session.members],
        "alternates": [labels.get(one, one) for one in session.alternates],
        "cases": [
            {
                "case": one.label,
                "state": one.state,
                "version": one.page,
                **_judgements(one, labels, knows=knows),
                "blocked": blocked(one, labels),
            }
            for one, knows in cases
        ],
    }


def blocked(case: Case, names: Mapping[str, str]) -> list[str]:
    """Returns what recusals and conflicts keep a case from (law 8); empty where nothing does."""
    from engine.case.guard import recusal_block

    return list(recusal_block(case, names))


def stuck(tx: Tx, case: Case) -> list[str]:
    """Returns which approvals nobody can give as things stand, and why."""
    from engine.case.execute import waiting

    return [one.told for one in waiting(tx, case)]


def show_session(engine: Engine, label: str, reader: str | None = None) -> None:
    """Prints a session: the panel, then each case."""
    session, cases, names, _ = _session(engine, label, reader)
    chair = names.get(session.chair, session.chair)
    click.echo(f"{session.label}  {session.title}, {session.held_on}: {session.state}, chaired by {chair}")
    for case, knows in cases:
        person = names.get(case.person, case.person)
        click.echo(
            f"\n{case.label}  {person}, {case.source} -> {case.target}: {case.state}, version {case.page}"
        )
        if case.panel is not None:
            _show_panel(case, names, knows=knows)
        for told in blocked(case, names):
            click.echo(f"Blocked: {told}")
