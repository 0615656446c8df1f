"""A screening as a file to go on working with: one line per person and criterion, as CSV or Parquet."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from terms.error import BadInput

COLUMNS = (
    *("person", "label", "name", "status", "unmet"),
    *("criterion", "criterion_status", "observed", "asked"),
)
RISKY = ("=", "+", "-", "@", "\t", "\r")


def save_csv(path: Path, rows: Iterable[Sequence[object]]) -> None:
    """Writes rows of COLUMNS; a label or name that a spreadsheet would run gets an apostrophe before it.

    Raises BadInput where the file cannot be written.
    """
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            written = csv.writer(file)
            written.writerow(COLUMNS)
            for person, label, name, *rest in rows:
                texts = [f"'{one}" if str(one).startswith(RISKY) else str(one) for one in (label, name)]
                written.writerow((person, *texts, *rest))
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}.") from None


def save_parquet(path: Path, rows: Iterable[Sequence[object]]) -> None:
    """Writes the same columns as Parquet, all text but `unmet`, by DuckDB.

    Raises BadInput where the extra `screen` is not installed or the file cannot be written.
    """
    try:
        import duckdb
    except ImportError:
        raise BadInput("Parquet files are written by DuckDB; install Rung with its extra `screen`.") from None
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        staged = Path(folder) / "rows.csv"
        with staged.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([COLUMNS, *rows])
        types = {name: "BIGINT" if name == "unmet" else "VARCHAR" for name in COLUMNS}
        read = connection.read_csv(str(staged), header=True, dtype=types, na_values=["\\N"])
        try:
            read.write_parquet(str(path))
        except duckdb.IOException as error:
            raise BadInput(f"{path} cannot be written: {str(error).splitlines()[0]}.") from None
