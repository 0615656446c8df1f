"""The JSON Schema of policy files, for editors: generated from the models of the file and of each criterion kind.

It knows keys, kinds and forms; the loader knows the ladder too, and says what a schema cannot.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from rules.kindform import Criterion, Word
from rules.policy import PolicyFile
from terms.canonical import Json
from terms.form import Form

ADDRESS = "https://json-schema.org/draft/2020-12/schema"


class Step(Form):
    """Holds a move between two levels: what it asks, and what it only shows."""

    source: Annotated[Word, Field(alias="from")]
    to: Word
    says: str | None = None
    workflow: Word | None = None
    ready: Criterion
    advisory: list[Criterion] | None = None


class Whole(PolicyFile):
    """Holds a policy file, criteria included."""

    moves: list[Step]  # type: ignore[assignment]


def schema() -> dict[str, Json]:
    """Returns the JSON Schema (2020-12) of policy files."""
    found = written(Whole.model_json_schema(by_alias=True))
    assert isinstance(found, dict)
    return {"$schema": ADDRESS, **found, "title": "A policy of Rung"}


def written(value: Any) -> Any:
    """Returns a schema without the nulls that a model has for what is not written: a file leaves the key out."""
    if isinstance(value, list):
        return [written(one) for one in value]
    if not isinstance(value, dict):
        return value
    held = {key: written(one) for key, one in value.items() if not (key == "default" and one is None)}
    if isinstance(held.get("anyOf"), list):
        choices = [one for one in held["anyOf"] if one != {"type": "null"}]
        held["anyOf"] = choices
        if len(choices) == 1:
            del held["anyOf"]
            held = {**choices[0], **held}
    return held
