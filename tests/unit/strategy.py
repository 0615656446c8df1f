"""Random rule trees and random people: nulls, late facts, odd periods, leave, ramps and closed registers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from rules.criterion import (
    Attainment,
    Competency,
    Criterion,
    Group,
    NoneOf,
    Not,
    Register,
    Tenure,
    Threshold,
    Track,
    Training,
    Window,
)
from rules.fact import Cycle, FactView, Figure, Mark, Score, Span
from rules.policy import Move
from terms.calendar import add_months
from terms.quantity import SCALE

AS_OF = date(2026, 10, 15)
ME = "me"
METRICS = ("quota", "meetings")
SKILLS = ("discovery", "closing", "coaching")
LEVELS = ("one", "two")
KINDS = ("deal", "plan")
COURSES = ("first", "second")
UNITS = ("month", "quarter", "period")

days = st.dates(date(2024, 1, 1), date(2027, 1, 1))
ratios = st.sampled_from([500_000, 800_000, 950_000, 1_000_000, 1_050_000])
common = st.fixed_dictionaries({"id": st.just("c"), "says": st.just(""), "place": st.just("")})


@st.composite
def windows(draw: st.DrawFn) -> Window:
    return Window(
        last=draw(st.integers(1, 4)),
        unit=draw(st.sampled_from(UNITS)),
        fully_ramped=draw(st.booleans()),
        ramp_months=draw(st.integers(0, 6)),
        ramp_from=draw(st.sampled_from(["employment", "level"])),
        skip_leave=draw(st.booleans()),
    )


@st.composite
def attainments(draw: st.DrawFn) -> Criterion:
    ratio = draw(st.booleans())
    over = draw(windows())
    form = draw(st.sampled_from(["each", "cumulative", "mean", "min", "max", "latest", "count"]))
    if form == "latest":
        over = replace(over, last=1)
    unit = "ratio" if ratio else draw(st.sampled_from(["USD", "count"]))
    size = ratios if ratio else st.sampled_from([0, 50 * SCALE, 100 * SCALE])
    floor = draw(st.none() | st.builds(Threshold, size, st.just(unit), st.booleans()))
    return Attainment(
        **draw(common),
        metric=draw(st.sampled_from(METRICS)),
        ratio=ratio,
        form=form,
        bound=Threshold(draw(size), unit, draw(st.booleans())),
        over=over,
        count=draw(st.integers(1, over.last)) if form == "count" else 0,
        floor=floor,
        cap=draw(st.none() | st.sampled_from([900_000, 1_000_000, 1_200_000])) if ratio else None,
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
        lower_is_better=draw(st.booleans()),
    )


registers = st.builds(
    lambda held, register, entry, count, within, verified, outside: Register(
        **held,
        register=register,
        entry="endorsement" if register == "endorsement" else entry,
        count=count,
        within_months=within,
        verified=verified,
        outside_line=outside,
    ),
    common,
    st.sampled_from(["evidence", "endorsement", "attestation"]),
    st.sampled_from(KINDS),
    st.integers(1, 3),
    st.none() | st.integers(1, 24),
    st.booleans(),
    st.booleans(),
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
single = st.one_of(attainments(), competencies(), registers, tenures, trainings, standings, tracks)


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


criteria = st.recursive(single, _grouped, max_leaves=8)
moves = st.builds(
    lambda ready, advisory: Move("one", "two", tuple(ready), tuple(advisory)),
    st.lists(criteria, min_size=1, max_size=4),
    st.lists(criteria, max_size=2),
)


@st.composite
def figures(draw: st.DrawFn) -> tuple[Figure, ...]:
    found: list[Figure] = []
    start = draw(st.dates(date(2024, 6, 1), date(2025, 6, 1)))
    for number in range(draw(st.integers(0, 8))):
        end = add_months(start, draw(st.sampled_from([1, 3, 3, 3, 5])))
        amount = st.none() | st.sampled_from([-10, 0, 40, 95, 100, 105, 220]).map(lambda n: n * SCALE)
        target = st.none() | st.sampled_from([0, 100, 100, 100, 70]).map(lambda n: n * SCALE)
        unit = draw(st.sampled_from(["USD", "USD", "USD", "count"]))
        found.append(Figure(start, end, draw(amount), draw(target), unit, f"f1.{number}.actual"))
        start = end
    return tuple(found)


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
        found.append(Mark(draw(st.sampled_from(kinds)), on, end, by, verified, "", f"f3.{number}.mark"))
    return tuple(sorted(found, key=lambda one: one.on))


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
            "employment": draw(spans(("company",))),
            "leave": draw(spans(("leave",))),
            "manager": draw(spans(("boss",))),
        },
        marks={
            "evidence": draw(marks(KINDS)),
            "endorsement": draw(marks(("endorsement",))),
            "attestation": draw(marks(KINDS)),
            "training": draw(marks(COURSES)),
            "standing": draw(marks(("plan", "inquiry"))),
            "commitment": draw(marks(("ic", "management"))),
        },
        complete={name: draw(days) for name in ("training", "standing") if draw(st.booleans())},
    )
