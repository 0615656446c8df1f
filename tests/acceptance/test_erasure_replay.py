"""Replay derives again that each erasure was allowed; a record edited to allow one more is told, with both sides."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from terms.canonical import Json
from tests.acceptance.erasing import ask
from tests.acceptance.tampering import Held, body, edit, rebuild
from tests.acceptance.terminal import Terminal


def rewritten(reviewed: Terminal, seq: int, **changed: Json) -> list[str]:
    """Returns what replay tells once an entry was rewritten by somebody who made every hash fit."""

    def change(database: Held) -> None:
        body(database, seq, **changed)
        rebuild(database)

    edit(reviewed.workspace, change)
    assert "are not those that were signed" in reviewed.run("audit", "verify", "--json", code=1).out
    said = reviewed.run("audit", "replay", "--json", code=1).json
    return [
        f"{one['seq']}, {one['what']}: {one['stored']}, not {one['derived']}" for one in said["differences"]
    ]


def last(reviewed: Terminal, kind: str) -> dict[str, Json]:
    """Returns the last event of a type."""
    found: dict[str, Json] = reviewed.run("audit", "log", "--type", kind, "--json").json[-1]
    return found


@pytest.mark.parametrize("field", ["actor", "acting_for"])
def test_replay_tells_an_erasure_that_one_person_asked_for_and_approved(
    reviewed: Terminal, field: str
) -> None:
    number = ask(reviewed, "Nadia")
    reviewed.run("erasure", "approve", number, acting="H-2")
    asked, approved = last(reviewed, "ErasureRequested"), last(reviewed, "ErasureApproved")
    assert rewritten(reviewed, int(str(approved["seq"])), **{field: asked["actor"]}) == [
        f"{approved['seq']}, who asked for the erasure: the same person, not another person"
    ]


def test_replay_tells_an_erasure_that_its_subject_approved_or_nobody_asked_for(reviewed: Terminal) -> None:
    number = ask(reviewed, "Nadia")
    reviewed.run("erasure", "approve", number, acting="H-2")
    approved = last(reviewed, "ErasureApproved")
    subject, data = approved["about"], approved["data"]
    assert isinstance(subject, list) and isinstance(data, dict)
    seq = int(str(approved["seq"]))
    assert rewritten(reviewed, seq, actor=subject[0], data={**data, "request": 2}) == [
        f"{seq}, who asked for the erasure: nobody, not another person",
        f"{seq}, who approved the erasure: the person it is about, not another person",
    ]


@pytest.mark.parametrize("of", [("Nadia",), ("--case", "C-0001")])
@pytest.mark.parametrize("erased", [("Nadia",), ("--case", "C-0001")])
def test_replay_tells_an_erasure_of_what_was_held(
    reviewed: Terminal, of: tuple[str, ...], erased: tuple[str, ...]
) -> None:
    said = reviewed.run("hold", "place", *of, "--because", "A claim", acting="H-1").out
    hold = int(said.split("event ")[1].split(";")[0])
    reviewed.run("hold", "lift", hold, "--because", "Settled", acting="H-1")
    reviewed.run("erasure", "approve", ask(reviewed, *erased), acting="H-2")
    assert reviewed.run("audit", "replay", "--json").json["differences"] == []
    lifted, approved = last(reviewed, "HoldLifted"), last(reviewed, "ErasureApproved")
    told = f"{approved['seq']}, what it erased: erased, not held by event {hold}"
    assert rewritten(reviewed, int(str(lifted["seq"])), data={"hold": 2}) == [told]


@pytest.mark.parametrize("kind", ["ErasureApproved", "ErasureRequested"])
def test_replay_tells_an_erasure_that_says_what_no_version_writes(reviewed: Terminal, kind: str) -> None:
    reviewed.run("erasure", "approve", ask(reviewed, "Nadia"), acting="H-2")
    seq, at = (int(str(last(reviewed, one)["seq"])) for one in (kind, "ErasureApproved"))
    found = rewritten(reviewed, seq, data={})
    told = f"{at}, the event ErasureApproved: what no version writes (KeyError: "
    assert any(one.startswith(told) for one in found), found


def later(terminal: Terminal, months: int) -> Terminal:
    """Returns the terminal once files were kept for some months, more than a year on."""
    terminal.run("retention", "set", months, "--because", "HR-7", acting="H-1")
    return Terminal(terminal.workspace, datetime(2027, 12, 1, 8, tzinfo=UTC))


@pytest.mark.parametrize("erased", [("Nadia",), ("--case", "C-0001")])
def test_replay_tells_an_erasure_before_its_time(reviewed: Terminal, erased: tuple[str, ...]) -> None:
    held = later(reviewed, 12)
    held.run("erasure", "approve", ask(held, *erased), acting="H-2")
    assert held.run("audit", "replay", "--json").json["differences"] == []
    rule, approved = last(held, "RetentionSet"), last(held, "ErasureApproved")
    told = f"{approved['seq']}, when it erased: 2027-12-01, not from 2036-10-15 on, after 120 months"
    assert rewritten(held, int(str(rule["seq"])), data={"months": 120}) == [told]


def test_replay_counts_from_what_was_recorded_last_of_a_person(reviewed: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "more.csv"
    file.write_text("hr_id,name,team\nH-10,Nadia Kerr,North\n")
    reviewed.today += timedelta(days=60)
    reviewed.run("import", "people", file, acting="H-1")
    held = later(reviewed, 11)
    number = ask(held, "Nadia")
    held.run("erasure", "approve", number, acting="H-2")
    assert held.run("audit", "replay", "--json").json["differences"] == []
    rule, approved = last(held, "RetentionSet"), last(held, "ErasureApproved")
    told = f"{approved['seq']}, when it erased: 2027-12-01, not from 2027-12-15 on, after 12 months"
    assert rewritten(held, int(str(rule["seq"])), data={"months": 12}) == [told]


def test_replay_tells_an_erasure_of_a_case_that_was_open(reviewed: Terminal) -> None:
    opened = reviewed.run(
        "nominate", "H-11", "--to", "sales-manager", "--because", "Ready", "--json", acting="H-1"
    )
    assert opened.json["case"] == "C-0002"
    reviewed.run("erasure", "approve", ask(reviewed, "--case", "C-0001"), acting="H-2")
    assert reviewed.run("audit", "replay", "--json").json["differences"] == []
    asked, approved = last(reviewed, "ErasureRequested"), last(reviewed, "ErasureApproved")
    case, data, taken = last(reviewed, "CaseNominated")["stream"], asked["data"], approved["data"]
    assert isinstance(case, str) and isinstance(data, dict) and isinstance(taken, dict)
    changed: dict[str, Json] = {**data, "case": case.removeprefix("case:")}
    (seq, field), *_ = cast(list[list[Json]], taken["payloads"])
    assert rewritten(reviewed, int(str(asked["seq"])), data=changed) == [
        f"{approved['seq']}, the {field} of event {seq}: erased, not not reached",
        f"{approved['seq']}, the file of C-0002: erased, not kept, as it was open",
    ]


@pytest.mark.parametrize("erased", [("Nadia",), ("--case", "C-0001")])
def test_replay_tells_an_erasure_of_a_case_whose_decision_did_not_end_it(
    reviewed: Terminal, erased: tuple[str, ...]
) -> None:
    reviewed.run("erasure", "approve", ask(reviewed, *erased), acting="H-2")
    decided, approved = last(reviewed, "CaseDecided"), last(reviewed, "ErasureApproved")
    assert isinstance(decided["data"], dict)
    found = rewritten(reviewed, int(str(decided["seq"])), data={**decided["data"], "final": False})
    assert f"{approved['seq']}, the file of C-0001: erased, not kept, as it was open" in found


@pytest.mark.parametrize("erased", [("Nadia",), ("--case", "C-0001")])
def test_replay_tells_what_an_erasure_left_and_what_it_took_besides(
    reviewed: Terminal, erased: tuple[str, ...]
) -> None:
    reviewed.run("erasure", "approve", ask(reviewed, *erased), acting="H-2")
    approved = last(reviewed, "ErasureApproved")
    data, at = approved["data"], int(str(approved["seq"]))
    assert isinstance(data, dict)
    first, *rest = cast(list[list[Json]], data["payloads"])
    assert f"{at}, the {first[1]} of event {first[0]}: left, not reached" in rewritten(
        reviewed, at, data={**data, "payloads": cast(Json, rest)}
    )
    more = cast(Json, [[0, "because"], first, *rest])
    assert f"{at}, the because of event 0: erased, not not reached" in rewritten(
        reviewed, at, data={**data, "payloads": more}
    )


def test_replay_tells_an_erasure_of_somebody_else(reviewed: Terminal) -> None:
    reviewed.run("erasure", "approve", ask(reviewed, "Nadia"), acting="H-2")
    approved = last(reviewed, "ErasureApproved")
    data, at = approved["data"], int(str(approved["seq"]))
    assert isinstance(data, dict)
    (own,) = cast(list[str], data["people"])
    assert f"{at}, whose entries it erased: person other, not person {own}" in rewritten(
        reviewed, at, data={**data, "people": ["other"]}
    )


def test_replay_tells_an_approval_of_what_was_declined(reviewed: Terminal) -> None:
    first = ask(reviewed, "Nadia")
    reviewed.run("erasure", "decline", first, "--because", "Not yet", acting="H-2")
    reviewed.run("erasure", "approve", ask(reviewed, "Nadia"), acting="H-2")
    approved, declined = last(reviewed, "ErasureApproved"), last(reviewed, "ErasureDeclined")
    data, at = approved["data"], int(str(approved["seq"]))
    assert isinstance(data, dict)
    told = f"{at}, request {first}: approved, not answered by event {declined['seq']} already"
    assert rewritten(reviewed, at, data={**data, "request": first}) == [told]
