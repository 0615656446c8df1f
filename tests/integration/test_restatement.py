"""Any run of corrections marks what rests on them, changes nothing recorded before, and is derived again."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.case.command import TakeStep
from engine.case.query import load
from engine.case.restatement import marked, restate
from engine.case.state import Case
from engine.fact.check import cited
from engine.fact.row import FactRow
from engine.fact.write import write_rows
from engine.record.event import SYSTEM, Actor
from engine.replay.replay import replay
from tests.integration.packet_story import Story, workspace

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
