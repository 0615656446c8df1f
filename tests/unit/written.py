"""Random policies as somebody writes them: every kind of criterion, every key it takes, nested as deep as it goes."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Written = dict[str, Any]
NAMES = st.sampled_from(["quota", "meetings", "plan", "deal"])
PERCENT = st.sampled_from(["80%", "95%", "100%", "104.5%", "1_00%"])
AMOUNT = st.sampled_from(["80%", "5 count", "1000000 USD", "-5 EUR", "2.5 points"])
MONTHS = st.integers(1, 60).map(lambda n: f"{n} month{'s' if n > 1 else ''}")
CYCLES = st.integers(1, 4).map(lambda n: f"{n} cycle{'s' if n > 1 else ''}")
SKILLS = st.sampled_from(["deal-complexity", "coaching-others", "discovery-depth", "accountability"])
LEVELS = st.sampled_from(["sdr", "ae-1", "ae-2", "senior-ae", "sales-manager"])
FORMS = ("each", "cumulative", "mean", "min", "max", "latest", "trend", "variance")


def some(**kinds: st.SearchStrategy[Any]) -> st.SearchStrategy[Written]:
    """Returns maps with any of these keys."""
    return st.fixed_dictionaries({}, optional=dict(kinds))


def must(held: Written, **kinds: st.SearchStrategy[Any]) -> st.SearchStrategy[Written]:
    """Returns maps with all of the held keys and any of the others."""
    return st.fixed_dictionaries(held, optional=dict(kinds))


def words(of: st.SearchStrategy[str], least: int = 1) -> st.SearchStrategy[list[str]]:
    return st.lists(of, min_size=least, max_size=3, unique=True)


bounds = AMOUNT.flatmap(lambda one: st.sampled_from([{"at_least": one}, {"above": one}]))
whose = NAMES | st.sampled_from([{"team": "quota"}, {"coached": "quota"}])
windows = must(
    {"unit": st.sampled_from(["month", "quarter", "half", "year", "period"])},
    last=st.integers(1, 8),
    fiscal_year=st.sampled_from(["current", "last"]),
    fully_ramped=st.booleans(),
    reach_back=st.booleans(),
)
parts = must({"of": whose, "weight": st.sampled_from(["50%", "50%", "25%"])}, cap_each=PERCENT)


@st.composite
def figures(draw: st.DrawFn) -> Written:
    """Attainments and metrics with one form mostly, some of them nonsense that the loader refuses."""
    kind = draw(st.sampled_from(["attainment", "metric"]))
    form = draw(st.sampled_from(FORMS))
    inside = {"within": draw(PERCENT)} if form == "variance" else draw(bounds)
    held: Written = {form: inside, "over": draw(windows)}
    if draw(st.integers(0, 3)):
        held["of"] = draw(whose)
    else:
        held["weighted"] = draw(st.lists(parts, min_size=1, max_size=3))
    held |= draw(some(floor=bounds, in_at_least=st.integers(1, 3), cap_each=PERCENT))
    return {kind: held}


def one(kind: str, held: st.SearchStrategy[Any]) -> st.SearchStrategy[Written]:
    return held.map(lambda value: {kind: value})


chosen = st.one_of(
    one("is", SKILLS),
    one("every", words(SKILLS)),
    st.builds(
        lambda names, count: names | count, one("any_of", words(SKILLS, 2)), some(count=st.integers(1, 2))
    ),
)
competencies = st.builds(
    lambda who, bound, cycles, level: who | bound | cycles | level,
    chosen,
    one("at_least", st.integers(1, 5)) | one("above", st.integers(1, 4)),
    one("each_of_last", CYCLES) | one("mean_of_last", CYCLES),
    some(level=st.sampled_from(["current", "next"])),
)
counts, makers = st.integers(1, 9), st.sampled_from(["manager", "line", "outside_line"])
single = st.one_of(
    figures(),
    one("competency", competencies),
    one(
        "track", must({"committed_to": st.sampled_from(["ic", "management"])}, signed_by=st.just("candidate"))
    ),
    one(
        "tenure",
        st.fixed_dictionaries(
            {"in": st.sampled_from(["level", "function", "company"]) | words(LEVELS), "at_least": MONTHS}
        ),
    ),
    one("evidence", must({"kind": NAMES}, at_least=counts, within=MONTHS, verified=st.booleans())),
    one(
        "endorsement",
        some(
            at_least=counts,
            within=MONTHS,
            by=makers,
            outside_line=st.booleans(),
            at_or_above=st.just("target") | LEVELS,
        ),
    ),
    one(
        "attestation",
        must({"statement": NAMES}, at_least=counts, within=MONTHS, by=makers | st.just("candidate")),
    ),
    one("rating", must({"one_of": words(NAMES)}, last=st.integers(1, 3), within=MONTHS)),
    one("seat", some(at_least=counts, level=LEVELS)),
    one("training", must({"done": words(NAMES)}, at_least=st.integers(1, 2))),
    one("none_of", words(NAMES)),
)


def _grouped(parts: st.SearchStrategy[Written]) -> st.SearchStrategy[Written]:
    several = st.lists(parts, min_size=1, max_size=3)
    return st.one_of(
        one("all", several),
        one("any", several),
        one("not", parts),
        one("at_least", st.fixed_dictionaries({"count": st.integers(1, 3), "of": several})),
    )


criteria = st.recursive(single, _grouped, max_leaves=6)
shares = st.lists(st.sampled_from(["0%", "25%", "50%"]), min_size=1, max_size=4)
ramps = st.one_of(
    must({"months": st.integers(1, 6)}, since=st.sampled_from(["employment", "level"])),
    must(
        {"schedule": shares, "counted": st.just("by month")},
        late_from_day=st.integers(2, 31),
        targets=st.sampled_from(["as given", "scaled"]),
    ),
)
moves = must(
    {
        "from": st.just("ae-2"),
        "to": st.sampled_from(["senior-ae", "sales-manager"]),
        "ready": criteria,
    },
    advisory=st.lists(criteria, max_size=2),
    says=st.just("Because"),
)
policies = must(
    {
        "policy": st.just("p"),
        "edition": st.just("first"),
        "effective": st.just("2026-01-01"),
        "moves": st.lists(moves, min_size=1, max_size=2),
    },
    ladder=st.just("sales"),
    says=st.just("Because"),
    open_cases=st.sampled_from(["keep", "move", "more_favourable"]),
    calendar=some(fiscal_year_starts=st.sampled_from(["february", "july"]), weeks=st.just("4-4-5")),
    ramp=ramps,
    transfer=ramps,
    leave=st.sampled_from(["count", "exclude", "prorate"]),
    joined_by_day=st.integers(1, 366),
    figures_due_after=st.just("20 days"),
    missing=st.sampled_from(["undetermined", "not_met"]),
    registers_stale_after=st.just("92 days"),
    facts=some(metrics=st.just({"quota": "EUR"}), evidence=st.just({"plan": ["hr"]}), ratings=words(NAMES)),
)


def maps(value: Any) -> list[Written]:
    """Returns every map inside a value, outer ones first."""
    held = [value] if isinstance(value, dict) else []
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [*held, *(each for part in inside for each in maps(part))]
