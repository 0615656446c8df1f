"""What the linter says of two thresholds is so for everybody: checked on random people."""

from __future__ import annotations

from datetime import date

from hypothesis import event, given
from hypothesis import strategies as st

from rules.evaluate import find
from rules.finding import Status
from rules.ladder import load_ladder
from rules.policy import load_policy
from rules.policylint import lint_policy
from rules.view import FactView
from tests.unit.strategy import dates, views
from tests.unit.test_lint import LADDER, POLICY

STEPS = load_ladder(LADDER, "l.yaml")
FIGURES = "{kind}: {{of: quota, {form}: {{{word}: {size}}}, over: {{last: {last}, unit: quarter}}}}"
WORDS = st.sampled_from(["at_least", "above"])


@st.composite
def pairs(draw: st.DrawFn) -> tuple[str, str]:
    """Two criteria on one thing with thresholds of their own."""
    last, months = draw(st.integers(1, 3)), draw(st.sampled_from(["", ", within: 12 months"]))
    form = draw(st.sampled_from(["each", "cumulative", "mean", "min", "max", "latest"]))
    choice = draw(st.integers(0, 5))

    def one() -> str:
        word, count = draw(WORDS), draw(st.integers(1, 3))
        percent = f"{draw(st.sampled_from([80, 95, 100, 105]))}%"
        amount = f"{draw(st.sampled_from([40, 95, 100, 220]))} USD"
        return [
            FIGURES.format(kind="attainment", form=form, word=word, size=percent, last=last),
            FIGURES.format(kind="metric", form=form, word=word, size=amount, last=last),
            f"tenure: {{in: level, at_least: {6 * count} months}}",
            f"evidence: {{kind: deal, at_least: {count}{months}}}",
            f"endorsement: {{at_least: {count}, by: outside_line{months}}}",
            f"seat: {{level: one, at_least: {count}}}",
        ][choice]

    return one(), one()


@given(pair=pairs(), turned=st.booleans(), view=views(), as_of=dates)
def test_what_contradicts_or_is_implied_is_so_for_everybody(
    pair: tuple[str, str], turned: bool, view: FactView, as_of: date
) -> None:
    first, second = pair
    other = f"{{id: b, not: {{{second}}}}}" if turned else f"{{id: b, {second}}}"
    text = POLICY.replace("CRITERIA", f"{{id: a, {first}}}, {other}").replace("TARGET", "two")
    policy = load_policy(text, "p.yaml", STEPS)
    a, b = (find(one, view, as_of).status for one in policy.moves[0].ready)
    for one in lint_policy(policy, STEPS):
        event(one.check)
        if one.check == "contradiction":
            assert (a, b) != (Status.MET, Status.MET)
        elif one.check == "always" and "holds wherever" in one.told:
            weak, strong = (a, b) if one.told.startswith("a ") else (b, a)
            assert weak is Status.MET or strong is not Status.MET
