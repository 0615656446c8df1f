"""Laws of printed tables: they fit, they lose no text, and they break where a reader would."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.output import folded, show_table, widths

TEXT = st.text("ab -", max_size=60)


@given(cell=TEXT, width=st.integers(1, 30))
def test_folding_loses_no_letter_and_no_line_is_too_long(cell: str, width: int) -> None:
    lines = folded(cell, width).split("\n")
    assert all(len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == cell.replace(" ", "")


@given(rows=st.lists(st.lists(TEXT, min_size=3, max_size=3), min_size=1), room=st.integers(24, 100))
def test_columns_fit_into_the_room_and_none_is_wider_than_its_text(rows: list[list[str]], room: int) -> None:
    wide = widths(rows, room)
    assert sum(wide) <= room
    assert all(width <= max(len(row[at]) for row in rows) for at, width in enumerate(wide))


@pytest.mark.parametrize("columns", [40, 72, 80, 120])
def test_a_table_never_runs_over_the_edge_of_the_terminal(
    columns: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    show_table(
        "", ["criterion", "required"], [["quota", "cross-functional-influence " * 5], ["[bold]", "x" * 90]]
    )
    printed = capsys.readouterr().out
    assert max(len(line) for line in printed.splitlines()) <= columns
    assert "[bold]" in printed


def test_a_long_word_is_broken_at_its_hyphen() -> None:
    assert folded("deal-complexity 4", 12) == "deal-\ncomplexity 4"
