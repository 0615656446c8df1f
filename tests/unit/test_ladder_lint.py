"""The ladder linter: every fault planted in a broken ladder is told with its line, a sentence and a fix."""

from __future__ import annotations

import pytest

from rules.ladder import load_ladder
from rules.lint import lint_text
from rules.shipped import ladder_text, names
from rules.trait import trait
from terms.error import Malformed

BROKEN = """ladder: broken
name: Broken
scale: {lowest: 1, highest: 3}
tracks: {ic: Craft, management: People}
categories: [{id: c, name: C}]
competencies:
  - {id: hole, name: H, category: c, rubric: {1: starts, 3: ends}}
  - {id: same, name: S, category: c, rubric: {1: Starts., 2: starts., 3: ends}}
  - {id: kind, name: K, category: c, rubric: {1: Is friendly and helpful, 2: Understands the market, 3: ends}}
  - {id: idle, name: I, category: c, rubric: {1: starts, 2: ends, 3: teaches}}
levels:
  - {id: one, name: One, rank: 1, scope: s, responsibilities: [Strong communication skills], competencies: [hole]}
  - {id: two, name: Two, rank: 2, scope: s, responsibilities: [Strong communication skills], competencies: [hole],
     apart: More}
  - {id: boss, name: B, rank: 4, track: management, scope: all, responsibilities: [Leads], competencies: [kind, same]}
  - {id: lost, name: Lost, rank: 4, track: management, scope: none, responsibilities: [Waits], competencies: [nobody],
     apart: Waits}
moves:
  - {from: one, to: two}
  - {from: two, to: boss}
  - {from: boss, to: two}
  - {from: lost, to: boss}
  - {from: boss, to: lost}
"""
FOUND = [
    (7, "rubric", "The rubric of hole must have a behaviour for each of 1, 2, 3."),
    (16, "name", "'nobody' is no competency; there is hole, idle, kind, same."),
    (21, "circle", "These moves lead up in a circle: boss -> lost -> boss."),
    (8, "rubric", "Points 1 and 2 of same say the same."),
    (9, "trait", "Point 1 of kind names a trait, not a behaviour: 'helpful'."),
    (9, "trait", "Point 2 of kind names a trait, not a behaviour: 'understands'."),
    (12, "trait", "A responsibility of one names a trait, not a behaviour: 'communication skills'."),
    (13, "trait", "A responsibility of two names a trait, not a behaviour: 'communication skills'."),
    (15, "apart", "boss does not say what sets it apart from the level below."),
    (15, "gap", "Between rank 2 and boss (rank 4) there is no level."),
    (13, "differs", "two differs from one in nothing that is asked."),
    (4, "track", "No level is on the track ic."),
    (10, "unused", "No level is judged on idle."),
]


def test_every_planted_fault_is_found_with_its_line_a_sentence_and_a_fix() -> None:
    found = lint_text(BROKEN, "b.yaml")
    told = [(int(one.place.split("line ")[1].split(",")[0]), one.check, one.told) for one in found]
    assert told == FOUND
    assert all(one.fix or one.told.count(";") or one.check in ("rubric", "circle") for one in found)


def test_a_track_without_a_parallel_is_found_unless_it_says_why() -> None:
    text = ladder_text("sales")
    assert lint_text(text, "s.yaml") == ()
    found = lint_text(
        text.replace("    alone: One person", "    titles: [One person", 1).replace(
            "all it asks one step earlier.", "all it asks one step earlier]", 1
        ),
        "s.yaml",
    )
    assert [(one.check, one.told) for one in found] == [
        ("parallel", "The track ic has no level beside cro (rank 7).")
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('      - {kind: role-play, to: 3, text: "Practise the talk about a missed agreement, the same day and in '
         'three sentences."}\n', "",
         "Nothing that develops accountability leads to point 3, which sales-manager expects."),
        ("executive-presence: 5,", "", "principal-ae is judged on executive-presence and says no point of it."),
    ],
)  # fmt: skip
def test_a_point_that_nothing_leads_to_and_a_competency_without_a_point_are_found(
    old: str, new: str, told: str
) -> None:
    text = ladder_text("sales")
    assert text.count(old) == 1
    found = lint_text(text.replace(old, new), "s.yaml")
    assert [one.told for one in found] == [told]
    assert found[0].fix.startswith("Write ")


def test_a_competency_that_nothing_develops_is_found_where_the_ladder_develops_another() -> None:
    text = BROKEN.replace("{id: idle,", "{id: idle, develop: [{kind: talk, text: Speak}],")
    found = [one.told for one in lint_text(text + "actions: {talk: A talk}\n", "b.yaml")]
    assert [one for one in found if one.startswith("Nothing develops")] == [
        f"Nothing develops {one}." for one in ("hole", "same", "kind")
    ]


def test_a_ladder_whose_levels_form_a_circle_is_refused_in_one_sentence() -> None:
    text = ladder_text("six-levels") + "  - {from: expert, to: expert}\n"
    with pytest.raises(Malformed, match=r"A move from expert to itself is no move\.$"):
        load_ladder(text, "s.yaml")


@pytest.mark.parametrize(
    "text",
    ["Very eager to learn", "Is a natural leader", "Passionate about customers", "Has strong communication skills",
     "Reliable", "A team player", "Understands the business", "Has a good understanding of pricing",
     "Observant and curious", "Demonstrates excellent leadership skills", "Wants to grow"],
)  # fmt: skip
def test_a_trait_is_no_behaviour(text: str) -> None:
    assert trait(text)


@pytest.mark.parametrize("name", names("ladders"))
def test_no_statement_that_ships_is_taken_for_a_trait(name: str) -> None:
    assert lint_text(ladder_text(name), f"{name}.yaml") == ()


@pytest.mark.parametrize(
    "text",
    ["Leads weekly reviews", "Strong deals are closed without a discount", "Asks what lies behind an objection",
     "Independent tests are ordered before the pilot", "Shows the customer's executives the measure moving"],
)  # fmt: skip
def test_what_somebody_does_is_no_trait(text: str) -> None:
    assert not trait(text)
