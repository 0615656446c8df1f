"""A quotient in SQL is rounded half to even exactly, however large or small, on either side of the guess."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

pytest.importorskip("duckdb", reason="the extra `screen` is not installed")
pytest.importorskip("sqlglot", reason="the extra `screen` is not installed")

import duckdb
from sqlglot import exp

from rules.sql.sheet import Sheet, col

WIDE = 10**30


def rounded(pairs: list[tuple[int, int]]) -> list[int]:
    """Returns the quotients as DuckDB finds them by the sheet's columns."""
    sheet = Sheet("duckdb")
    found = sheet.rounded(col("above"), col("below"))
    query: exp.Query = exp.select("*").from_("pair")
    for n, layer in enumerate(sheet.layers):
        made = [exp.alias_(one, name) for name, one in layer]
        query = exp.select("*", *made).from_(query.subquery(f"y{n}"))
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE pair (n INT, above DECIMAL(38, 0), below DECIMAL(38, 0))")
        rows = [(n, str(above), str(below)) for n, (above, below) in enumerate(pairs)]
        connection.executemany("INSERT INTO pair VALUES (?, ?, ?)", rows)
        text = exp.select(found).from_(query.subquery("q")).order_by("n").sql("duckdb")
        return [int(one) for (one,) in connection.execute(text).fetchall()]


@given(
    st.lists(
        st.tuples(st.integers(-WIDE, WIDE), st.integers(1, WIDE))
        | st.builds(
            lambda q, below, off: (q * below + below // 2 + off, below),
            st.integers(-(10**16), 10**16),
            st.integers(1, 10**12),
            st.integers(-1, 1),
        ),
        min_size=1,
        max_size=40,
    )
)
@example([(1, 2), (3, 2), (-1, 2), (-3, 2), (5, 10), (15, 10), (10**15 * 2 + 1, 2), (10**15 * 2 - 1, 2)])
@example([((10**15 - 1) * 10**12 + 5 * 10**11, 10**12), (WIDE, 1), (-WIDE, 1), (0, 7)])
def test_a_quotient_is_rounded_half_to_even_as_a_fraction_is(pairs: list[tuple[int, int]]) -> None:
    assert rounded(pairs) == [round(Fraction(above, below)) for above, below in pairs]
