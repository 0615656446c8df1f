"""Takes a file in: all of it or none of it, the same file twice without effect, each change as a new fact."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import insert, select

from engine.fact.booking import close_periods, place_bookings, sums
from engine.fact.kind import COLUMNS, READERS
from engine.fact.mapping import Mapping, load_mapping
from engine.fact.reading import CLOSED, Catalog, Reading
from engine.fact.report import BadRows, Report, Skipped
from engine.fact.row import FactRow
from engine.fact.sheet import Sheet, read_sheet
from engine.fact.staff import check_entries, read_entry, resolved, settle
from engine.fact.write import known, sort_out, write_rows
from engine.people.directory import by_hr_id
from engine.record.event import Actor
from engine.record.log import head
from engine.store.table.fact import intake
from engine.store.transaction import Tx, trial
from terms.calendar import day
from terms.canonical import Json
from terms.error import BadInput, Malformed
from terms.form import near

KINDS = tuple(COLUMNS)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """Holds what is to be imported: the kind, the bytes and their name, and how to read them."""

    kind: str
    data: bytes
    name: str
    mapping: str | bytes | None = None
    mapping_name: str = "mapping"
    complete_as_of: str | None = None

    @property
    def digest(self) -> str:
        """Returns the hexadecimal SHA-256 of the file's bytes."""
        return hashlib.sha256(self.data).hexdigest()


def import_file(
    tx: Tx, file: File, actor: Actor, catalog: Catalog, *, rule: str | None = None, dry_run: bool = False
) -> Report:
    """Returns what an import came to; a dry run comes to the same and leaves nothing.

    Raises Malformed for a file that is no table, BadRows with every fault where any row is bad.
    """
    if not dry_run:
        return _import(tx, file, actor, catalog, rule)
    with trial(tx) as tried:
        report = _import(tried, file, actor, catalog, rule)
    return replace(report, dry_run=True, seq=None)


def _import(tx: Tx, file: File, actor: Actor, catalog: Catalog, rule: str | None) -> Report:
    if file.kind not in KINDS:
        raise BadInput(f"{file.kind!r} cannot be imported; {near(file.kind, list(KINDS))}")
    mapping = load_mapping(file.mapping, file.mapping_name)
    complete = _complete(file, mapping)
    sheet = read_sheet(file.data, file.name, mapping.delimiter)
    _columns(file.kind, sheet, mapping)
    today = tx.sources.today().isoformat()
    at = Reading(mapping, by_hr_id(tx), catalog, today)
    kept, skipped = _skip(sheet, mapping)
    blank = Report(
        kind=file.kind,
        file=file.name,
        digest=file.digest,
        rows=len(sheet.rows),
        facts=0,
        new=0,
        changed=0,
        unchanged=0,
        skipped=skipped,
    )
    if _taken(tx, file, mapping, complete):
        return replace(blank, unchanged=len(kept), notes=("This file was imported before; nothing changes.",))
    if file.kind == "people":
        return _people(tx, file, at, kept, blank, actor, rule)
    facts = [one for row, cells in kept for one in _row(at, file.kind, row, cells)]
    held = known(tx, {one.kind for one in facts} | {"expected", "booking", "actual"})
    if file.kind == "quotas" and mapping.periods is not None and not at.bad:
        facts = close_periods(facts, at)
    if file.kind == "bookings" and not at.bad:
        facts, passed = place_bookings(facts, held, at)
        blank = replace(blank, skipped=(*skipped, *passed))
    _contradictions(facts, at)
    _refuse(blank, at)
    facts = _once(facts)
    if complete is not None:
        facts.append(_statement(file.kind, complete, len(sheet.rows) + 2))
    if file.kind in ("bookings", "quotas"):
        after = {**held, **{(one.person, one.key): one.content() for one in facts}}
        metrics = {str(one["name"]) for one in after.values() if one["kind"] == "booking"}
        facts += sums(after, metrics, complete or _stated(tx), len(sheet.rows) + 2)
    return _write(tx, file, mapping, facts, blank, actor, rule)


def _row(at: Reading, kind: str, row: int, cells: dict[str, str]) -> list[FactRow]:
    at.at(row, cells)
    before = len(at.bad)
    facts = READERS[kind](at)
    return facts if len(at.bad) == before else []


def _complete(file: File, mapping: Mapping) -> str | None:
    stated = file.complete_as_of or mapping.complete_as_of
    if stated is None:
        return None
    if file.kind not in CLOSED:
        raise BadInput(f"A file of {file.kind} states no completeness; only {', '.join(CLOSED)} do.")
    return day(stated).isoformat()


def _statement(register: str, complete: str, row: int) -> FactRow:
    return FactRow(
        row=row,
        field="complete",
        person="",
        kind="complete",
        key=f"complete|{register}",
        name=register,
        start=complete,
    )


def _stated(tx: Tx) -> str | None:
    content = known(tx, ["complete"]).get(("", "complete|bookings"))
    return None if content is None else str(content["start"])


def _columns(kind: str, sheet: Sheet, mapping: Mapping) -> None:
    for name, column in mapping.columns().items():
        if name not in COLUMNS[kind]:
            told = f"`{name}` is no column of {kind}; {near(name, list(COLUMNS[kind]))}"
            raise Malformed(told, "columns of the mapping")
        if column not in sheet.columns:
            told = f"The file has no column {column!r}, which the mapping reads {name} from; "
            raise Malformed(told + near(column, list(sheet.columns)), sheet.file)
    if not any(mapping.columns().get(name, name) in sheet.columns for name in COLUMNS[kind]):
        told = f"None of its columns is one of {kind} ({', '.join(COLUMNS[kind])}); give a mapping."
        raise Malformed(told, sheet.file)


def _skip(sheet: Sheet, mapping: Mapping) -> tuple[list[tuple[int, dict[str, str]]], tuple[Skipped, ...]]:
    kept: list[tuple[int, dict[str, str]]] = []
    skipped: list[Skipped] = []
    for number, cells in sheet.rows:
        found = next((one.reason for one in mapping.skip if one.when.holds(cells)), None)
        if found is None:
            kept.append((number, cells))
        else:
            skipped.append(Skipped(number, found))
    return kept, tuple(skipped)


def _taken(tx: Tx, file: File, mapping: Mapping, complete: str | None) -> bool:
    query = select(intake.c.seq).where(
        intake.c.kind == file.kind,
        intake.c.file_digest == file.digest,
        intake.c.mapping_digest == f"{mapping.digest}{complete or ''}"[:74],
    )
    return tx.connection.execute(query).first() is not None


def _contradictions(facts: Sequence[FactRow], at: Reading) -> None:
    seen: dict[tuple[str, str], FactRow] = {}
    for one in facts:
        before = seen.setdefault((one.person, one.key), one)
        if before.content() != one.content():
            at.at(one.row, {})
            told = f"row {before.row} says something else of the same {one.kind}"
            at.fault(one.field, one.value or one.name, told)


def _once(facts: Sequence[FactRow]) -> list[FactRow]:
    """Returns facts, those of the whole company only where they are said first."""
    held: dict[str, FactRow] = {}
    return [one for one in facts if one.person or held.setdefault(one.key, one) is one]


def _refuse(report: Report, at: Reading) -> None:
    if at.bad:
        ordered = tuple(sorted(at.bad, key=lambda one: (one.row, one.column)))
        raise BadRows(replace(report, bad=ordered))


def _people(
    tx: Tx,
    file: File,
    at: Reading,
    kept: list[tuple[int, dict[str, str]]],
    report: Report,
    actor: Actor,
    rule: str | None,
) -> Report:
    entries = []
    for row, cells in kept:
        at.at(row, cells)
        entries.append(read_entry(at))
    if not at.bad:
        check_entries(tx, entries, at)
    _refuse(report, at)
    people, committed, new, changed = settle(tx, entries, head(tx).size)
    told = replace(report, notes=(f"{new} people are new, {changed} have a new name or e-mail.",))
    return _write(tx, file, at.mapping, resolved(entries, people), told, actor, rule, committed)


def _write(
    tx: Tx,
    file: File,
    mapping: Mapping,
    facts: Sequence[FactRow],
    report: Report,
    actor: Actor,
    rule: str | None,
    committed: Sequence[FactRow] = (),
) -> Report:
    held = known(tx, {one.kind for one in facts})
    fresh, changed, unchanged = sort_out(facts, held)
    counted = replace(
        report, facts=len(facts), new=len(fresh) - changed, changed=changed, unchanged=unchanged
    )
    fresh += committed
    if not fresh:
        return counted
    complete = _complete(file, mapping)
    data: dict[str, Json] = {"kind": file.kind, "file": file.digest, "mapping": mapping.digest}
    if complete:
        data["complete"] = complete
    if file.kind == "people":
        data["entries"] = len(committed)
    event = write_rows(
        tx,
        sorted(fresh, key=lambda one: (one.row, one.field)),
        actor,
        type_="FactsImported",
        data=data,
        command="Import",
        rule=rule,
    )
    values = {"seq": event.seq, "kind": file.kind, "file_name": file.name, "file_digest": file.digest}
    seen = f"{mapping.digest}{complete or ''}"[:74]
    tx.connection.execute(insert(intake).values(**values, mapping_digest=seen))
    return replace(counted, seq=event.seq)
