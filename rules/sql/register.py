"""Criteria on registers, scores and spans as SQL: each reads its rows in a query of its own, one row per person."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlglot import exp

from rules.criterion import (
    Competency,
    NoneOf,
    Rating,
    Register,
    Seat,
    Tenure,
    Track,
    Training,
)
from rules.sql.figure import Told
from rules.sql.sheet import (
    FALSE,
    NULL,
    TRUE,
    Sheet,
    Sql,
    absent,
    bit,
    both,
    case,
    col,
    day,
    dec,
    either,
    greatest,
    least,
    newest,
    num,
    or_else,
    present,
    total,
)
from terms.calendar import add_months, days_for


@dataclass(slots=True)
class Rows:
    """Holds the queries that are joined to the people: by person, or (`alone`) one row for everybody."""

    sheet: Sheet
    as_of: date
    joined: dict[str, exp.Query] = field(default_factory=dict)
    alone: dict[str, exp.Query] = field(default_factory=dict)

    def add(self, query: exp.Query, *, alone: bool = False) -> str:
        """Returns the name that a query is joined under."""
        name = f"r{len(self.joined) + len(self.alone)}"
        (self.alone if alone else self.joined)[name] = query
        return name

    def text(self, *words: str) -> list[Sql]:
        """Returns the parameters that stand for some words."""
        return [self.sheet.bind(one) for one in words]

    def among(self, name: str, words: tuple[str, ...]) -> Sql:
        """Returns whether a column is one of some words."""
        return either(*(col(name).eq(one) for one in self.text(*words)))

    def marks(self, register: str, *conditions: Sql) -> exp.Select:
        """Returns the entries of a register up to the date under some conditions."""
        held = exp.select("*").from_("mark_now").where(col("register").eq(exp.Literal.string(register)))
        return held.where(col("starts") <= day(self.as_of), *conditions)

    def count(self, table: str, name: str) -> Sql:
        """Returns a joined count; 0 where nothing was joined."""
        return self.sheet.put(or_else(col(f"{table}_{name}"), num(0)))

    def stated(self, register: str, stale: int) -> Sql:
        """Returns whether a closed register is stated complete, recently enough."""
        stated = exp.Max(this=col("stated"))
        query = exp.select(exp.alias_(stated, "stated")).from_("complete")
        name = self.add(query.where(col("register").eq(exp.Literal.string(register))), alone=True)
        oldest = self.as_of - timedelta(days=stale)
        return self.sheet.put(or_else(col(f"{name}_stated") >= day(oldest), FALSE))


def grouped(query: exp.Query, name: str, **sums: Sql) -> exp.Select:
    """Returns one row per person of a query, with sums."""
    made = [exp.alias_(one, key) for key, one in sums.items()]
    return exp.select("person", *made).from_(query.subquery(name)).group_by("person")


def register(criterion: Register, rows: Rows) -> Told:
    """Returns entries of a register, by those who may make them, as columns."""
    conditions: list[Sql] = [col("name").eq(rows.sheet.bind(criterion.entry))]
    if criterion.within_months is not None:
        conditions.append(col("starts") >= day(add_months(rows.as_of, -criterion.within_months)))
    if criterion.verified:
        conditions.append(or_else(col("verified"), FALSE))
    own = col("maker").eq(col("person"))
    if criterion.register == "endorsement":
        conditions.append(exp.not_(own))
    held = rows.marks(criterion.register, *conditions).subquery("m")
    person, maker = col("person", "m"), col("maker", "m")
    query = exp.select(exp.alias_(person, "person"), exp.alias_(maker, "maker")).from_(held)
    may: list[Sql] = []
    if criterion.by == "candidate":
        may.append(maker.eq(person))
    elif criterion.by:
        direct = criterion.by == "manager"
        above = exp.select("person", "name").distinct().from_("span")
        kinds = ["manager"] if direct else ["manager", "line"]
        above = above.where(either(*(col("kind").eq(exp.Literal.string(one)) for one in kinds)))
        query = query.join(
            above.subquery("k"),
            on=both(col("person", "k").eq(person), col("name", "k").eq(maker)),
            join_type="left",
        )
        if direct:
            known_by = (
                exp.select("person")
                .distinct()
                .from_("span")
                .where(col("kind").eq(exp.Literal.string("manager")))
            )
            query = query.join(known_by.subquery("w"), on=col("person", "w").eq(person), join_type="left")
            known = present(col("person", "w"))
        else:
            query = query.join(
                exp.to_table("candidate").as_("w"), on=col("person", "w").eq(person), join_type="left"
            )
            known = or_else(col("line_known", "w"), FALSE)
        inside = case((present(col("name", "k")), TRUE), (known, FALSE), default=NULL)
        if criterion.by == "outside_line":
            inside = case((maker.eq(person), FALSE), default=exp.not_(inside))
        may.append(inside)
    if criterion.least_rank is not None:
        query = query.join(exp.to_table("rank").as_("g"), on=col("maker", "g").eq(maker), join_type="left")
        may.append(col("held", "g") >= num(criterion.least_rank))
    query = query.select(exp.alias_(both(*may), "may"))
    once = exp.select("person", "maker", exp.alias_(bit(or_else(col("may"), FALSE)), "sure"))
    once = once.from_(query.subquery("q")).where(or_else(col("may"), TRUE))
    if criterion.register == "endorsement":
        once = exp.select("person", "maker", exp.alias_(exp.Max(this=col("sure")), "sure")).from_(
            once.subquery("o")
        )
        once = once.group_by("person", "maker")
    summed = grouped(once, "e", sure=exp.Sum(this=col("sure")), unsure=exp.Sum(this=num(1) - col("sure")))
    name = rows.add(summed)
    sure, unsure = rows.count(name, "sure"), rows.count(name, "unsure")
    return Told(rows.sheet.put(rows.sheet.enough(num(criterion.count), sure, unsure)), sure)


def rating(criterion: Rating, rows: Rows) -> Told:
    """Returns the last ratings as columns."""
    recent = []
    if criterion.within_months is not None:
        recent.append(col("starts") >= day(add_months(rows.as_of, -criterion.within_months)))
    held = rows.marks("rating", *recent)
    nth = newest(["person"], [("starts", True), ("seq", True)])
    last = exp.select("*", exp.alias_(nth, "nth")).from_(held.subquery("m"))
    last = exp.select("*").from_(last.subquery("l")).where(col("nth") <= num(criterion.last))
    good = exp.Sum(this=bit(rows.among("name", criterion.words)))
    name = rows.add(grouped(last, "g", met=good, size=exp.Count(this=exp.Star())))
    met, size = rows.count(name, "met"), rows.count(name, "size")
    lacking = num(criterion.last) - size
    return Told(rows.sheet.put(rows.sheet.enough(num(criterion.last), met, lacking)), met)


def _holds_on(as_of: date) -> Sql:
    return either(absent(col("ends")), col("ends") > day(as_of))


def seat(criterion: Seat, rows: Rows) -> Told:
    """Returns the newest statement of open seats as columns."""
    held = rows.marks("seat", col("name").eq(rows.sheet.bind(criterion.level)), _holds_on(rows.as_of))
    nth = newest(["register"], [("starts", True), ("seq", True)])
    last = exp.select("amount", exp.alias_(nth, "nth")).from_(held.subquery("m"))
    name = rows.add(exp.select("amount").from_(last.subquery("l")).where(col("nth").eq(num(1))), alone=True)
    stated = rows.sheet.put(col(f"{name}_amount"))
    return Told(rows.sheet.put(stated >= num(criterion.count)), stated)


def training(criterion: Training, rows: Rows) -> Told:
    """Returns courses done as columns."""
    held = rows.marks("training", rows.among("name", criterion.codes))
    name = rows.add(grouped(held, "m", done=exp.Count(this=exp.Distinct(expressions=[col("name")]))))
    done = rows.count(name, "done")
    lacking = num(len(criterion.codes)) - done
    unknown = case((rows.stated("training", criterion.stale_days), num(0)), default=lacking)
    return Told(rows.sheet.put(rows.sheet.enough(num(criterion.need), done, unknown)), done)


def none_of(criterion: NoneOf, rows: Rows) -> Told:
    """Returns standings that hold as columns."""
    held = rows.marks("standing", rows.among("name", criterion.kinds), _holds_on(rows.as_of))
    name = rows.add(grouped(held, "m", size=exp.Count(this=exp.Star())))
    size = rows.count(name, "size")
    stated = rows.stated("standing", criterion.stale_days)
    return Told(rows.sheet.put(case((size > num(0), FALSE), (stated, TRUE), default=NULL)), size)


def track(criterion: Track, rows: Rows) -> Told:
    """Returns the latest commitment that the person signed as columns."""
    held = rows.marks("commitment", col("maker").eq(col("person")))
    nth = newest(["person"], [("starts", True), ("seq", True)])
    last = exp.select("person", "name", exp.alias_(nth, "nth")).from_(held.subquery("m"))
    name = rows.add(exp.select("person", "name").from_(last.subquery("l")).where(col("nth").eq(num(1))))
    latest = rows.sheet.put(col(f"{name}_name"))
    met = or_else(latest.eq(rows.sheet.bind(criterion.track)), FALSE)
    return Told(rows.sheet.put(met), latest)


def _apart(kind: str, as_of: date, named: Sql | None) -> exp.Select:
    """Returns a person's spans of a kind up to the date, each cut to the days that no span before it has."""
    held = exp.select("person", "starts", "seq").from_("span").where(col("kind").eq(exp.Literal.string(kind)))
    held = held.select(exp.alias_(least(or_else(col("ends"), day(as_of)), day(as_of)), "ends"))
    held = held.where(col("starts") < day(as_of))
    if named is not None:
        held = held.where(named)
    reached = exp.Window(
        this=exp.Max(this=col("ends")),
        partition_by=[col("person")],
        order=exp.Order(
            expressions=[
                exp.Ordered(this=col(one), desc=False, nulls_first=False) for one in ("starts", "seq")
            ]
        ),
        spec=exp.WindowSpec(
            kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end=num(1), end_side="PRECEDING"
        ),
    )
    seen = exp.select("person", "starts", "ends", exp.alias_(reached, "reached")).from_(held.subquery("h"))
    begins = greatest(col("starts"), or_else(col("reached"), col("starts")))
    cut = exp.select("person", exp.alias_(begins, "starts"), "ends").from_(seen.subquery("s"))
    return exp.select("*").from_(cut.subquery("c")).where(col("starts") < col("ends"))


def away(periods: dict[tuple[date, date], str], rows: Rows) -> None:
    """Joins how many days of some periods people were on leave."""
    latest = max(end for _, end in periods)
    sums: dict[str, Sql] = {}
    for (start, end), name in periods.items():
        last, first = least(col("ends"), day(end)), greatest(col("starts"), day(start))
        touched = both(col("starts") < day(end), col("ends") > day(start))
        sums[name] = exp.Sum(this=case((touched, rows.sheet.days(last, first)), default=num(0)))
    rows.joined["away"] = grouped(_apart("leave", latest, None), "g", **sums)


def tenure(criterion: Tenure, rows: Rows) -> Told:
    """Returns days in some levels, functions or the company, leave taken out, as columns."""
    sheet, as_of = rows.sheet, rows.as_of
    named = rows.among("name", criterion.names) if criterion.names else None
    served = _apart(criterion.span, as_of, named)
    days = rows.add(grouped(served, "g", days=exp.Sum(this=sheet.days(col("ends"), col("starts")))))
    gone = _apart("leave", as_of, None).subquery("l")
    last = least(col("ends", "s"), col("ends", "l"))
    first = greatest(col("starts", "s"), col("starts", "l"))
    meets = both(
        col("person", "l").eq(col("person", "s")),
        col("starts", "l") < col("ends", "s"),
        col("ends", "l") > col("starts", "s"),
    )
    shared = exp.select(exp.alias_(col("person", "s"), "person"), exp.alias_(sheet.days(last, first), "days"))
    shared = shared.from_(served.subquery("s")).join(gone, on=meets)
    leave = rows.add(grouped(shared, "g", days=exp.Sum(this=col("days"))))
    kept = (
        exp.select("person")
        .distinct()
        .from_("span")
        .where(col("kind").eq(exp.Literal.string(criterion.span)))
    )
    known = rows.add(exp.select("person", exp.alias_(num(1), "known")).from_(kept.subquery("k")))
    spent = sheet.put(rows.count(days, "days") - rows.count(leave, "days"))
    any_ = present(col(f"{known}_known"))
    enough = spent >= num(days_for(criterion.months, as_of))
    return Told(sheet.put(case((any_, enough), default=NULL)), sheet.put(case((any_, spent))))


def competency(criterion: Competency, rows: Rows) -> Told:
    """Returns scores of the last cycles as columns."""
    sheet, cycles = rows.sheet, criterion.cycles
    nth = newest(["person"], [("ends", True), ("seq", True)])
    due = (
        exp.select("person", "name", exp.alias_(nth, "nth"))
        .from_("cycle")
        .where(col("ends") <= day(rows.as_of))
    )
    due = exp.select("person", "name").from_(due.subquery("d")).where(col("nth") <= num(cycles))
    names = rows.among("competency", criterion.names)
    given = (
        exp.select("*").from_("score_now").where(names, exp.not_(col("maker").eq(exp.Literal.string("self"))))
    )
    given = given.where(col("level").eq(exp.Literal.string(criterion.level)))
    last = newest(["person", "competency", "cycle"], [("seq", True)])
    given = exp.select("*", exp.alias_(last, "nth")).from_(given.subquery("g"))
    given = exp.select("*").from_(given.subquery("n")).where(col("nth").eq(num(1)))
    pair = exp.select(
        exp.alias_(col("person", "d"), "person"),
        exp.alias_(col("competency", "s"), "competency"),
        exp.alias_(col("points", "s"), "points"),
    )
    pair = pair.from_(due.subquery("d")).join(
        given.subquery("s"),
        on=both(col("person", "s").eq(col("person", "d")), col("cycle", "s").eq(col("name", "d"))),
    )
    sums: dict[str, Sql] = {}
    points, bound = col("points"), dec(criterion.bound.micros)
    words = {True: (exp.LT, exp.LTE), False: (exp.GT, exp.GTE)}[criterion.lower_is_better]
    reach = words[0] if criterion.bound.strict else words[1]
    for n, word in enumerate(criterion.names):
        here = both(col("competency").eq(sheet.bind(word)), present(points))
        sums[f"n{n}"] = exp.Sum(this=bit(here))
        if criterion.mean:
            sums[f"s{n}"] = exp.Sum(this=case((here, points), default=dec(0)))
        else:
            sums[f"m{n}"] = exp.Sum(this=bit(both(here, reach(this=points, expression=bound))))
    name = rows.add(grouped(pair, "p", **sums))
    statuses = []
    for n in range(len(criterion.names)):
        known = rows.count(name, f"n{n}")
        if criterion.mean:
            sums_ = or_else(col(f"{name}_s{n}"), dec(0))
            mean = reach(this=sums_, expression=dec(criterion.bound.micros * cycles))
            statuses.append(sheet.put(case((known >= num(cycles), mean), default=NULL)))
        else:
            statuses.append(
                sheet.put(sheet.enough(num(cycles), rows.count(name, f"m{n}"), num(cycles) - known))
            )
    met = sheet.put(total(bit(or_else(one, FALSE)) for one in statuses))
    unknown = sheet.put(total(bit(absent(one)) for one in statuses))
    return Told(sheet.put(sheet.enough(num(criterion.need), met, unknown)), met)
