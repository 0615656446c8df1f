"""The JSON Schema of ladder files, for editors: generated from the model of the file."""

from __future__ import annotations

from rules.ladderform import LadderFile
from rules.schema import ADDRESS, written
from terms.canonical import Json


def ladder_schema() -> dict[str, Json]:
    """Returns the JSON Schema (2020-12) of ladder files; a track may be given by its name alone."""
    found = written(LadderFile.model_json_schema(by_alias=True))
    assert isinstance(found, dict)
    track = found["$defs"]["Track"]
    found["$defs"]["Track"] = {"anyOf": [{"type": "string"}, track]}
    found["$defs"]["Scale"]["properties"]["best"] = {"enum": ["highest", "lowest"], "default": "highest"}
    return {"$schema": ADDRESS, **found, "title": "A ladder of Rung"}
