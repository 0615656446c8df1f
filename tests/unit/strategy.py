"""Random rule trees and random people: nulls, late facts, odd periods, leave, ramps and closed registers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from rules.criterion import (
    Attainment,
    Competency,
    Component,
    Criterion,
    Group,
    NoneOf,
    Not,
    Rating,
    Register,
    Seat,
    Tenure,
    Threshold,
    Track,
    Training,
    Weighted,
    Window,
)
from rules.fact import Cycle, Figure, Mark, Score, Span
from rules.policy import Move
from rules.salestime import Ramp, SalesTime
from rules.view import FactView
from terms.fiscal import Fiscal
from terms.quantity import SCALE

AS_OF = date(2026, 10, 15)
ME = "me"
METRICS = ("quota", "meetings")
SKILLS = ("discovery", "closing", "coaching")
LEVELS = ("one", "two")
KINDS = ("deal", "plan")
COURSES = ("first", "second")
UNITS = ("month", "quarter", "quarter", "half", "period")

days = st.dates(date(2024, 1, 1), date(2027, 1, 1))
ratios = st.sampled_from([500_000, 800_000, 950_000, 1_000_000, 1_050_000])
common = st.fixed_dictionaries({"id": st.just("c"), "says": st.just(""), "place": st.just("")})


ramps = st.builds(
    lambda months, since, whole, late, scaled: Ramp(
        months=months,
        since=since,
        steps=(0, 250_000, 500_000)[:months] if scaled else (),
        whole_months=whole,
        late_day=late if whole else None,
        scaled=scaled,
    ),
    st.integers(0, 4),
    st.sampled_from(["employment", "employment", "level"]),
    st.booleans(),
    st.none() | st.just(15),
    st.booleans(),
)
calendars = st.sampled_from(
    [*[Fiscal()] * 6, Fiscal(2), Fiscal(2, (4, 4, 5)), Fiscal(1, (5, 4, 4), 4, nearest=True)]
)
times = st.builds(
    SalesTime,
    fiscal=calendars,
    ramp=ramps,
    transfer=st.none() | st.none() | ramps,
    leave=st.sampled_from(["count", "exclude", "exclude", "prorate"]),
    joined_by_day=st.none() | st.none() | st.just(15),
    due_after=st.sampled_from([0, 0, 0, 20]),
    missing=st.sampled_from([None, None, "undetermined", "not_met"]),
)


@st.composite
def windows(draw: st.DrawFn, *, fixed: bool = False) -> Window:
    unit = draw(st.sampled_from(UNITS))
    year = "" if fixed or unit == "period" else draw(st.sampled_from(["", "", "", "last", "current"]))
    return Window(
        last={"month": 12, "quarter": 4, "half": 2}[unit] if year else draw(st.integers(1, 4)),
        unit=unit,
        fully_ramped=draw(st.booleans()),
        year=year,
        reaches=bool(year) or fixed or unit == "period" or draw(st.integers(0, 3)) > 0,
        time=draw(times),
    )


@st.composite
def attainments(draw: st.DrawFn) -> Criterion:
    ratio = draw(st.booleans())
    forms = ["each", "cumulative", "mean", "min", "max", "latest", "count", "trend"]
    form = draw(st.sampled_from([*forms, "variance"] if ratio else forms))
    over = draw(windows(fixed=form in ("latest", "count", "trend")))
    if form == "latest":
        over = replace(over, last=1)
    unit = "ratio" if ratio or form == "trend" else draw(st.sampled_from(["USD", "count"]))
    size = ratios if unit == "ratio" else st.sampled_from([0, 50 * SCALE, 100 * SCALE])
    if form in ("trend", "variance"):
        size = st.sampled_from([0, 50_000, 200_000])
    plain = form not in ("trend", "variance")
    units = st.just(unit) if ratio else st.sampled_from([unit, unit, "USD", "count"])
    floor = draw(st.none() | st.builds(Threshold, size, units, st.booleans())) if plain else None
    return Attainment(
        **draw(common),
        metric=draw(st.sampled_from(METRICS)),
        ratio=ratio,
        form=form,
        bound=Threshold(draw(size), unit, draw(st.booleans()) and form != "variance"),
        over=over,
        count=draw(st.integers(1, over.last)) if form == "count" else 0,
        floor=floor,
        cap=draw(st.none() | st.sampled_from([900_000, 1_000_000, 1_200_000])) if ratio and plain else None,
    )


@st.composite
def weighteds(draw: st.DrawFn) -> Criterion:
    form = draw(st.sampled_from(["each", "cumulative", "mean", "min", "max", "count"]))
    over = draw(windows(fixed=form == "count").filter(lambda one: one.unit != "period"))
    share = draw(st.sampled_from([500_000, 250_000]))
    caps = st.none() | st.sampled_from([1_000_000, 2_000_000])
    return Weighted(
        **draw(common),
        components=(
            Component(METRICS[0], share, draw(caps)),
            Component(METRICS[1], SCALE - share, draw(caps)),
        ),
        form=form,
        bound=Threshold(draw(ratios), "ratio", draw(st.booleans())),
        over=over,
        count=draw(st.integers(1, over.last)) if form == "count" else 0,
        floor=draw(st.none() | st.builds(Threshold, ratios, st.just("ratio"), st.booleans())),
    )


@st.composite
def competencies(draw: st.DrawFn) -> Criterion:
    names = tuple(draw(st.lists(st.sampled_from(SKILLS), min_size=1, max_size=3, unique=True)))
    return Competency(
        **draw(common),
        names=names,
        need=draw(st.integers(1, len(names))),
        level=draw(st.sampled_from(["current", "next"])),
        cycles=draw(st.integers(1, 3)),
        mean=draw(st.booleans()),
        bound=Threshold(draw(st.integers(1, 5)) * SCALE, "points", draw(st.booleans())),
        lower_is_better=(lower := draw(st.booleans())),
        best=(best := draw(st.sampled_from([None, (1 if lower else 5) * SCALE]))),
        worst=best and (5 if lower else 1) * SCALE,
    )


registers = st.builds(
    lambda held, register, entry, count, within, verified, by, rank: Register(
        **held,
        register=register,
        entry="endorsement" if register == "endorsement" else entry,
        count=count,
        within_months=within,
        verified=verified,
        by="" if register == "evidence" else by,
        least_rank=rank if register == "endorsement" else None,
    ),
    common,
    st.sampled_from(["evidence", "endorsement", "endorsement", "attestation"]),
    st.sampled_from(KINDS),
    st.integers(1, 3),
    st.none() | st.integers(1, 24),
    st.booleans(),
    st.sampled_from(["", "manager", "line", "outside_line"]),
    st.none() | st.just(2),
)
rated = st.builds(
    lambda held, last, within: Rating(
        **held, words=("performing", "exceeding"), last=last, within_months=within
    ),
    common,
    st.integers(1, 3),
    st.none() | st.integers(1, 24),
)
seats = st.builds(
    lambda held, level, count: Seat(**held, level=level, count=count),
    common,
    st.sampled_from(LEVELS),
    st.integers(1, 3),
)
tenures = st.builds(
    lambda held, span, names, months: Tenure(**held, span=span, names=names, months=months),
    common,
    st.sampled_from(["level", "employment"]),
    st.sampled_from([(), ("one",), ("one", "two")]),
    st.integers(1, 30),
)
trainings = st.builds(
    lambda held, need, stale: Training(**held, codes=COURSES, need=need, stale_days=stale),
    common,
    st.integers(1, 2),
    st.integers(1, 120),
)
standings = st.builds(
    lambda held, stale: NoneOf(**held, kinds=("plan", "inquiry"), stale_days=stale),
    common,
    st.integers(1, 120),
)
tracks = st.builds(
    lambda held, track: Track(**held, track=track), common, st.sampled_from(["ic", "management"])
)
single = st.one_of(
    attainments(), weighteds(), competencies(), registers, rated, seats, tenures, trainings, standings, tracks
)


def _grouped(parts: st.SearchStrategy[Criterion]) -> st.SearchStrategy[Criterion]:
    group = st.builds(
        lambda held, inside, share, word: Group(
            **held, parts=tuple(inside), need=1 + share % len(inside), word=word
        ),
        common,
        st.lists(parts, min_size=1, max_size=4),
        st.integers(0, 3),
        st.sampled_from(["all", "any", "at_least"]),
    )
    return group | st.builds(lambda held, part: Not(**held, part=part), common, parts)


def trees(parts: st.SearchStrategy[Criterion]) -> st.SearchStrategy[Criterion]:
    """Returns trees whose ends are drawn from some criteria."""
    return st.recursive(parts, _grouped, max_leaves=8)


criteria = trees(single)
moves = st.builds(
    lambda ready, advisory: Move("one", "two", tuple(ready), tuple(advisory)),
    st.lists(criteria, min_size=1, max_size=4),
    st.lists(criteria, max_size=2),
)


dates = st.sampled_from(
    [*[AS_OF] * 6, date(2026, 10, 1), date(2026, 12, 31), date(2027, 1, 1), date(2025, 8, 9)]
)


@st.composite
def figures(draw: st.DrawFn) -> tuple[Figure, ...]:
    """Periods that mostly run up to the usual date, some cut into months, some left out, some without a figure."""
    found: list[Figure] = []
    fiscal = draw(calendars)
    unit = draw(st.sampled_from(["month", "quarter", "quarter"]))
    newest = fiscal.ended(unit, draw(dates)) - draw(st.sampled_from([0, 0, 0, 1]))
    for number in range(draw(st.integers(0, 8) | st.integers(4, 14))):
        held = fiscal.period(unit, newest - number)
        actual = draw(st.sampled_from([None, -10, 0, 40, 95, 100, 100, 105, 105, 120, 220, 220]))
        target = draw(st.sampled_from([None, 0, 70, *[100] * 9]))
        money = draw(st.sampled_from([*["USD"] * 9, "count"]))
        micros = [None if one is None else one * SCALE for one in (actual, target)]
        if draw(st.integers(0, 9)):
            assert held.end is not None
            found.append(Figure(held.start, held.end, micros[0], micros[1], money, f"f1.{number}.actual"))
    return tuple(reversed(found))


@st.composite
def spans(draw: st.DrawFn, names: tuple[str, ...]) -> tuple[Span, ...]:
    found = []
    for number in range(draw(st.integers(0, 3))):
        start = draw(days)
        length = draw(st.none() | st.integers(1, 400))
        end = None if length is None else start + timedelta(days=length)
        found.append(Span(draw(st.sampled_from(names)), start, end, f"f2.{number}.span"))
    return tuple(sorted(found, key=lambda one: one.start))


@st.composite
def marks(draw: st.DrawFn, kinds: tuple[str, ...]) -> tuple[Mark, ...]:
    found = []
    for number in range(draw(st.integers(0, 4))):
        on = draw(days)
        end = draw(st.none() | st.just(on + timedelta(days=60)))
        by, verified = draw(st.sampled_from([ME, "boss", "peer"])), draw(st.booleans())
        count = draw(st.integers(0, 3))
        found.append(
            Mark(draw(st.sampled_from(kinds)), on, end, by, verified, "", f"f3.{number}.mark", count)
        )
    return tuple(sorted(found, key=lambda one: one.on))


employed = (
    spans(("company",))
    | st.just((Span("company", date(2020, 3, 1), None, "f2.0.span"),))
    | st.dates(date(2025, 1, 1), date(2026, 6, 1)).map(lambda day: (Span("company", day, None, "f2.0.span"),))
)


@st.composite
def views(draw: st.DrawFn) -> FactView:
    half = timedelta(days=182)
    cycles = tuple(
        Cycle(f"cycle-{n}", date(2025, 1, 1) + n * half, date(2025, 1, 1) + (n + 1) * half)
        for n in range(draw(st.integers(0, 4)))
    )
    points = st.none() | st.integers(1, 5).map(lambda n: n * SCALE)
    scores: dict[tuple[str, str], tuple[Score, ...]] = {}
    for name in SKILLS:
        for level in ("current", "next"):
            scores[name, level] = tuple(
                Score(
                    one.name, draw(points), draw(st.sampled_from(["manager", "self"])), f"f4.{one.name}.score"
                )
                for one in cycles
                if draw(st.integers(0, 9))
            )
    return FactView(
        person=ME,
        figures={metric: draw(figures()) for metric in METRICS},
        cycles=cycles,
        scores=scores,
        spans={
            "level": draw(spans(LEVELS)),
            "employment": draw(employed),
            "team": draw(spans(("north", "south"))),
            "leave": draw(spans(("leave",))),
            "manager": draw(spans(("boss",))),
            "line": draw(spans(("boss", "top"))),
        },
        marks={
            "evidence": draw(marks(KINDS)),
            "endorsement": draw(marks(("endorsement",))),
            "attestation": draw(marks(KINDS)),
            "training": draw(marks(COURSES)),
            "standing": draw(marks(("plan", "inquiry"))),
            "commitment": draw(marks(("ic", "management"))),
            "rating": draw(marks(("performing", "exceeding", "developing"))),
            "seat": draw(marks(LEVELS)),
        },
        ranks={name: draw(st.integers(1, 3)) for name in ("boss", "peer") if draw(st.booleans())},
        line_known=draw(st.booleans()),
        complete={name: draw(days) for name in ("training", "standing") if draw(st.booleans())},
    )


@st.composite
def settled(draw: st.DrawFn) -> FactView:
    """Somebody long employed and never away, of whom nearly every quarter and every cycle is on file."""
    held = draw(views())
    amounts = st.sampled_from([None, *[40, 80, 95, 100, 105, 110, 220] * 4])
    figures = {}
    for metric in METRICS:
        periods = [Fiscal().period("quarter", n) for n in range(2026 * 4 - 5, 2026 * 4 + 4)]
        figures[metric] = tuple(
            Figure(one.start, one.end or one.start, amount and amount * SCALE, target * SCALE, "USD", "f1")
            for one in periods
            for amount, target in [(draw(amounts), draw(st.sampled_from([70, 100, 100])))]
        )
    half = timedelta(days=182)
    cycles = tuple(
        Cycle(f"cycle-{n}", date(2025, 1, 1) + n * half, date(2025, 1, 1) + (n + 1) * half) for n in range(3)
    )
    points = st.sampled_from([None, *[1, 2, 3, 4, 5] * 4]).map(lambda one: one and one * SCALE)
    scores = {
        (name, level): tuple(Score(one.name, draw(points), "manager", f"f4.{one.name}") for one in cycles)
        for name in SKILLS
        for level in ("current", "next")
    }
    long = (Span("company", date(2020, 3, 1), None, "f2.0.span"),)
    spans = {**held.spans, "employment": long, "leave": (), "team": ()}
    return replace(held, figures=figures, cycles=cycles, scores=scores, spans=spans)
