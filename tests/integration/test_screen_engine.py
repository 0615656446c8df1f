"""PostgreSQL and Spark find what the evaluators find: a fixed set of rule trees over fixed populations."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine.screen.warehouse import Warehouse
from rules.criterion import Group
from rules.policy import Move
from rules.view import FactView
from tests.screening import company, expected, run
from tests.unit import strategy as some

pytest.importorskip("sqlglot", reason="the extra `screen` is not installed")
Sample = tuple[Move, list[FactView], date]
SMALL = {"spark.driver.memory": "1g"}
PLACE = {"id": "all", "says": "", "place": ""}


@pytest.fixture(scope="session")
def spark() -> Iterator[Warehouse]:
    """Yields one small Spark session of this machine."""
    pytest.importorskip("pyspark", reason="the extra `spark` is not installed")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, and there is none here")
    from engine.screen.spark import spark

    with spark("local[1]", SMALL, people=1) as session:
        yield session


@pytest.fixture
def postgres(postgres_server: str) -> Iterator[Warehouse]:
    from engine.screen.postgresql import postgres

    with postgres(postgres_server) as connection:
        yield connection


def samples(count: int, *, grouped: bool) -> list[Sample]:
    """Returns rule trees over populations, the same at every run; Spark plans flat ones in a bearable time."""
    found: list[Sample] = []
    kinds = st.tuples(some.attainments(), some.competencies(), some.registers, some.tenures, some.single)
    nested = kinds.map(
        lambda parts: Move(
            "one", "two", (Group(**PLACE, parts=parts[:3], need=2, word="at_least"),), parts[3:]
        )
    )
    plain = st.tuples(some.competencies(), some.registers, some.tenures)
    moves = nested if grouped else plain.map(lambda parts: Move("one", "two", parts[:2], parts[2:]))

    @settings(
        max_examples=count,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(moves, st.lists(some.views(), min_size=4, max_size=8), some.dates)
    def draw(move: Move, views: list[FactView], as_of: date) -> None:
        found.append((move, company(views), as_of))

    draw()
    return found


@pytest.mark.parametrize(("engine", "count"), [("postgres", 2), ("spark", 1)])
def test_every_engine_agrees_with_the_evaluators(
    engine: str, count: int, request: pytest.FixtureRequest
) -> None:
    warehouse: Warehouse = request.getfixturevalue(engine)
    for move, people, as_of in samples(count, grouped=engine == "postgres"):
        found = run(warehouse, move, people, as_of)
        assert found == {one.person: expected(move, one, as_of) for one in people}
