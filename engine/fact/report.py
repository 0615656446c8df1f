"""What an import came to: counts, skipped rows, and every bad row with its column and reason."""

from __future__ import annotations

from dataclasses import dataclass, field

from terms.canonical import Json
from terms.error import Malformed

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Bad:
    """Holds one bad cell: its row in the file, its column, what stands there, and why that will not do."""

    row: int
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        return f"row {self.row}, {self.column}: {self.value!r}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Skipped:
    """Holds one row that the mapping passes over, and why."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Holds what an import came to; `seq` is the event that committed to it, None where nothing was written."""

    kind: str
    file: str
    digest: str
    rows: int
    facts: int
    new: int
    changed: int
    unchanged: int
    skipped: tuple[Skipped, ...] = ()
    bad: tuple[Bad, ...] = ()
    seq: int | None = None
    dry_run: bool = False
    notes: tuple[str, ...] = field(default=())

    def json(self) -> Json:
        """Returns the report as JSON."""
        return {
            "kind": self.kind,
            "file": self.file,
            "digest": self.digest,
            "rows": self.rows,
            "facts": self.facts,
            "new": self.new,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "skipped": [{"row": one.row, "reason": one.reason} for one in self.skipped],
            "bad": [
                {"row": one.row, "column": one.column, "value": one.value, "reason": one.reason}
                for one in self.bad
            ],
            "seq": self.seq,
            "dry_run": self.dry_run,
            "notes": list(self.notes),
        }


class BadRows(Malformed):
    """A file has bad rows, so none of it was taken."""

    def __init__(self, report: Report) -> None:
        self.report = report
        count = len({one.row for one in report.bad})
        listed = [f"  {one}" for one in report.bad[:SHOWN]]
        more = len(report.bad) - SHOWN
        told = [f"  and {more} more faults"] if more > 0 else []
        row = "row is" if count == 1 else "rows are"
        sentence = f"{count} {row} bad, so nothing of {report.file} was taken; mend and import again:"
        super().__init__("\n".join([sentence, *listed, *told]))
