"""Every ladder that ships is one to live on: looked at level by level and competency by competency."""

from __future__ import annotations

import itertools

import pytest

from rules.ladder import Ladder, load_ladder
from rules.shipped import ladder_text, names

LADDERS = {name: load_ladder(ladder_text(name), f"{name}.yaml") for name in names("ladders")}
LEVELS = [(name, level) for name, held in LADDERS.items() for level in held.levels]
COMPETENCIES = [(name, one) for name, held in LADDERS.items() for one in held.competencies]


@pytest.mark.parametrize(("name", "competency"), COMPETENCIES)
def test_a_competency_has_a_category_five_behaviours_and_what_leads_to_each_point_asked(
    name: str, competency: str
) -> None:
    held = LADDERS[name]
    one = held.competencies[competency]
    assert one.category in {category.id for category in held.categories}
    assert list(one.rubric) == ["1", "2", "3", "4", "5"]
    assert len({text.strip(" .").lower() for text in one.rubric.values()}) == 5
    assert all(len(text.split()) >= 3 and text.endswith(".") for text in one.rubric.values())
    assert one.develop and all(action.kind in held.actions and action.text for action in one.develop)
    for level in held.levels.values():
        point = level.expects.get(competency, 1)
        for have in range(1, point):
            assert held.develops(competency, have, point), (
                f"{level.id} asks {point}; nobody on {have} is helped"
            )


@pytest.mark.parametrize(("name", "level"), LEVELS)
def test_a_level_has_scope_duties_a_point_for_each_competency_and_what_sets_it_apart(
    name: str, level: str
) -> None:
    held = LADDERS[name]
    one = held.levels[level]
    assert (
        one.scope
        and len(one.responsibilities) >= 2
        and len(set(one.responsibilities)) == len(one.responsibilities)
    )
    assert one.competencies and set(one.expects) == set(one.competencies)
    lowest = min(held.ranks.values())
    assert bool(one.apart) == (one.rank > lowest)


@pytest.mark.parametrize("name", LADDERS)
def test_a_level_asks_more_of_what_it_shares_with_the_one_below_or_asks_something_new(name: str) -> None:
    held = LADDERS[name]
    for source, target in held.moves:
        low, high = held.levels[source], held.levels[target]
        more = [one for one, point in high.expects.items() if point > low.expects.get(one, 0)]
        assert more, f"{target} asks nothing more than {source}"


@pytest.mark.parametrize("name", LADDERS)
def test_each_track_has_a_level_beside_every_level_of_the_other(name: str) -> None:
    held = LADDERS[name]
    shared = {one.rank for one in held.levels.values() if one.track is None}
    ranks = {
        track: {one.rank for one in held.levels.values() if one.track == track and not one.alone}
        for track in held.tracks
    }
    for (left, here), (right, there) in itertools.combinations(ranks.items(), 2):
        assert here - shared == there - shared, f"{left} and {right} are no equal paths"
    for track in held.tracks.values():
        assert track.name and track.asks and track.gives


@pytest.mark.parametrize("name", LADDERS)
def test_each_category_says_how_it_grows_and_holds_a_competency(name: str) -> None:
    held: Ladder = LADDERS[name]
    assert all(one.grows for one in held.categories)
    assert {one.category for one in held.competencies.values()} == {one.id for one in held.categories}
    assert held.says and all(held.actions.values())
