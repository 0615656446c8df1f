"""`rung demo`: a whole review cycle, told in under sixty lines, the same findings wherever it runs."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random  # noqa: TID251  # seeded, for a made-up company
from typing import Any

import pytest
from click.testing import CliRunner

from cli.demo.company import CAST, make_company
from cli.demo.story import tell
from cli.main import rung
from engine.bootstrap import open_engine
from engine.case.query import cases, load
from terms.canonical import canonical


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("demo") / "rung-demo"
    done = CliRunner().invoke(rung, ["demo", "--folder", str(root), "--json"])
    assert done.exit_code == 0, done.output
    (root.parent / "said.json").write_text(done.output, encoding="utf-8")
    return root


def readiness(root: Path) -> list[bytes]:
    """Returns the bytes of every recorded readiness, case by case."""
    engine = open_engine(root)
    with engine.read() as tx:
        found = [
            canonical(held.readiness)  # type: ignore[arg-type]  # nothing is erased in a demo
            for line in cases(tx)
            for held in load(tx, line.id).assessments
        ]
    engine.close()
    return found


def test_the_demo_prints_its_cases_and_its_record(folder: Path) -> None:
    said = json.loads((folder.parent / "said.json").read_text(encoding="utf-8"))
    assert set(said) == {"cases", "record"}
    assert [(one["person"], one["move"], one["state"], one["decision"]) for one in said["cases"]] == [
        ("Noor Haddad", "ae-2->senior-ae", "promoted", "promoted"),
        ("Marcus Feld", "ae-2->sales-manager", "declined", "declined"),
        ("Ines Duarte", "ae-2->senior-ae", "deferred", "deferred"),
        ("Tomasz Wilk", "ae-1->ae-2", "evidence", None),
        ("Priya Raman", "sdr->ae-1", "promoted", "promoted"),
    ]
    assert len({one["edition"] for one in said["cases"]}) == 1
    assert said["record"]["size"] > 100
    assert len(said["record"]["root"]) == 64
    assert len(list((folder / "exports").glob("*.html"))) == 12


def test_the_demo_shows_two_cycles_a_gap_report_and_a_plan_for_one_rep(folder: Path) -> None:
    def said(*words: str) -> Any:
        done = CliRunner().invoke(
            rung, [*words, "--json"], env={"RUNG_WORKSPACE": str(folder), "RUNG_AS": "E-1002"}
        )
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    assert [(one["cycle"], one["state"]) for one in said("cycle", "list")] == [
        ("2026-Q3", "closed"), ("2026-H2", "open"),
    ]  # fmt: skip
    gap = said("gap", "Marcus Feld", "--to", "sales-manager")
    assert gap["concentrates"] == "All of the 4 points to raise lie in Coaching and people development."
    assert gap["cycles"][-1] == "2026-Q3"
    planned = said("plan", "show", "Marcus Feld")
    assert [(one["gap"], one["from_ladder"]) for one in planned] == [
        ("coaching", False),
        ("coaching-others", True),
    ]


def test_two_runs_in_different_folders_give_the_same_readiness_bytes(folder: Path, tmp_path: Path) -> None:
    lines: list[str] = []
    tell(tmp_path / "elsewhere", lines.append).close()
    assert readiness(tmp_path / "elsewhere") == readiness(folder)
    assert len(lines) < 50


def test_the_demo_replaces_only_what_a_demo_made(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work", encoding="utf-8")
    done = CliRunner().invoke(rung, ["demo", "--folder", str(tmp_path / "mine")])
    assert done.exit_code == 4
    told = f"{tmp_path / 'mine'} is not empty, and no demo made it; name another with --folder.\n"
    assert done.stderr == told
    assert (tmp_path / "mine" / "thesis.txt").read_text(encoding="utf-8") == "years of work"


def test_the_company_is_the_same_for_the_same_seed_and_has_its_awkward_people() -> None:
    company = make_company(Random(7))
    assert make_company(Random(7)).files == company.files
    assert make_company(Random(8)).files != company.files
    assert len(company.members) == 248
    rows = {kind: data.decode().splitlines()[1:] for kind, data in company.files.items()}

    def of(part: str, kind: str) -> list[str]:
        return [row for row in rows[kind] if row.startswith(f"{company.cast[part]},")]

    assert set(company.cast) == set(CAST)
    assert len(of("joined mid-quarter", "attainment")) == 4
    assert any(",,180000,USD" in row for row in of("blocked", "attainment"))
    assert len(of("corrected", "restated")) == 1
    assert len(of("on leave", "leave")) == 1
    assert any("performance-plan,2026-08-03," in row for row in of("on a plan", "standing"))
    cycles = {row.split(",")[1] for row in of("missing score", "scores") if ",forecast-accuracy," in row}
    assert cycles == {"2024-H2", "2025-H1", "2025-H2"}
