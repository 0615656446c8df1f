"""The JSON Schema of files of rounds, for editors: generated from the model of the file."""

from __future__ import annotations

from typing import Any

from terms.canonical import Json
from workflows.round import EVERY, EXCEPTION, REFUSED, RoundFile
from workflows.vocabulary import RELATIONS

ADDRESS = "https://json-schema.org/draft/2020-12/schema"


def round_schema() -> dict[str, Json]:
    """Returns the JSON Schema (2020-12) of files of rounds."""
    found = _plain(RoundFile.model_json_schema(by_alias=True))
    held = found["properties"]
    held["every"] = {"enum": list(EVERY)}
    held["escalate"] = {"enum": list(RELATIONS)}
    late = found["$defs"]["LateRule"]["properties"]
    late["nominations"] = {"enum": [REFUSED, EXCEPTION]}
    late["approvals"]["items"] = {"enum": list(RELATIONS)}
    found["oneOf"] = [{"required": ["every"]}, {"required": ["held"]}]
    return {"$schema": ADDRESS, **found, "title": "Promotion rounds of Rung"}


def _plain(value: Any) -> Any:
    """Returns a schema without the nulls that a model has for what is not written: a file leaves the key out."""
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if not isinstance(value, dict):
        return value
    held = {key: _plain(one) for key, one in value.items() if not (key == "default" and one is None)}
    choices = held.get("anyOf")
    if isinstance(choices, list):
        left = [one for one in choices if one != {"type": "null"}]
        del held["anyOf"]
        held = {**left[0], **held} if len(left) == 1 else {**held, "anyOf": left}
    return held
