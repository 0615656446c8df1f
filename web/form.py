"""The form of each command: a pydantic model made of the command's own class, so that none is written twice."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, TypeAlias, Union, get_args, get_origin, get_type_hints

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, create_model

from engine.bootstrap import Command

LONGEST = 20_000
"""Characters of one text."""
LONG = {"text": 200_000}
MOST = 500
"""Entries of one list or map."""
Text: TypeAlias = Annotated[str, Field(max_length=LONGEST, pattern=r"^[^\x00]*$")]
Whole: TypeAlias = Annotated[int, Field(ge=0, le=2**31 - 1)]
TODAY = {
    "AttachEvidence": ("happened_on",),
    "TellCandidate": ("on",),
    "OpenSession": ("held_on",),
    "FinishAction": ("on",),
    "OfferInterim": ("start",),
}
"""Days that are today where none is given, as on the command line."""
OPEN = {"GiveScores": ("notes",), "PlanAction": ("owner",), "AdoptSuggestions": ("owner",)}
"""What else may be left out: no notes; the person themself owns an action."""
PLACES = {
    "case": "A case's label, such as C-0001, or its id.",
    "session": "A session's label, such as S-0001, or its id.",
    "cycle": "A cycle's name, or its id.",
    "round": "A round's label, such as half-yearly-2027-04.",
    "action": "An action's label, such as A-0001.",
    "interim": "An interim role's label, such as I-0001.",
    "edition": "An edition: NAME@EDITION, such as sales@2026-07.",
    "content": "A file in base64; 5 MiB at most.",
    "exhibit": "An exhibit of the file, such as E1.",
    "exception": "An exception of the case, such as X1.",
    "question": "A question of the case, such as Q1.",
}
PEOPLE = ("person", "member", "chair", "owner", "members", "alternates", "people")
WHO = "HR id, e-mail, label or an unambiguous part of a name."


class Form(BaseModel):
    """Holds what was sent; a key that the command does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def flat(kind: Any) -> Iterator[type[Any]]:
    """Yields every command class of a union of them, each once."""
    seen: set[type[Any]] = set()
    for one in get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,):
        for each in flat(one) if get_args(one) else (one,):
            if each not in seen:
                seen.add(each)
                yield each


COMMANDS: dict[str, type[Any]] = {
    one.__name__: one for one in sorted(set(flat(Command)), key=lambda one: one.__name__)
}
"""Every command that the engine carries out, by name."""
LEFT_OUT = {
    "NoteSubjectExport": "it is written where the export itself is handed out: POST /api/subjects/{person}"
}
"""Commands without a route of their own, and why."""


def form_of(command: type[Any]) -> type[Form]:
    """Returns the model of what is sent for a command."""
    hints, fields = get_type_hints(command), {}
    free = (*TODAY.get(command.__name__, ()), *OPEN.get(command.__name__, ()))
    for one in dataclasses.fields(command):
        about = WHO if one.name in PEOPLE else PLACES.get(one.name)
        kind = _kind(hints[one.name], LONG.get(one.name, LONGEST))
        if one.name in free:
            fields[one.name] = (kind | None, Field(default=None, description=about))
        elif one.default is not dataclasses.MISSING:
            fields[one.name] = (kind, Field(default=one.default, description=about))
        elif one.default_factory is not dataclasses.MISSING:
            fields[one.name] = (kind, Field(default_factory=one.default_factory, description=about))
        else:
            fields[one.name] = (kind, Field(description=about))
    made: type[Form] = create_model(command.__name__, __base__=Form, __doc__=command.__doc__, **fields)  # type: ignore[call-overload]  # fields are known when it runs
    return made


def _kind(hint: Any, longest: int = LONGEST) -> Any:
    """Returns a type as a form has it: bounded, base64 for bytes, a model for a class of ours."""
    if hint is str:
        return (
            Text if longest == LONGEST else Annotated[str, Field(max_length=longest, pattern=r"^[^\x00]*$")]
        )
    if hint is int:
        return Whole
    if hint is bytes:
        return Annotated[Base64Bytes, Field(max_length=8 << 20)]
    if hint in (bool, date, type(None)):
        return hint
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return form_of(hint)
    inner: tuple[Any, ...] = get_args(hint)
    if get_origin(hint) in (Union, types.UnionType):
        return Union[tuple(_kind(one) for one in inner)]  # noqa: UP007  # of a tuple that is known when it runs
    if get_origin(hint) is tuple and inner[-1] is Ellipsis:
        return Annotated[types.GenericAlias(tuple, (_kind(inner[0]), ...)), Field(max_length=MOST)]
    if get_origin(hint) is tuple:
        return types.GenericAlias(tuple, tuple(_kind(one) for one in inner))
    if get_origin(hint) in (Mapping, dict):
        return Annotated[types.GenericAlias(dict, tuple(_kind(one) for one in inner)), Field(max_length=MOST)]
    raise TypeError(f"{hint!r} has no form; say in web/form.py what is sent for it.")
