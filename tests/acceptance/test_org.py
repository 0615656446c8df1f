"""The org view: who stands where, how ready, and against which seats; seen only by whoever leads them."""

from __future__ import annotations

from tests.acceptance.terminal import Terminal


def test_levels_are_counted_against_the_seats_that_are_open(company: Terminal) -> None:
    file = company.workspace / "seats.csv"
    file.write_text("level,open,since,until\nsenior-ae,2,2026-09-01,\nsales-manager,0,2026-09-01,\n")
    company.run("import", "seats", file, acting="H-1")
    held = company.run("org", "--json", acting="H-1").json
    assert {one["level"] for one in held} == {"sdr", "ae-1", "ae-2", "senior-ae", "sales-manager"}
    found = {(one["level"], one["target"]): one for one in held}
    row = found["ae-2", "senior-ae"]
    assert (row["people"], row["ready"], row["nearly"], row["blocked"], row["seats"]) == (2, 1, 0, 1, 2)
    assert row["months"] == 24
    said = company.run("org", acting="H-1").out
    assert "1 of 2 seats with nobody ready" in said
    assert "a seat for each who is ready" in said


def test_the_counts_are_those_of_readiness(company: Terminal) -> None:
    people = company.run("org", "--by", "person", "--json", acting="H-1").json
    for one in people:
        for way in one["moves"]:
            found = company.run("ready", one["person"], "--to", way["to"], "--json", code=None).json
            short = [part["id"] for part in found["findings"] if part["status"] != "met"]
            assert way["short"] == short
            assert (way["state"] == "ready") == (found["status"] == "met")
    counted = company.run("org", "--by", "team", "--json", acting="H-1").json
    for state in ("ready", "nearly", "blocked"):
        ways = [way for one in people for way in one["moves"] if way["state"] == state]
        assert sum(one[state] for one in counted) == len(ways)


def test_whoever_leads_people_sees_their_line_and_nobody_else(company: Terminal) -> None:
    seen = company.run("org", "--by", "person", "--json", acting="H-6").json
    assert [one["person"] for one in seen] == ["P-0008", "P-0009", "P-0010", "P-0011"]
    said = company.run("org", acting="H-10", code=3)
    assert said.err.startswith("Not allowed: see the organisation.\n")
    assert len(company.run("org", "--by", "person", "--json", acting="H-2").json) == 9


def test_the_table_says_what_it_counts_and_an_empty_place_is_told(company: Terminal) -> None:
    said = company.run("org", acting="H-1").out
    assert "seats not stated" in said
    assert "move to" in said
    told = company.run("org", "--level", "vp", acting="H-1", code=2).err
    assert told == "Nobody whom you may see stands there; `rung org --by person` lists who does.\n"
