"""Any run of corrections marks what rests on them, changes nothing recorded before, and is derived again."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.case.arrival import Arrival, reached
from engine.case.command import TakeStep
from engine.case.query import load
from engine.case.restatement import marked, restate
from engine.case.state import Case
from engine.fact.check import cited
from engine.fact.row import FactRow
from engine.fact.write import write_rows
from engine.record.event import SYSTEM, Actor
from engine.replay.replay import replay
from tests.integration.packet_story import POLICY, Story, decided, frozen, judged, workspace

QUARTERS = (("2026-02-01", "2026-05-01"), ("2026-05-01", "2026-08-01"))
STEPS = st.lists(
    st.tuples(st.sampled_from([0, 1]), st.integers(1, 900_000)) | st.just("freeze"), min_size=1, max_size=6
)
Steps = list[tuple[int, int] | str]


def correct(story: Story, quarter: int, amount: int) -> None:
    """Writes another figure for a quarter, as an import does, with what it means for cases."""
    start, end = QUARTERS[quarter]
    row = FactRow(
        row=2,
        field="actual",
        person=story.ids["Rep Rao"],
        kind="actual",
        key=f"actual|{start}",
        name="quota",
        start=start,
        end=end,
        value=str(amount),
        unit="EUR",
    )
    with story.engine.write() as tx:
        event = write_rows(
            tx, [row], Actor(SYSTEM), type_="FactsImported", data={}, command="Import", rule=None
        )
        restate(tx, event.seq)


def case_of(story: Story) -> Case:
    with story.engine.read() as tx:
        return load(tx, story.case)


def play(story: Story, steps: Steps) -> None:
    """Takes the steps, and holds the case after each to what it must be."""
    boss, hr = story.actor("Boss Bold"), story.actor("Hana Hr")
    story.engine.act(TakeStep(case=story.case, step="open_evidence"), boss)
    touched: set[int] = set()
    for step in steps:
        before = case_of(story)
        if isinstance(step, str):
            if before.frozen:
                again = TakeStep(case=story.case, step="return_for_evidence", because="Again")
                story.engine.act(again, hr)
            story.engine.act(TakeStep(case=story.case, step="freeze_file"), boss)
            touched = set()
        else:
            correct(story, *step)
            touched.add(step[0])
        after = case_of(story)
        assert after.assessments[: len(before.assessments)] == before.assessments, "nothing before it changes"
        assert {
            QUARTERS.index(_quarter(story, was)) for one in after.restated for was, _ in one.facts
        } == touched
    with story.engine.read() as tx:
        assert (story.case in marked(tx)) is bool(touched)
        found = replay(tx)
    assert found.differences == ()
    assert (found.restated != ()) is bool(touched)


def _quarter(story: Story, source: str) -> tuple[str, str]:
    with story.engine.read() as tx:
        row = cited(tx, source)[0]
    assert row.end is not None
    return row.start, row.end


@settings(max_examples=8)
@given(steps=STEPS)
def test_whatever_is_corrected_marks_what_rests_on_it_and_is_derived_again(steps: Steps) -> None:
    with TemporaryDirectory() as place:
        story = workspace(Path(place) / "ws")
        try:
            play(story, steps)
        finally:
            story.engine.close()


def test_a_restatement_is_the_same_on_either_database(url: str, tmp_path: Path) -> None:
    story = workspace(tmp_path / "ws", None if url.startswith("sqlite") else url)
    try:
        play(story, [(0, 1), (1, 500_000), "freeze", (0, 450_000), "freeze", (1, 2)])
    finally:
        story.engine.close()


OTHERS = f"""{POLICY}
      - id: team
        attainment: {{of: {{team: quota}}, cumulative: {{at_least: 100%}}, over: {{last: 2, unit: quarter}}}}
      - id: coached
        attainment: {{of: {{coached: quota}}, cumulative: {{at_least: 50%}}, over: {{last: 2, unit: quarter}}}}
"""
FIRST, LAST = QUARTERS


def place(story: Story, who: str, kind: str, key: str, name: str, start: str) -> FactRow:
    return FactRow(row=50, field=key, person=story.ids[who], kind=kind, key=key, name=name, start=start)


def figure(
    story: Story, row: int, who: str, sides: dict[str, str | None], quarter: tuple[str, str]
) -> list[FactRow]:
    start, end = quarter
    return [
        FactRow(
            row=row, field=side, person=story.ids[who], kind=side, key=f"{side}|{start}", name="quota",
            start=start, end=end, value=value, unit="EUR",
        )
        for side, value in sides.items()
    ]  # fmt: skip


def brought(story: Story, rows: list[FactRow]) -> None:
    """Writes facts as an import does, with what they mean for cases."""
    with story.engine.write() as tx:
        about = {"type_": "FactsImported", "command": "Import", "rule": None}
        event = write_rows(tx, rows, Actor(SYSTEM), data={}, **about)  # type: ignore[arg-type]  # a plain map
        restate(tx, event.seq)


def led(story: Story) -> None:
    """Rep leads Sam and coaches Dee; of each the last quarter is due and not in."""
    rows = [
        place(story, "Stranger Sam", "manager", "manager|1", story.ids["Rep Rao"], "2025-01-06"),
        place(story, "Rep Rao", "coaching", "coaching|2", story.ids["Dee Cider"], "2026-01-15"),
    ]
    due = {"expected": None, "target": "100"}
    for n, who in enumerate(("Stranger Sam", "Dee Cider")):
        rows += figure(story, 60 + n, who, {**due, "actual": "120"}, FIRST)
        rows += figure(story, 70 + n, who, due, LAST)
    brought(story, rows)


NAMES = {"team": "team:quota", "coached": "coached:quota"}


@pytest.mark.parametrize("done", [False, True], ids=["open", "decided"])
def test_a_late_figure_of_somebody_led_or_coached_marks_a_case_as_ones_own_does(
    url: str, tmp_path: Path, done: bool
) -> None:
    database = None if url.startswith("sqlite") else url
    story = workspace(tmp_path / "ws", database, OTHERS, led)
    try:
        if done:
            decided(judged(frozen(story)))
        before = case_of(story)
        whole: dict[str, str | None] = {"expected": None, "target": "100", "actual": "90"}
        brought(story, figure(story, 2, "Vera Vice", whole, LAST))
        brought(story, figure(story, 2, "Stranger Sam", whole, ("2026-08-01", "2026-11-01")))
        assert case_of(story).restated == (), "nobody of the team, and no period that was read"
        brought(story, figure(story, 2, "Stranger Sam", {"actual": "90"}, LAST))
        assert marks(story) == {f"actual of team:quota for [{', '.join(LAST)})"}
        brought(story, figure(story, 2, "Dee Cider", {"actual": "90"}, LAST))
        assert marks(story) == {f"actual of {one} for [{', '.join(LAST)})" for one in NAMES.values()}
        joined = place(story, "Vera Vice", "manager", "manager|1", story.ids["Rep Rao"], "2025-01-06")
        brought(story, [joined, *figure(story, 2, "Vera Vice", whole, FIRST)])
        assert f"actual of team:quota for [{', '.join(FIRST)})" in marks(story), "the sum was read without it"
        brought(story, figure(story, 4, "Stranger Sam", {"actual": "60"}, FIRST))
        after = case_of(story)
        assert any(was.startswith("f") for one in after.restated for was, _ in one.facts), "a correction too"
        assert after.assessments == before.assessments and after.decisions == before.decisions
        with story.engine.read() as tx:
            assert ("Decided" in marked(tx)[story.case]) is done
            assert replay(tx).differences == ()
    finally:
        story.engine.close()


def marks(story: Story) -> set[str]:
    return {was for one in case_of(story).restated for was, _ in one.facts}


def test_a_figure_of_many_people_at_once_reaches_whoever_leads_or_coaches_them(
    url: str, tmp_path: Path
) -> None:
    story = workspace(tmp_path / "ws", None if url.startswith("sqlite") else url, OTHERS, led)
    try:
        with story.engine.read() as tx:
            one = Arrival("f1.1.actual", "actual", "quota", *LAST)
            people = [
                story.ids["Stranger Sam"],
                story.ids["Dee Cider"],
                *(f"nobody-{n}" for n in range(70_000)),
            ]
            found = reached(tx, dict.fromkeys(people, (one,)))
        mine = [each.name for each in found[story.ids["Rep Rao"]]]
        assert mine == ["team:quota", "coached:quota"]
    finally:
        story.engine.close()
