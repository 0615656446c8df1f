"""Ladders and the shipped pack: faults are told with their place, and what ships is whole."""

from __future__ import annotations

import pytest

from rules.ladder import Ladder, load_ladder
from rules.lint import lint_ladder
from rules.policy import load_policy
from rules.shipped import ladder_text, names, policy_text
from terms.error import Malformed, Unknown

LADDER = """ladder: l
name: L
scale: {lowest: 1, highest: 2}
tracks: {ic: Expert, management: Manager}
categories: [{id: a, name: A}]
competencies:
  - {id: x, name: X, category: a, rubric: {1: starts, 2: ends}}
levels:
  - {id: one, name: One, rank: 1, scope: S, responsibilities: [], competencies: [x]}
  - {id: two, name: Two, rank: 2, track: ic, scope: S2, responsibilities: [], competencies: [x], apart: More}
  - {id: boss, name: Boss, rank: 2, track: management, scope: S3, responsibilities: [], competencies: [x], apart: M}
moves: [{from: one, to: two}, {from: one, to: boss}]
"""


def loaded(text: str = LADDER) -> Ladder:
    return load_ladder(text, "l.yaml")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("category: a", "category: b", "l.yaml, line 7, column 32\n'b' is no category; there is a."),
        (
            "2: ends",
            "3: ends",
            "l.yaml, line 7, column 43\nThe rubric of x must have a behaviour for each of 1, 2.",
        ),
        ("track: ic", "track: ci", "l.yaml, line 10, column 42\n'ci' is no track; there is ic, management."),
        ("to: two}", "to: too}", "l.yaml, line 12, column 25\n'too' is no level; did you mean `two`?"),
        (
            "id: two",
            "id: one",
            "l.yaml, line 10, column 10\n'one' is written twice among the levels; keep one.",
        ),
        ("rank: 1", "rank: first", "l.yaml, line 9, column 32\n`rank` must be integer, not 'first'."),
        ("scope: S", "scop: S", "l.yaml, line 9, column 41\n`scop` is not a key here; did you mean `scope`?"),
        (
            "scale:",
            "commitment: {reversible_for: 12 weeks}\nscale:",
            "l.yaml, line 3, column 30\n`reversible_for`: '12 weeks' is no length of time; "
            "write one such as 90 days or 4 months.",
        ),
        (
            "scale:",
            "interim: {longer_than: 4 months, shorter_than: 120 days}\nscale:",
            "l.yaml, line 3, column 10\nNo interim role lasts longer than 4 months and shorter than 120 days. "
            "Write bounds that leave some days between them.",
        ),
        (
            "{from: one, to: boss}",
            "{from: two, to: boss}, {from: boss, to: two}",
            "l.yaml, line 12, column 31\nThese moves lead up in a circle: two -> boss -> two.",
        ),
    ],
)
def test_a_ladder_with_a_fault_tells_where(old: str, new: str, told: str) -> None:
    with pytest.raises(Malformed) as refused:
        loaded(LADDER.replace(old, new, 1))
    assert str(refused.value) == told


@pytest.mark.parametrize(
    ("old", "new", "check", "told"),
    [
        ("2: ends", "2: Starts ", "rubric", "Points 1 and 2 of x say the same."),
        (", apart: More", "", "apart", "two does not say what sets it apart from the level below."),
        (", {from: one, to: boss}", "", "unreached", "No move leads to or from boss."),
        ("track: management, ", "", "track", "No level is on the track management."),
    ],
)
def test_lint_finds_what_a_ladder_cannot_mean(old: str, new: str, check: str, told: str) -> None:
    assert lint_ladder(loaded()) == ()
    found = lint_ladder(loaded(LADDER.replace(old, new, 1)))
    assert [(one.check, one.told) for one in found] == [(check, told)]
    assert found[0].place.startswith("l.yaml, line ") and found[0].fix


def test_what_ships_has_no_fault() -> None:
    for name in names("ladders"):
        assert lint_ladder(load_ladder(ladder_text(name), f"{name}.yaml")) == ()
    with pytest.raises(
        Unknown, match="nothing is none of the ladders that ship with Rung: customer-success, director-path"
    ):
        ladder_text("nothing")


def test_the_sales_ladder_has_the_fork_the_five_categories_and_a_whole_rubric() -> None:
    ladder = load_ladder(ladder_text("sales"), "sales.yaml")
    assert list(ladder.levels)[:5] == ["sdr", "ae-1", "ae-2", "senior-ae", "sales-manager"]
    ranks = {
        track: [one.rank for one in ladder.levels.values() if one.track == track and not one.optional]
        for track in ladder.tracks
    }
    assert ranks == {"ic": [4, 5, 6], "management": [4, 5, 6]}
    assert len(ladder.categories) == 5
    used = {name for level in ladder.levels.values() for name in level.competencies}
    assert used == set(ladder.competencies)
    for one in ladder.competencies.values():
        assert len(set(one.rubric.values())) == 5


def test_an_edition_is_named_by_what_is_written_and_by_its_ladder() -> None:
    text = policy_text("sales")
    ladder = load_ladder(ladder_text("sales"), "sales.yaml")
    other = load_ladder(ladder_text("sales").replace("name: Sales\n", "name: Selling\n", 1), "sales.yaml")
    first = load_policy(text, "sales.yaml", ladder).digest
    assert load_policy(f"# a comment\n{text}", "elsewhere.yaml", ladder).digest == first
    assert load_policy(text.replace("9 months", "8 months"), "sales.yaml", ladder).digest != first
    assert load_policy(text, "sales.yaml", other).digest != first


DEVELOP = """
  - {id: x, name: X, category: a, rubric: {1: starts, 2: ends},
     develop: [{kind: training, text: Do the course, course: basics}, {kind: debrief, to: 2, text: Talk}]}"""


def test_what_develops_a_competency_is_read_from_the_ladder_and_fits_the_step() -> None:
    rubric = "\n  - {id: x, name: X, category: a, rubric: {1: starts, 2: ends}}"
    text = LADDER.replace(rubric, DEVELOP) + "actions: {training: A course, debrief: A talk afterwards}\n"
    ladder = loaded(text)
    assert ladder.actions == {"training": "A course", "debrief": "A talk afterwards"}
    assert [one.kind for one in ladder.develops("x", None, 2)] == ["training", "debrief"]
    assert [one.kind for one in ladder.develops("x", 1, 2)] == ["training", "debrief"]
    assert [(one.kind, one.course) for one in ladder.develops("x", 2, 2)] == [("training", "basics")]
    with pytest.raises(Unknown, match=r"The ladder l has no competency 'y'; there is x\."):
        ladder.develops("y", 1, 2)
    with pytest.raises(Malformed, match=r"'debrief' is no kind of action; there is training\."):
        loaded(text.replace(", debrief: A talk afterwards", ""))
    with pytest.raises(Malformed, match=r"3 is no point of the scale 1 to 2\."):
        loaded(text.replace("to: 2,", "to: 3,"))
