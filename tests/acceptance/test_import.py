"""`rung import`: all or nothing, the same file twice without effect, a change as a new fact beside the old one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.terminal import Terminal

HEAD = "person,metric,period_start,period_end,actual,target,unit\n"


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def size(terminal: Terminal) -> int:
    return int(terminal.run("status", "--json").json["record"]["size"])


def quota(terminal: Terminal, *words: str) -> list[dict[str, str]]:
    """Returns the inputs of Nadia's criterion on the last two quarters."""
    held = terminal.run("ready", "Nadia", "--to", "senior-ae", "--json", *words, code=None).json
    inputs: list[dict[str, str]] = held["findings"][0]["inputs"]
    return inputs


@pytest.mark.parametrize("kind", ["people", "attainment", "scores", "evidence"])
def test_the_same_file_twice_changes_nothing(company: Terminal, kind: str) -> None:
    before = size(company)
    file = Path(__file__).resolve().parents[2] / "examples" / "halden" / f"{kind}.csv"
    report = company.run("import", kind, file, "--json", acting="H-1").json
    assert (report["new"], report["changed"], report["seq"]) == (0, 0, None)
    assert report["unchanged"] == report["rows"]
    assert size(company) == before


def test_a_dry_run_says_what_would_happen_and_changes_nothing(company: Terminal, tmp_path: Path) -> None:
    before = size(company)
    file = write(tmp_path, "a.csv", HEAD + "H-10,quota,2026-07-01,2026-10-01,1,300000,USD\n")
    report = company.run("import", "attainment", file, "--dry-run", "--json", acting="H-1").json
    assert (report["changed"], report["unchanged"], report["seq"], report["dry_run"]) == (1, 2, None, True)
    assert size(company) == before
    assert company.run("audit", "verify", code=5).out.startswith("Cannot tell: ")
    assert quota(company)[1]["actual"] == "336500"


def test_a_corrected_figure_is_a_new_fact_and_what_was_known_before_can_still_be_seen(
    company: Terminal, tmp_path: Path
) -> None:
    from engine.bootstrap import open_engine
    from engine.record.log import head

    engine = open_engine(company.workspace)
    with engine.read() as tx:
        then = head(tx).recorded_at
    file = write(tmp_path, "a.csv", HEAD + "H-10,quota,2026-07-01,2026-10-01,290000,300000,USD\n")
    report = company.run("import", "attainment", file, "--json", acting="H-1").json
    assert (report["new"], report["changed"], report["unchanged"]) == (0, 1, 2)
    old, new = quota(company)[1], None
    assert old["actual"] == "290000"
    from engine.case.readiness import assess
    from engine.people.directory import find_person

    with engine.read() as tx:
        nadia = find_person(tx, "Nadia").id
        today = engine.sources.today()
        before = assess(tx, nadia, "senior-ae", as_of=today, known_at=then).readiness.json()
    engine.close()
    findings = before["findings"]
    assert isinstance(findings, list)
    new = findings[0]["inputs"][1]
    assert new["actual"] == "336500"
    assert new["source"] != old["source"]


def test_a_decided_readiness_is_not_changed_by_a_later_correction(
    calibrating: Terminal, tmp_path: Path
) -> None:
    before = calibrating.run("case", "show", "C-0001", "--json").json["readiness"]
    file = write(tmp_path, "a.csv", HEAD + "H-10,quota,2026-07-01,2026-10-01,1,300000,USD\n")
    calibrating.run("import", "attainment", file, acting="H-1")
    assert calibrating.run("case", "show", "C-0001", "--json").json["readiness"] == before
    assert calibrating.run("audit", "replay", "--json").json["differences"] == []


def test_one_bad_row_refuses_the_whole_file_and_every_bad_row_is_told(
    company: Terminal, tmp_path: Path
) -> None:
    before = size(company)
    rows = (
        "H-10,quota,2026-10-01,2027-01-01,1,300000,USD\n"
        "H-99,quota,2026-10-01,2027-01-01,1,300000,USD\n"
        "H-11,quota,2027-01-01,2026-10-01,1,300000,USD\n"
        "H-12,quota,2026-10-01,2027-01-01,many,1e400,USD\n"
        "H-12,quota,2026-10-01,2027-01-01,7,180000,USD\n"
        "H-12,quota,2026-10-01,2027-01-01,8,180000,USD\n"
    )
    file = write(tmp_path, "a.csv", HEAD + rows)
    said = company.run("import", "attainment", file, acting="H-1", code=2)
    assert said.err == (
        "4 rows are bad, so nothing of a.csv was taken; mend and import again:\n"
        "  row 3, person: 'H-99': nobody in the directory has this HR id; import people first\n"
        "  row 4, period_end: '2026-10-01': it does not come after 2027-01-01\n"
        "  row 5, actual: 'many': 'many' is not a number.\n"
        "  row 5, target: '1e400': '1e400' is larger than 10^12.\n"
        "  row 7, actual: '8': row 6 says something else of the same actual\n"
    )
    assert size(company) == before


def test_a_score_off_the_scale_or_for_an_unknown_competency_is_refused(
    company: Terminal, tmp_path: Path
) -> None:
    text = (
        "person,cycle,cycle_start,cycle_end,competency,level,score\n"
        "H-10,2026-H1,2026-01-01,2026-07-01,deal-complexity,current,6\n"
        "H-10,2026-H1,2026-01-01,2026-07-01,deal-complexty,current,4\n"
        "H-10,2026-H1,2026-01-01,2026-07-01,deal-complexity,above,4\n"
    )
    said = company.run("import", "scores", write(tmp_path, "s.csv", text), acting="H-1", code=2)
    assert said.err == (
        "3 rows are bad, so nothing of s.csv was taken; mend and import again:\n"
        "  row 2, score: '6': it is off the scale of 1 to 5\n"
        "  row 3, competency: 'deal-complexty': no published ladder has this competency; "
        "did you mean `deal-complexity`?\n"
        "  row 4, level: 'above': it is neither current nor next\n"
    )


def test_rows_that_the_mapping_skips_are_counted_and_listed(company: Terminal, tmp_path: Path) -> None:
    mapping = write(
        tmp_path,
        "m.yaml",
        "mapping: m\ndelimiter: tab\ndecimal: ','\ndates: '%d.%m.%Y'\n"
        "columns: {person: Wer, period_start: Von, period_end: Bis, actual: Ist, target: Soll}\n"
        "constants: {metric: quota, unit: EUR}\n"
        "skip: [{when: {column: Wer, is: Summe}, reason: a line of totals}]\n",
    )
    text = "Wer\tVon\tBis\tIst\tSoll\nH-10\t01.10.2026\t01.01.2027\t1.234,5\t2.000\nSumme\t\t\t1\t2\n"
    report = company.run(
        "import", "attainment", write(tmp_path, "d.csv", text), "--mapping", mapping, "--json", acting="H-1"
    ).json
    assert report["skipped"] == [{"row": 3, "reason": "a line of totals"}]
    assert report["new"] == 3
    held = quota(company, "--as-of", "2027-01-02")
    assert (held[1]["actual"], held[1]["target"], held[1]["unit"]) == ("1234.5", "2000", "EUR")


def test_bookings_are_summed_into_the_periods_that_quotas_gave(company: Terminal, tmp_path: Path) -> None:
    quotas = "person,metric,period_start,period_end,target,unit\nH-7,quota,2026-07-01,2026-10-01,100,USD\n"
    company.run("import", "quotas", write(tmp_path, "q.csv", quotas), acting="H-1")
    text = "id,person,metric,on,amount,unit\n1,H-7,quota,2026-07-01,60.5,USD\n2,H-7,quota,2026-09-30,50,USD\n"
    outside = text + "3,H-7,quota,2026-10-01,1,USD\n"
    said = company.run("import", "bookings", write(tmp_path, "o.csv", outside), acting="H-1", code=2)
    assert "row 4, on: '2026-10-01': no expected period of quota of this person holds 2026-10-01" in said.err
    company.run("import", "bookings", write(tmp_path, "b.csv", text), acting="H-1")
    refund = "id,person,metric,on,amount,unit\n3,H-7,quota,2026-09-30,-20.5,USD\n"
    report = company.run("import", "bookings", write(tmp_path, "r.csv", refund), "--json", acting="H-1").json
    assert (report["new"], report["changed"]) == (1, 1)
    from engine.bootstrap import open_engine
    from engine.fact.view import view
    from engine.people.directory import find_person

    engine = open_engine(company.workspace)
    with engine.read() as tx:
        held = view(tx, find_person(tx, "H-7").id, as_of=engine.sources.today()).figures["quota"]
    engine.close()
    assert [(one.actual, one.target) for one in held] == [(90_000_000, 100_000_000)]


def test_only_hr_imports_once_somebody_is_hr(company: Terminal, tmp_path: Path) -> None:
    file = write(tmp_path, "a.csv", HEAD)
    said = company.run("import", "attainment", file, acting="H-6", code=3)
    assert said.err == "Not allowed: import, a.csv.\n  - Only hr may import. [permit:import]\n"


def test_an_open_case_keeps_the_edition_it_was_nominated_under(calibrating: Terminal, tmp_path: Path) -> None:
    from rules.shipped import policy_text

    before = calibrating.run("case", "show", "C-0001", "--json").json["edition"]
    later = policy_text("sales").replace("edition: 2026-07", "edition: 2026-10")
    later = later.replace("effective: 2026-07-01", "effective: 2026-10-01").replace("105%", "150%")
    calibrating.run("policy", "publish", write(tmp_path, "p.yaml", later), acting="H-1")
    calibrating.run("case", "return", "C-0001", "--because", "More evidence", acting="H-1")
    calibrating.run("case", "step", "C-0001", "freeze_file", acting="H-6")
    held = calibrating.run("case", "show", "C-0001", "--json").json
    assert held["edition"] == before
    assert {one["id"]: one["status"] for one in held["readiness"]["findings"]}["year"] == "met"
    now = calibrating.run("ready", "Nadia", "--to", "senior-ae", "--json", code=1).json
    assert now["edition"] != before
    assert {one["id"]: one["status"] for one in now["findings"]}["year"] == "not_met"


def test_without_solo_a_second_person_publishes_the_same_bytes(tmp_path: Path) -> None:
    from rules.shipped import ladder_text

    terminal = Terminal(tmp_path / "ws")
    terminal.run("init", tmp_path / "ws", "--name", "Two")
    people = "hr_id,name,roles\nA,Ann Hale,hr\nB,Bea Holm,hr\nC,Cid Moor,panel\n"
    terminal.run("import", "people", write(tmp_path, "p.csv", people))
    file = write(tmp_path, "ladder.yaml", ladder_text("sales"))
    said = terminal.run("ladder", "publish", file, acting="A").out
    assert said.startswith("The ladder sales is proposed; it is published once a second person")
    said = terminal.run("ladder", "publish", file, acting="A", code=4).err
    assert said.startswith("The same person proposed this ladder; a second person approves it (`rung ladder")
    said = terminal.run("ladder", "publish", file, acting="C", code=3).err
    assert "Only hr may publish. [permit:publish]" in said
    assert terminal.run("ladder", "publish", file, acting="B").out.startswith("The ladder sales is published")
    said = terminal.run("ladder", "publish", file, acting="B", code=4).err
    assert said == "This ladder is published already, as sales.\n"
