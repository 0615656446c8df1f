"""Real input: two public sample companies, taken in as they are, judged, and one case of each decided."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from engine.bootstrap import open_engine
from engine.case.readiness import assess_all
from engine.fact.view import views
from engine.people.directory import by_hr_id
from rules.fact import Figure
from terms.quantity import SCALE, plain, ratio
from tests.acceptance.terminal import Terminal
from tests.screening import ready_for_spark

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
OFFICE = {"hr": "O-1", "chair": "O-2", "panel": ("O-2", "O-3", "O-4"), "decider": "O-5"}

pytestmark = pytest.mark.shared


def workspace(tmp_path: Path, example: str, today: datetime) -> Terminal:
    """Returns a workspace of a day in the data's own time, with the example's ladder, policy and office people."""
    terminal = Terminal(tmp_path / "ws", today)
    terminal.run("init", tmp_path / "ws", "--name", example, "--solo")
    texts = EXAMPLES / example
    terminal.run("ladder", "publish", texts / "ladder.yaml")
    terminal.run("policy", "publish", texts / "policy.yaml")
    review = Path(__file__).resolve().parents[2] / "workflows" / "definitions" / "promotion-review.yaml"
    terminal.run("workflow", "publish", review)
    terminal.run("import", "people", texts / "office.csv")
    return terminal


def figures(terminal: Terminal) -> dict[str, tuple[Figure, ...]]:
    """Returns everybody's quota figures by HR id."""
    engine = open_engine(terminal.workspace)
    with engine.read() as tx:
        staff = by_hr_id(tx)
        held = views(tx, [one.id for one in staff.values()], as_of=date(2026, 1, 1))
    engine.close()
    return {hr_id: held[one.id].figures.get("quota", ()) for hr_id, one in staff.items()}


@pytest.fixture
def adventureworks(tmp_path: Path, shared: Path) -> Terminal:
    terminal, texts = (
        workspace(tmp_path, "adventureworks", datetime(2014, 7, 1, 8, tzinfo=UTC)),
        EXAMPLES / "adventureworks",
    )
    data = shared / "data" / "adventureworks"
    for kind, file, mapping in (
        ("people", "salespeople_names.csv", "people.yaml"),
        ("quotas", "SalesPersonQuotaHistory.csv", "quotas.yaml"),
        ("bookings", "sales_orders_by_salesperson.csv", "orders.yaml"),
    ):
        terminal.run("import", kind, data / file, "--mapping", texts / mapping, acting="O-1")
    return terminal


def test_all_163_attainment_cells_of_adventureworks_come_out_as_expected(
    adventureworks: Terminal, shared: Path
) -> None:
    found = figures(adventureworks)
    with (shared / "data" / "adventureworks" / "quarterly_attainment.csv").open(encoding="utf-8") as file:
        cells = list(csv.DictReader(file))
    assert len(cells) == 163
    for cell in cells:
        held = next(one for one in found[cell["SalesPersonID"]] if one.start.isoformat() == cell["QuotaDate"])
        assert held.actual is not None and held.target is not None
        assert Decimal(plain(held.target)) == Decimal(cell["Quota"])
        assert Decimal(plain(held.actual)).quantize(Decimal("0.01")) == Decimal(cell["Sales"])
        attained = Decimal(ratio(held.actual, held.target)) / SCALE
        assert attained.quantize(Decimal("0.0001")) == Decimal(cell["Attainment"])
    assert sum(bool(held.source) for one in found.values() for held in one) == 163


def expected(shared: Path) -> list[str]:
    """Returns who meets the example's policy on 2014-06-30, worked out from the published attainment alone."""
    data = shared / "data" / "adventureworks"
    cells: dict[str, list[tuple[Decimal, Decimal]]] = {}
    with (data / "quarterly_attainment.csv").open(encoding="utf-8") as file:
        for one in sorted(csv.DictReader(file), key=lambda row: row["QuotaDate"]):
            cells.setdefault(one["SalesPersonID"], []).append((Decimal(one["Sales"]), Decimal(one["Quota"])))
    with (data / "salespeople_names.csv").open(encoding="utf-8") as file:
        staff = {one["BusinessEntityID"]: one for one in csv.DictReader(file)}
    found = []
    for person, held in cells.items():
        year = held[-4:]
        together = sum(one[0] for one in year) / sum(one[1] for one in year)
        met = len(year) == 4 and together >= Decimal("0.85")
        met = met and all(sales / quota >= Decimal("0.6") for sales, quota in year)
        met = met and any(sales / quota >= Decimal("0.8") for sales, quota in held[-2:])
        met = met and staff[person]["HireDate"] <= "2012-06-30"
        if met and staff[person]["JobTitle"] == "Sales Representative":
            found.append(person)
    return sorted(found)


def test_everybody_at_adventureworks_has_a_readiness_and_one_is_walked_to_a_decision(
    adventureworks: Terminal, tmp_path: Path, shared: Path
) -> None:
    engine = open_engine(adventureworks.workspace)
    with engine.read() as tx:
        found = assess_all(tx, "senior-representative", as_of=date(2014, 6, 30))
        names = {one.id: hr_id for hr_id, one in by_hr_id(tx).items()}
    engine.close()
    statuses = {names[one.readiness.person]: str(one.readiness.status) for one in found}
    assert len(statuses) == 14
    ready = sorted(hr_id for hr_id, status in statuses.items() if status == "met")
    assert ready == expected(shared)
    case = adventureworks.walk(ready[0], "senior-representative", **OFFICE)  # type: ignore[arg-type]
    out = tmp_path / "packet.html"
    adventureworks.run("export", case, "--as", "auditor", "--out", out, acting="O-1")
    assert "Linda Mitchell" in out.read_text(encoding="utf-8")
    adventureworks.run("audit", "verify")
    adventureworks.run("audit", "replay")


@pytest.mark.parametrize("engine", ["duckdb", "postgres", "spark"])
def test_engines_tell_of_everybody_at_adventureworks_what_python_tells(
    adventureworks: Terminal, engine: str, request: pytest.FixtureRequest
) -> None:
    pytest.importorskip("sqlglot", reason="the extra `screen` is not installed")
    if engine == "spark" and not ready_for_spark():
        pytest.skip("Spark needs the extra `spark` and Java")
    where = request.getfixturevalue("postgres_server") if engine == "postgres" else engine
    asked = ("screen", "--to", "senior-representative", "--as-of", "2014-06-30", "--json")
    plain_answer = adventureworks.run(*asked).json
    assert len(plain_answer["people"]) == 14
    assert adventureworks.run(*asked, "--on", where).json == plain_answer


def crm_people(shared: Path, target: Path) -> None:
    """Writes the agents and managers of the teams file as a people file."""
    with (shared / "data" / "crm" / "sales_teams.csv").open(encoding="utf-8") as file:
        teams = list(csv.DictReader(file))
    managers = sorted({one["manager"] for one in teams})
    rows = [(name, name, "", "") for name in managers]
    rows += [(one["sales_agent"], one["sales_agent"], one["manager"], "representative") for one in teams]
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("hr_id", "name", "manager", "level", "level_since"))
        writer.writerows((*row, "2016-10-01" if row[3] else "") for row in rows)


QUARTERS = {
    "2017Q1": ("2017-01-01", "2017-04-01"),
    "2017Q2": ("2017-04-01", "2017-07-01"),
    "2017Q3": ("2017-07-01", "2017-10-01"),
    "2017Q4": ("2017-10-01", "2018-01-01"),
}


def crm_quotas(shared: Path, target: Path) -> None:
    """Writes a target of 90,000 USD a quarter for every agent: the data has none."""
    with (shared / "data" / "crm" / "sales_teams.csv").open(encoding="utf-8") as file:
        agents = [one["sales_agent"] for one in csv.DictReader(file)]
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("person", "metric", "period_start", "period_end", "target", "unit"))
        for agent in agents:
            writer.writerows((agent, "quota", *quarter, "90000", "USD") for quarter in QUARTERS.values())


def test_the_quarters_of_the_crm_come_out_as_expected_and_its_dirty_rows_are_told(
    tmp_path: Path, shared: Path
) -> None:
    terminal, texts = workspace(tmp_path, "crm", datetime(2018, 1, 10, 8, tzinfo=UTC)), EXAMPLES / "crm"
    deals = shared / "data" / "crm" / "sales_pipeline.csv"
    crm_people(shared, tmp_path / "people.csv")
    crm_quotas(shared, tmp_path / "quotas.csv")
    terminal.run("import", "people", tmp_path / "people.csv", acting="O-1")
    terminal.run("import", "quotas", tmp_path / "quotas.csv", acting="O-1")
    strict = tmp_path / "strict.yaml"
    kept = (texts / "deals.yaml").read_text(encoding="utf-8").split("skip:")[0]
    strict.write_text(kept, encoding="utf-8")
    refused = terminal.run("import", "bookings", deals, "--mapping", strict, acting="O-1", code=2)
    assert "2089 rows are bad, so nothing of sales_pipeline.csv was taken" in refused.err
    assert "close_date: '': it is blank" in refused.err
    report = terminal.run(
        "import", "bookings", deals, "--mapping", texts / "deals.yaml", "--json", acting="O-1"
    ).json
    assert report["rows"] == 8800
    assert len(report["skipped"]) == 2473 + 2089
    found = figures(terminal)
    with (shared / "data" / "crm" / "won_value_by_agent_quarter.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 35
    for row in rows:
        sums = {one.start.isoformat(): one.actual for one in found[row["sales_agent"]]}
        for quarter, (start, _) in QUARTERS.items():
            assert sums[start] == int(row[quarter]) * SCALE, (row["sales_agent"], quarter)
    screen = terminal.run("screen", "--to", "senior-representative", "--as-of", "2018-01-15", "--json").json
    assert sum(screen["counts"].values()) == 35
    assert screen["counts"]["met"] == sum(
        sum(int(row[quarter]) for quarter in ("2017Q2", "2017Q3", "2017Q4")) >= 270_000 for row in rows
    )
    case = terminal.walk("Darcel Schlecht", "senior-representative", **OFFICE)  # type: ignore[arg-type]
    terminal.run("export", case, "--as", "committee", "--format", "md", acting="O-1")
    terminal.run("audit", "verify")
