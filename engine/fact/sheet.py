"""Reads a table from a CSV file: rows of text by column name, and refuses what is no table."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from terms.error import Malformed

LARGEST_FILE = 256 << 20
LARGEST_CELL = 10_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """Holds a table: its column names, and each row's number in the file with its cells."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]


def read_sheet(data: bytes, file: str, delimiter: str = ",") -> Sheet:
    """Returns the table that a CSV file holds (UTF-8, with or without a byte order mark).

    Raises Malformed for a file that is binary, in another encoding, cut off inside a quoted cell or a row, or
    without a head line.
    """
    if len(data) > LARGEST_FILE:
        raise Malformed("The file is larger than 256 MiB; split it.", file)
    if b"\x00" in data[:4096]:
        raise Malformed("This is a binary file, not CSV text; export it as CSV (UTF-8).", file)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        told = f"Byte {error.start} is not UTF-8 text; save the file as CSV (UTF-8)."
        raise Malformed(told, f"{file}, line {line}") from None
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            lines.append((reader.line_num, cells))
    except csv.Error as error:
        told = f"The table breaks off here ({error}); is the file complete?"
        raise Malformed(told, f"{file}, line {reader.line_num}") from None
    return _table(file, lines)


def _table(file: str, lines: list[tuple[int, list[str]]]) -> Sheet:
    if not lines or not any(cell.strip() for cell in lines[0][1]):
        raise Malformed("The file has no head line that names its columns.", file)
    columns = tuple(cell.strip() for cell in lines[0][1])
    for name in columns:
        if columns.count(name) > 1:
            raise Malformed(
                f"The column {name!r} stands twice in the head line; rename one.", f"{file}, line 1"
            )
    rows = []
    for number, cells in lines[1:]:
        if not cells:
            continue
        if len(cells) != len(columns):
            told = f"This row has {len(cells)} cells, the head line {len(columns)}; is the file complete?"
            raise Malformed(told, f"{file}, line {number}")
        if any(len(cell) > LARGEST_CELL for cell in cells):
            raise Malformed(f"A cell is longer than {LARGEST_CELL} characters.", f"{file}, line {number}")
        rows.append((number, dict(zip(columns, (cell.strip() for cell in cells), strict=True))))
    return Sheet(file, columns, tuple(rows))
