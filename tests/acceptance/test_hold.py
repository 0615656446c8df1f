"""What stands against an erasure: legal holds, the time for which files are kept, and open cases."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.acceptance.conftest import calibrate
from tests.acceptance.erasing import CANDIDATE, WORDS, ask, people, traces
from tests.acceptance.terminal import Terminal


def test_a_legal_hold_blocks_erasure_until_it_is_lifted(reviewed: Terminal) -> None:
    said = reviewed.run("hold", "place", "--case", "C-0001", "--because", "A claim", acting="H-1").out
    hold = int(said.split("event ")[1].split(";")[0])
    number = ask(reviewed, "Nadia")
    told = f"A legal hold stands, placed by event {hold}; it is lifted first. [hold]"
    assert told in reviewed.run("erasure", "approve", number, acting="H-2", code=3).err
    seq = reviewed.run("audit", "log", "--case", "C-0001", "--json").json[0]["seq"]
    text = reviewed.run("erasure", "request", "--event", f"{seq}:because", "--because", "x", acting="H-1").out
    assert f"not yet: A legal hold stands, placed by event {hold}" in text
    assert (
        "it is about them"
        in reviewed.run("hold", "lift", hold, "--because", "x", acting=CANDIDATE, code=3).err
    )
    reviewed.run("hold", "lift", hold, "--because", "Settled", acting="H-1")
    assert reviewed.run("hold", "lift", hold, "--because", "x", acting="H-1", code=4).err.startswith(
        f"The hold of event {hold} was lifted by event "
    )
    reviewed.run("erasure", "approve", number, acting="H-2")


def test_retention_counts_from_the_later_of_record_and_action(reviewed: Terminal) -> None:
    reviewed.run("retention", "set", 12, "--because", "HR-7", acting="H-1")
    listed = reviewed.run("retention", "list", "--json").json
    (case,) = listed["files"]
    assert case["kept_until"] == "2027" + max(case["recorded"], case["action"])[4:]
    number = ask(reviewed, "--case", "C-0001")
    told = (
        f"It is kept until {case['kept_until']}: 12 months from the later of record and action. [retention]"
    )
    assert told in reviewed.run("erasure", "approve", number, acting="H-2", code=3).err
    assert reviewed.run("retention", "list", "--due", "--json").json["files"] == []
    later = Terminal(reviewed.workspace, datetime(2027, 12, 1, tzinfo=UTC))
    assert [one["case"] for one in later.run("retention", "list", "--due", "--json").json["files"]] == [
        "C-0001"
    ]
    said = later.run("erasure", "approve", number, "--json", acting="H-2").json
    assert (said["facts"], said["people"]) == (0, 0)
    assert traces(later.workspace, WORDS) == []
    assert later.run("audit", "verify").out.startswith("Consistent")


def test_an_open_case_stands_against_erasing_its_person_and_a_single_text_can_go(
    company: Terminal, tmp_path: Path
) -> None:
    company.run("import", "people", people(tmp_path), acting="H-1")
    calibrate(company)
    number = ask(company, "Nadia")
    assert "C-0001 is open; decide or withdraw it first. [erase:open]" in (
        company.run("erasure", "approve", number, acting="H-2", code=3).err
    )
    seq = company.run("audit", "log", "--case", "C-0001", "--json").json[0]["seq"]
    several = company.run("erasure", "request", "--event", seq, "--because", "x", acting="H-1", code=2).err
    assert several == f"Event {seq} keeps several texts; name one: {seq}:because, {seq}:readiness.\n"
    derived = company.run(
        "erasure", "request", "--event", f"{seq}:readiness", "--because", "x", acting="H-1", code=2
    )
    assert "is no text that somebody wrote" in derived.err
    event = company.run(
        "erasure", "approve", ask(company, "--event", f"{seq}:because"), "--json", acting="H-2"
    ).json["event"]
    assert f"erased by event {event}" in company.run("case", "show", "C-0001", "--json").out
    assert company.run("audit", "verify").code == 0 if (company.workspace / "checkpoints").exists() else 5
    assert company.run("audit", "replay", "--json").json["differences"] == []


def test_asking_to_erase_a_person_does_not_begin_the_time_anew(reviewed: Terminal) -> None:
    reviewed.run("retention", "set", 12, "--because", "HR-7", acting="H-1")
    later = Terminal(reviewed.workspace, datetime(2027, 12, 1, tzinfo=UTC))
    hold = later.run("hold", "place", "Nadia", "--because", "A claim", acting="H-1").out
    number = ask(later, "Nadia")
    later.run("erasure", "decline", number, "--because", "A claim", acting="H-2")
    later.run(
        "hold", "lift", int(hold.split("event ")[1].split(";")[0]), "--because", "Settled", acting="H-1"
    )
    later.run("erasure", "approve", ask(later, "Nadia"), acting="H-2")
    assert traces(later.workspace, WORDS) == []
    assert later.run("audit", "replay", "--json").json["differences"] == []
