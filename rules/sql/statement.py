"""One move of an edition as one SQL statement: a row per candidate, with each criterion's status and observed value.

The statement selects what was known at the moment given, and reads the same expected periods as the evaluators.
Windows reach back as many periods as they hold, and to the day `since`; `beyond` is true for whoever might need more
of them, or (not `thorough`) needs figures of shorter periods added up: ask again for those with an earlier day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from rules.criterion import (
    Attainment,
    Competency,
    Criterion,
    Group,
    NoneOf,
    Not,
    Rating,
    Register,
    Seat,
    Tenure,
    Track,
    Training,
    Weighted,
    walk,
)
from rules.policy import Move
from rules.sql import figure, register
from rules.sql.cell import Cells
from rules.sql.figure import Told
from rules.sql.register import Rows, grouped
from rules.sql.sheet import (
    DIALECTS,
    FALSE,
    NULL,
    TRUE,
    Sheet,
    Sql,
    absent,
    bit,
    both,
    col,
    either,
    newest,
    num,
    or_else,
    total,
)
from rules.sql.slot import Period, Slots
from terms.error import BadInput


@dataclass(frozen=True, slots=True)
class Statement:
    """Holds the text, its parameters, and which criterion each pair of columns tells of, in order.

    Columns: person, ready, beyond, then for each criterion s0, o0, s1, o1, ...: status (null: undetermined) and
    what was observed (`rules.observed`).
    """

    text: str
    params: Mapping[str, str]
    criteria: tuple[Criterion, ...]


def statement(
    move: Move,
    as_of: date,
    dialect: str,
    *,
    known_at: str | None = None,
    since: date | None = None,
    thorough: bool = True,
    periods: Mapping[str, Sequence[Period]] | None = None,
) -> Statement:
    """Returns the statement of a move on a date; `periods`: those on file, for windows over imported periods.

    Raises BadInput for an unknown dialect, or a criterion that SQL cannot ask.
    """
    if dialect not in DIALECTS:
        raise BadInput(f"{dialect!r} is no engine to screen on; use {', '.join(DIALECTS)}.")
    made = _Making(move, as_of, Sheet(dialect), known_at, since, thorough, periods or {})
    return made.statement()


class _Making:
    def __init__(
        self,
        move: Move,
        as_of: date,
        sheet: Sheet,
        known_at: str | None,
        since: date | None,
        thorough: bool,
        periods: Mapping[str, Sequence[Period]],
    ) -> None:
        self.move, self.as_of, self.sheet = move, as_of, sheet
        self.known_at, self.thorough = known_at, thorough
        self.slots = Slots(sheet, as_of, since, thorough, periods)
        self.rows = Rows(sheet, as_of)
        self.found: list[tuple[Criterion, Told]] = []

    def told(self, one: Criterion) -> Told:
        """Returns a criterion's columns; its parts' stand after it."""
        at = len(self.found)
        self.found.append((one, Told(NULL, NULL)))
        made = self._made(one)
        self.found[at] = (one, made)
        return made

    def _made(self, one: Criterion) -> Told:
        sheet = self.sheet
        match one:
            case Group():
                parts = [self.told(part).status for part in one.parts]
                met = sheet.put(total(bit(or_else(part, FALSE)) for part in parts))
                unknown = total(bit(absent(part)) for part in parts)
                return Told(sheet.put(sheet.enough(num(one.need), met, unknown)), met)
            case Not():
                part = self.told(one.part).status
                return Told(sheet.put(exp.not_(part)), exp.cast(NULL, "DECIMAL(38, 0)"))
            case Attainment():
                return figure.attainment(one, self.slots)
            case Weighted():
                return figure.weighted(one, self.slots)
            case Competency():
                return register.competency(one, self.rows)
            case Track():
                return register.track(one, self.rows)
            case Tenure():
                return register.tenure(one, self.rows)
            case Register():
                return register.register(one, self.rows)
            case Rating():
                return register.rating(one, self.rows)
            case Seat():
                return register.seat(one, self.rows)
            case Training():
                return register.training(one, self.rows)
            case NoneOf():
                return register.none_of(one, self.rows)
            case _:
                raise BadInput(
                    f"The criterion {one.id} is of the kind {one.kind}, "
                    "which SQL cannot ask yet; screen with --on python."
                )

    def statement(self) -> Statement:
        required = [self.told(one).status for one in self.move.ready]
        for one in self.move.advisory:
            self.told(one)
        ready = self.sheet.put(both(*required))
        if self.slots.away:
            register.away(self.slots.away, self.rows)
        short = [col("short")] if self.slots.figures else []
        beyond = self.sheet.put(either(*short, *self.slots.beyond))
        last = self._layered()
        made = [col("person"), exp.alias_(ready, "ready"), exp.alias_(or_else(beyond, FALSE), "beyond")]
        for n, (_, told) in enumerate(self.found):
            made += [exp.alias_(told.status, f"s{n}"), exp.alias_(told.observed, f"o{n}")]
        query = exp.select(*made).from_(last)
        for name, table in self.tables.items():
            wants = self.sheet.dialect == "postgres" and name[0] in "yb"
            query = query.with_(name, as_=table, materialized=True if wants else None, copy=False)
        text = query.sql(self.sheet.dialect)
        return Statement(text, dict(self.sheet.params), tuple(one for one, _ in self.found))

    def _layered(self) -> str:
        """Returns the name of the last layer; the queries before it stand in `tables`."""
        self.tables: dict[str, exp.Query] = {}
        self._now()
        base = exp.select(exp.column("person", table="c")).from_(exp.to_table("candidate").as_("c"))
        on_person: dict[str, exp.Query] = {}
        cells = Cells(self.slots, self._newest) if self.slots.figures else None
        if cells is not None:
            self.tables |= cells.tables
            on_person |= cells.joined
            base = base.select(*cells.columns, copy=False)
            short = either(*cells.short)
            base = base.select(exp.alias_(short, "short"))
        if self.slots.flags:
            on_person["about"] = self._about()
        on_person |= self.rows.joined
        for name, query in on_person.items():
            self.tables[name] = query
            on = exp.column("person", table=name).eq(exp.column("person", table="c"))
            base = base.join(name, on=on, join_type="left", copy=False)
            if name not in ("figures", "filled"):
                base = base.select(*self._columns(name, query), copy=False)
        for name, query in self.rows.alone.items():
            self.tables[name] = query
            base = base.join(name, on=TRUE, join_type="left", copy=False).select(*self._columns(name, query))
        self.tables["base"] = base
        last = "base"
        for n, layer in enumerate(self.sheet.layers):
            made = [exp.alias_(one, name) for name, one in layer]
            self.tables[f"y{n}"] = exp.select("*", *made).from_(last)
            last = f"y{n}"
        return last

    def _columns(self, table: str, query: exp.Query) -> list[Sql]:
        plain = table in ("about", "away")
        names = [one for one in query.named_selects if one != "person"]
        return [exp.alias_(col(one, table), one if plain else f"{table}_{one}") for one in names]

    def _now(self) -> None:
        """Adds the entries that hold of what was known at the moment."""
        held = {type(one) for criterion in (*self.move.ready, *self.move.advisory) for one in walk(criterion)}
        if held & {Register, Rating, Seat, Training, NoneOf, Track}:
            self.tables["mark_now"] = self._newest(
                "mark", ["person", "register", "entry"], ["recorded_at", "seq"]
            )
        if Competency in held:
            self.tables["score_now"] = self._newest("score", ["person", "entry"], ["recorded_at", "seq"])

    def _newest(self, table: str, keys: list[str], order: list[str], *conditions: Sql) -> exp.Select:
        nth = newest(keys, [(one, True) for one in order])
        held = exp.select("*", exp.alias_(nth, "version")).from_(table)
        if self.known_at is not None:
            held = held.where(col("recorded_at") <= exp.Literal.string(self.known_at))
        if conditions:
            held = held.where(*conditions)
        return exp.select("*").from_(held.subquery("v")).where(col("version").eq(num(1)))

    def _about(self) -> exp.Select:
        """Returns what windows ask of people's spans, one row per person."""
        spans: exp.Query = exp.select("person", "kind", "starts", "ends").from_("span")
        if self.slots.numbered:
            nth = newest(["person", "kind"], [("starts", False), ("seq", False)])
            spans = exp.select("person", "kind", "starts", "ends", exp.alias_(nth, "nth")).from_("span")
        return grouped(spans, "s", **self.slots.flags)
