"""Holds a document against a pydantic model, and tells each fault as one sentence with its place."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from terms.error import BadInput, Malformed
from terms.source import Document, Path

Shape = TypeVar("Shape", bound=BaseModel)


class Form(BaseModel):
    """Holds what a file says: frozen, exact types, no key that is not named."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


def shaped(model: type[Shape], document: Document, value: Any = None, at: Path = ()) -> Shape:
    """Returns a document, or the part of it at a path, as a model; raises Malformed.

    Of several faults an unknown key is told first: it is mostly why another one seems to be missing.
    """
    try:
        return model.model_validate(document.value if value is None else value)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        first = next((one for one in faults if one["type"] == "extra_forbidden"), faults[0])
        path = (*at, *_written(first["loc"], document, at))
        raise Malformed(_sentence(model, first), str(document.at(path))) from None


def near(word: str, known: list[str]) -> str:
    """Returns `did you mean ...? ` for a word close to a known one, or the known words."""
    close = get_close_matches(word, known, n=1) or get_close_matches(word.lower(), known, n=1)
    if not close and len(word) > 2:
        close = [one for one in known if one.startswith(word.lower())]
    return f"did you mean `{close[0]}`?" if close else f"there is {', '.join(sorted(known))}."


def _written(loc: tuple[int | str, ...], document: Document, at: Path) -> Path:
    """Returns the longest beginning of a pydantic location that stands in the document."""
    path: Path = ()
    for step in loc:
        if (*at, *path, step) in document.positions:
            path = (*path, step)
    return path


def _sentence(model: type[BaseModel], fault: ErrorDetails) -> str:
    name = str(fault["loc"][-1]) if fault["loc"] else "the file"
    kind = fault["type"]
    if kind == "extra_forbidden":
        return f"`{name}` is not a key here; {near(name, _keys(model, fault['loc'][:-1]))}"
    if kind == "missing":
        return f"`{name}` is missing; write it."
    if kind == "value_error":
        held = fault.get("ctx", {}).get("error")
        told = held.sentence if isinstance(held, BadInput) else str(held)
        return f"`{name}`: {told}"
    given = fault["input"]
    shown = f", not {given!r}" if isinstance(given, str | int | bool) or given is None else ""
    said = fault["msg"].removeprefix("Input should be ").removeprefix("a valid ")
    return f"`{name}` must be {said}{shown}."


def _keys(model: type[BaseModel], way: tuple[int | str, ...]) -> list[str]:
    """Returns the keys that the model at the end of a way accepts."""
    held: Any = model
    for step in way:
        if isinstance(step, int):
            continue
        field = next(
            (one for name, one in getattr(held, "model_fields", {}).items() if (one.alias or name) == step),
            None,
        )
        inner = _model_in(field.annotation) if field is not None else None
        held = inner or held
    return [one.alias or name for name, one in held.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in getattr(annotation, "__args__", ()):
        found = _model_in(part)
        if found is not None:
            return found
    return None
