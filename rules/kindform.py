"""The form of each kind of criterion in a policy file: the keys that its reader takes, and what may stand under them.

The readers take their keys from here and the JSON Schema is generated from here, so that the two cannot differ.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from terms.form import Form

Percent = Annotated[str, Field(pattern=r"^[0-9][0-9_,]*(\.[0-9]+)?\s*%$")]
Amount = Annotated[str, Field(pattern=r"^[-+]?[0-9][0-9_,]*(\.[0-9]+)?\s*(%|[A-Za-z]+)$")]
Months = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,2} months?$")]
Cycles = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,2} cycles?$")]
Word = Annotated[str, Field(min_length=1)]
Words = Annotated[list[Word], Field(min_length=1, json_schema_extra={"uniqueItems": True})]
Count = Annotated[int, Field(ge=1, le=99)]


def _one_of(*keys: str) -> dict[str, Any]:
    return {"oneOf": [{"required": [key]} for key in keys]}


def _each(*choices: tuple[str, ...]) -> ConfigDict:
    """Returns a model's configuration that asks for exactly one key of each choice."""
    return ConfigDict(json_schema_extra={"allOf": [_one_of(*keys) for keys in choices]})


class Bound(Form):
    """Holds what is asked for: at least an amount, or more than it."""

    model_config = _each(("at_least", "above"))
    at_least: Amount | None = None
    above: Amount | None = None


class Within(Form):
    """Holds how far from its target a figure may lie."""

    within: Percent


class Over(Form):
    """Holds a window: the last periods that were expected, or those of a fiscal year."""

    model_config = _each(("last", "fiscal_year"))
    last: Annotated[int, Field(ge=1, le=60)] | None = None
    fiscal_year: Literal["current", "last"] | None = None
    unit: Literal["month", "quarter", "half", "year", "period"]
    fully_ramped: bool | None = None
    reach_back: bool | None = None


class Whose(Form):
    """Holds a metric of the team, or of the people coached."""

    model_config = _each(("team", "coached"))
    team: Word | None = None
    coached: Word | None = None


class Part(Form):
    """Holds one weighted component."""

    of: Word | Whose
    weight: Percent
    cap_each: Percent | None = None


FORMS = ("each", "cumulative", "mean", "min", "max", "latest", "trend")


class Windowed(Form):
    """Holds what is asked of figures over a window, whichever kind asks it."""

    of: Word | Whose | None = None
    each: Bound | None = None
    cumulative: Bound | None = None
    mean: Bound | None = None
    min: Bound | None = None
    max: Bound | None = None
    latest: Bound | None = None
    trend: Bound | None = None
    over: Over
    floor: Bound | None = None
    in_at_least: Count | None = None


class Metric(Windowed):
    """Asks for amounts over a window."""

    model_config = _each(FORMS)
    of: Word | Whose


class Attainment(Windowed):
    """Asks for actual against target over a window, of one metric or of several weighted ones."""

    model_config = _each((*FORMS, "variance"), ("of", "weighted"))
    weighted: Annotated[list[Part], Field(min_length=2)] | None = None
    variance: Within | None = None
    cap_each: Percent | None = None


class Competency(Form):
    """Asks for scores on the current or the next level, over the last cycles."""

    model_config = _each(("is", "every", "any_of"), ("at_least", "above"), ("each_of_last", "mean_of_last"))
    is_: Annotated[Word | None, Field(alias="is")] = None
    every: Words | None = None
    any_of: Words | None = None
    count: Count | None = None
    at_least: int | None = None
    above: int | None = None
    each_of_last: Cycles | None = None
    mean_of_last: Cycles | None = None
    level: Literal["current", "next"] | None = None


class Track(Form):
    """Asks for a commitment to a track, signed by the candidate."""

    committed_to: Word
    signed_by: Literal["candidate"] | None = None


class Tenure(Form):
    """Asks for whole months in the level, in any of several, in the function or in the company."""

    within: Annotated[
        Literal["level", "function", "company"] | Annotated[list[Word], Field(min_length=1)],
        Field(alias="in"),
    ]
    at_least: Months


class Evidence(Form):
    """Asks for pieces of evidence of one kind."""

    kind: Word
    at_least: Count | None = None
    within: Months | None = None
    verified: bool | None = None


class Endorsement(Form):
    """Asks for people who vouch for the candidate."""

    at_least: Count | None = None
    within: Months | None = None
    by: Literal["manager", "line", "outside_line"] | None = None
    outside_line: bool | None = None
    at_or_above: Word | None = None


class Attestation(Form):
    """Asks for a statement that somebody makes about the candidate."""

    statement: Word
    at_least: Count | None = None
    within: Months | None = None
    by: Literal["candidate", "manager", "line", "outside_line"] | None = None


class Rating(Form):
    """Asks that the last ratings are among some words."""

    one_of: Words
    last: Annotated[int, Field(ge=1, le=20)] | None = None
    within: Months | None = None


class Seat(Form):
    """Asks that seats are stated to be open."""

    at_least: Annotated[int, Field(ge=1, le=999)] | None = None
    level: Word | None = None


class Training(Form):
    """Asks for courses done."""

    done: Words
    at_least: Count | None = None


class AtLeast(Form):
    """Asks for some of several criteria."""

    count: Count
    of: Annotated[list[Criterion], Field(min_length=1)]


KINDS = (
    *("all", "any", "at_least", "not"),
    *("attainment", "metric", "competency", "track", "tenure"),
    *("evidence", "endorsement", "attestation", "rating", "seat", "training", "none_of"),
)


class Criterion(Form):
    """Holds one requirement: an id, a sentence of its own, and exactly one kind."""

    model_config = _each(KINDS)
    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9.-]{0,59}$")] | None = None
    says: Word | None = None
    all: Annotated[list[Criterion], Field(min_length=1)] | None = None
    any: Annotated[list[Criterion], Field(min_length=1)] | None = None
    at_least: AtLeast | None = None
    not_: Annotated[Criterion | None, Field(alias="not")] = None
    attainment: Attainment | None = None
    metric: Metric | None = None
    competency: Competency | None = None
    track: Track | None = None
    tenure: Tenure | None = None
    evidence: Evidence | None = None
    endorsement: Endorsement | None = None
    attestation: Attestation | None = None
    rating: Rating | None = None
    seat: Seat | None = None
    training: Training | None = None
    none_of: Words | None = None


def keys(form: type[Form]) -> tuple[str, ...]:
    """Returns the keys that a form has in a file, in order."""
    return tuple(one.alias or name for name, one in form.model_fields.items())
