"""`rung policy`: lists, shows, checks and publishes policies."""

from __future__ import annotations

import click

from cli.authoring import list_editions, show_faults
from cli.compare import compare
from cli.given import load_given
from cli.option import Desk, desk
from cli.output import show_json, show_table
from cli.publish import approving, dropping, publishing


@click.group()
def policy() -> None:
    """Lists, shows, checks and publishes policies.

    Example: rung policy list
    """


policy.add_command(publishing("policy"))
policy.add_command(approving("policy"))
policy.add_command(dropping("policy", "withdraw"))
policy.add_command(dropping("policy", "reject"))
policy.add_command(compare)


ladder_option = click.option(
    "--ladder",
    metavar="FILE|NAME",
    help="The ladder; the one that the policy names otherwise, beside it or shipped.",
)


@policy.command("list")
@desk(reads=True)
def list_policies(held: Desk) -> None:
    """Lists the editions of policies.

    Example: rung policy list
    """
    list_editions(held, "policy")


@policy.command()
@click.argument("given", metavar="FILE|NAME")
@ladder_option
@desk(reads=True)
def show(held: Desk, given: str, ladder: str | None) -> None:
    """Shows what a policy asks of each move, criterion by criterion.

    Example: rung policy show sales
    """
    from rules.criterion import Group

    found, _ = load_given(given, ladder)
    if held.json:
        show_json(
            {
                "policy": found.id,
                "edition": found.edition_label,
                "effective": found.effective.isoformat(),
                "digest": found.digest,
                "moves": [
                    {
                        "move": one.id,
                        "workflow": one.workflow or None,
                        "required": [each.id for each in one.ready],
                        "advisory": [each.id for each in one.advisory],
                        "competencies": list(one.competencies),
                    }
                    for one in found.moves
                ],
            }
        )
        return
    click.echo(f"{found.id} {found.edition_label}, effective {found.effective}, edition {found.digest[:12]}")
    for one in found.moves:
        rows = [
            (each.id, each.kind if not isinstance(each, Group) else f"{each.kind} {each.need}", each.says)
            for each in (*one.ready, *one.advisory)
        ]
        title = f"{one.id}, by {one.workflow}" if one.workflow else one.id
        show_table(title, ("criterion", "kind", "says"), rows)


@policy.command()
@click.argument("given", metavar="FILE|NAME")
@ladder_option
@desk(reads=True)
def lint(held: Desk, given: str, ladder: str | None) -> None:
    """Checks a policy: its form, and what it says but cannot mean. Exits with 1 where it finds anything.

    Example: rung policy lint sales
    """
    from engine.edition.catalog import supply
    from rules.policylint import lint_policy

    found, steps = load_given(given, ladder)
    show_faults(f"{found.id} {found.edition_label}", lint_policy(found, steps, supply()), held.json)


@policy.command()
@desk(reads=True)
def schema(held: Desk) -> None:
    """Prints the JSON Schema of policy files, by which an editor completes keys and marks faults.

    Example: rung policy schema > policy.schema.json
    """
    from rules.schema import schema as described

    show_json(described())


@policy.command()
@click.argument("given", metavar="FILE|NAME")
@click.option(
    "--tests", "tests", metavar="FILE", help="The tests; those beside the policy (NAME.test.yaml) otherwise."
)
@click.option("--coverage", is_flag=True, help="List what no test showed; exit with 1 where there is any.")
@ladder_option
@desk(reads=True)
def test(held: Desk, given: str, tests: str | None, coverage: bool, ladder: str | None) -> None:
    """Runs a policy's tests: given facts, expected findings. Exits with 1 where one fails.

    So it does where `coverage: complete` stands in the tests and none of them shows an outcome of a criterion.

    Example: rung policy test sales --coverage
    """
    from cli.authoring import trials
    from cli.unseen import never_seen, show_unseen
    from rules.trial import complete, load_trials, run

    found, steps = load_given(given, ladder)
    text, file = trials(given, tests)
    held_trials = load_trials(text, file, found, steps)
    failures, unseen = run(held_trials, found)
    asked = coverage or complete(text, file)
    if held.json:
        show_json(
            {
                "policy": found.id,
                "edition": found.edition_label,
                "tests": len(held_trials),
                "failures": [str(one) for one in failures],
                "never": never_seen(unseen),
            }
        )
    else:
        for one in failures:
            click.echo(str(one))
        count = f"{len(held_trials)} test{'' if len(held_trials) == 1 else 's'}"
        told = f"{len(failures)} expectations not met" if failures else "all as expected"
        click.echo(f"{found.id} {found.edition_label}: {count}, {told}.")
        show_unseen(unseen, listed=asked)
    if failures or (asked and unseen):
        raise SystemExit(1)


@policy.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@ladder_option
@desk(reads=True)
def diff(held: Desk, old: str, new: str, ladder: str | None) -> None:
    """Says in words what changed from one edition to another. Exits with 1 where anything did.

    Each is a file, the name of a policy that ships, or NAME@EDITION of the workspace.

    Example: rung policy diff sales-development-2025 sales-development-2026
    """
    from rules.diff import diff as changes

    before, _ = load_given(old, ladder, held)
    after, steps = load_given(new, ladder, held)
    found = changes(before, after, steps)
    if held.json:
        show_json({"from": before.digest, "to": after.digest, "changes": list(found)})
    elif not found:
        click.echo("Nothing changed.")
    else:
        for one in found:
            click.echo(one)
    if found:
        raise SystemExit(1)


@policy.command()
@desk(reads=True)
def settle(held: Desk) -> None:
    """Brings open cases under the editions that have come into effect, as these say of open cases.

    The next command on a case does the same for that case; this one is for a scheduler.

    Example: rung policy settle
    """
    found = held.engine.settle_editions()
    if held.json:
        show_json(
            [{"event": one.type, "seq": one.seq, "case": one.stream, "why": one.data["why"]} for one in found]
        )
        return
    moved = sum(one.type == "EditionMoved" for one in found)
    kept = len(found) - moved
    click.echo(f"{moved} open cases moved to another edition, {kept} kept theirs after both were weighed.")
