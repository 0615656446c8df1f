"""What the terminal shows of a readiness, a case and a session; people by name, states by word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from cli.course import course_lines
from cli.fork import dates_of, show_earliest, still
from cli.mark import STATUS, show_choices, show_restated
from cli.output import show_table
from engine.access.permit import BECAUSE
from engine.record.event import Gone
from engine.view.case import blocked, look, stuck
from engine.view.course import who
from engine.view.session import sit
from rules.word import words
from terms.canonical import Json

if TYPE_CHECKING:
    from engine.bootstrap import Engine
    from engine.case.readiness import Assessed
    from engine.case.state import Case
    from engine.round.ahead import Opening


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


def show_readiness(name: str, assessed: Assessed, opening: Opening | None) -> None:
    """Prints one readiness with the edition that it was judged by, and the earliest date with what it assumes."""
    held = assessed.readiness
    move, edition = assessed.move, assessed.policy
    click.echo(f"{name}, {move.source} -> {move.target}, as of {held.as_of}: {STATUS[str(held.status)]}")
    click.echo(f"Policy {edition.id} {edition.edition_label}, edition {edition.digest[:12]}")
    ahead = assessed.when()
    _show_findings("", held.json(), dates_of(ahead))
    if held.status != "met" or opening is not None:
        show_earliest(ahead, opening)


def show_case(engine: Engine, label: str, until: str | None = None, reader: str | None = None) -> None:
    """Prints a case on one page, as it stood at a moment where one is given."""
    with engine.read() as tx:
        case, knows, names, ways, _ = look(tx, label, reader, until)
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


def show_session(engine: Engine, label: str, reader: str | None = None) -> None:
    """Prints a session: the panel, then each case."""
    with engine.read() as tx:
        session, cases, names, _ = sit(tx, label, reader)
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
