"""Reads what a policy asks of figures: the metric, the form, the bound, the window, floors, caps and weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rules import kindform
from rules.criterion import Attainment, Component, Criterion, Threshold, Weighted, Window
from rules.kindform import keys
from rules.place import Place
from rules.window import UNITS
from terms.fiscal import MONTHS_IN
from terms.quantity import SCALE, plain


def figures(place: Place, common: dict[str, str], *, ratio: bool) -> Criterion:
    """Returns what a policy asks of figures: of actual against target, or of the amounts themselves."""
    # `weighted` of a metric is read only to be refused in a sentence that names attainment
    known = keys(kindform.Attainment) if ratio else (*keys(kindform.Metric), "weighted")
    forms = tuple(one for one in (*kindform.FORMS, "variance") if one in known)
    parts = place.mapping(*known)
    if ("of" in parts) == ("weighted" in parts):
        if "of" in parts or ratio:
            place.refuse(
                "Write exactly one of `of` (a metric) and `weighted` (several, each with its weight)."
            )
        place.refuse("`of` is missing; name the metric.")
    written = [one for one in forms if one in parts]
    if len(written) != 1:
        place.refuse(f"Write exactly one of {', '.join(forms)}; here stands {', '.join(written) or 'none'}.")
    form, held, count = written[0], parts[written[0]], 0
    over = _window(place, parts.get("over"), form)
    if "in_at_least" in parts:
        if form not in ("each", "variance"):
            parts["in_at_least"].refuse("`in_at_least` goes with `each` or `variance`.")
        if over.year or not over.reaches:
            parts["in_at_least"].refuse(
                "`in_at_least` needs a window of a fixed number of periods: `last: 4`."
            )
        count = parts["in_at_least"].whole(1, over.last)
        form = "count" if form == "each" else form
    if form == "latest":
        over = replace(over, last=1)
    bound = _within(held) if form == "variance" else held.bound(True if ratio or form == "trend" else None)
    floor = parts["floor"].bound(ratio) if "floor" in parts else None
    if floor is not None and form in ("trend", "variance"):
        parts["floor"].refuse(f"`floor` does not go with `{form}`.")
    if floor is not None and floor.unit != bound.unit:
        parts["floor"].refuse(
            f"The floor is in {floor.unit}, the threshold in {bound.unit}; write both in one unit."
        )
    if "weighted" in parts:
        if not ratio or form in ("trend", "variance"):
            parts["weighted"].refuse(
                "`weighted` goes with attainment: each, cumulative, mean, min, max or latest."
            )
        if "cap_each" in parts:
            parts["cap_each"].refuse("Write the cap at each component.")
        if over.unit == "period":
            parts["weighted"].refuse("`weighted` needs a unit of the calendar, not `period`.")
        components = _components(parts["weighted"])
        return Weighted(
            **common, components=components, form=form, bound=bound, over=over, count=count, floor=floor
        )
    cap = parts.get("cap_each")
    capped = None if cap is None else cap.percent()
    if cap is not None and form in ("variance", "trend"):
        cap.refuse(f"`cap_each` does not go with `{form}`.")
    if capped is not None and capped < bound.micros and cap is not None:
        cap.refuse("The cap lies below the threshold, so the criterion can never hold.")
    return Attainment(
        **common,
        metric=_metric(parts["of"]),
        ratio=ratio,
        form=form,
        bound=bound,
        over=over,
        count=count,
        floor=floor,
        cap=capped,
    )


def _metric(place: Place) -> str:
    """Returns the name of a metric: one's own, or of the team or the people coached, such as `{team: quota}`."""
    if not isinstance(place.value, Mapping):
        name = place.text()
        if ":" in name:
            place.refuse(f"{name!r} is no metric; write {{team: quota}} for the team's.")
        return name
    whose_keys = keys(kindform.Whose)
    parts = place.mapping(*whose_keys)
    if len(parts) != 1:
        place.refuse(f"Write exactly one of {', '.join(whose_keys)}, such as {{team: quota}}.")
    whose, part = next(iter(parts.items()))
    return f"{whose}:{_metric(part) if not isinstance(part.value, Mapping) else part.text()}"


def _within(place: Place) -> Threshold:
    parts = place.mapping(*keys(kindform.Within))
    if "within" not in parts:
        place.refuse("`within` is missing; say how far from the target, such as {within: 10%}.")
    return Threshold(parts["within"].percent(), "ratio")


def _components(place: Place) -> tuple[Component, ...]:
    if not isinstance(place.value, list) or len(place.value) < 2:
        place.refuse("Write a list of at least two components, such as {of: quota, weight: 50%}.")
    found: list[Component] = []
    for n in range(len(place.value)):
        one = place.part(n)
        parts = one.mapping(*keys(kindform.Part))
        for key in ("of", "weight"):
            if key not in parts:
                one.refuse(f"`{key}` is missing; write it.")
        cap = parts["cap_each"].percent() if "cap_each" in parts else None
        found.append(Component(_metric(parts["of"]), parts["weight"].percent(), cap))
    total = sum(one.weight for one in found)
    if total != SCALE or any(one.weight <= 0 for one in found):
        place.refuse(f"The weights come to {plain(total * 100)}%; each above 0, they must come to 100%.")
    if len({one.metric for one in found}) != len(found):
        place.refuse("A metric is written twice; keep one.")
    return tuple(found)


def _window(place: Place, over: Place | None, form: str) -> Window:
    if over is None:
        place.refuse("`over` is missing; say how many periods, such as {last: 2, unit: quarter}.")
    assert over is not None
    parts = over.mapping(*keys(kindform.Over))
    if ("last" in parts) == ("fiscal_year" in parts):
        over.refuse("Write exactly one of `last: 2` (periods) and `fiscal_year: last` (or current).")
    if "unit" not in parts:
        over.refuse("`unit` is missing; write it.")
    time = place.setting.time
    ramped = parts["fully_ramped"].flag() if "fully_ramped" in parts else False
    if ramped and time.ramp is None:
        parts["fully_ramped"].refuse("The policy says no `ramp`, so nobody is known to be fully ramped.")
    unit = parts["unit"].one_of(list(UNITS), "unit")
    year = parts["fiscal_year"].one_of(["current", "last"], "fiscal year") if "fiscal_year" in parts else ""
    if year and (unit == "period" or form in ("trend", "latest")):
        parts["fiscal_year"].refuse(
            "A fiscal year needs a unit of the calendar, and neither `trend` nor `latest`."
        )
    reaches = parts["reach_back"].flag() if "reach_back" in parts else True
    if not reaches and (unit == "period" or year or form in ("trend", "latest")):
        parts["reach_back"].refuse(
            "`reach_back: false` goes with `last` and a unit of the calendar, and neither `trend` nor `latest`."
        )
    last = parts["last"].whole(1, 60) if "last" in parts else MONTHS_IN["year"] // MONTHS_IN[unit]
    return Window(last=last, unit=unit, fully_ramped=ramped, year=year, reaches=reaches, time=time)
