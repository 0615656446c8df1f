"""What a form names, as ids: cases and sessions by label, people by any name, as the command line takes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.case.command import LARGEST_EXHIBIT, TOO_LARGE
from engine.case.query import find_case, load
from engine.edition.library import named
from engine.growth.cycle.query import find_cycle
from engine.growth.interim.query import find_interim
from engine.growth.plan.query import find_action
from engine.people.directory import find_person
from engine.round.query import find_round
from engine.session.query import find_session
from engine.store.transaction import Tx
from terms.error import BadInput
from web.form import OPEN, PEOPLE, TODAY, Form

FINDERS: Mapping[str, Callable[[Tx, str], str]] = {
    "case": find_case,
    "session": find_session,
    "cycle": find_cycle,
    "round": find_round,
    "action": find_action,
    "interim": find_interim,
}
HUMAN = (
    "AuthoriseChange",
    "ScoreSheet",
    "AskScores",
    "PlanAction",
    "AdoptSuggestions",
    "OfferInterim",
    "ReleaseTrack",
)
"""Commands about a human, whichever of their accounts is named; the others are about the account that is named."""
UPPER = ("exhibit", "exception", "question")


def resolved(tx: Tx, command: type[Any], form: Form) -> Any:
    """Returns the command that a form asks for; raises BadInput, Unknown or Ambiguous for a name that fits not one."""
    values: dict[str, Any] = {name: getattr(form, name) for name in type(form).model_fields}
    for name in TODAY.get(command.__name__, ()):
        values[name] = values[name] or tx.sources.today()
    for name, value in values.items():
        if value is not None:
            values[name] = _found(tx, command.__name__, name, value)
    for name in OPEN.get(command.__name__, ()):
        if values[name] is None:
            values[name] = values["person"] if name == "owner" else {}
    if command.__name__ == "Decide" and values["outcome"] == "promoted" and values["effective"] is None:
        values["effective"] = None if load(tx, values["case"]).round else tx.sources.today()
    return command(**values)


def _found(tx: Tx, command: str, name: str, value: Any) -> Any:
    if name in FINDERS and not (command == "Nominate" and name == "round"):
        return FINDERS[name](tx, value)
    if name in PEOPLE:
        if isinstance(value, tuple):
            return tuple(_person(tx, command, one) for one in value)
        return _person(tx, command, value)
    if name == "groups":
        return {_person(tx, command, one): group for one, group in value.items()}
    if name == "edition":
        called, _, label = value.partition("@")
        if not (called and label):
            raise BadInput(f"{value!r} is no edition; write NAME@EDITION, such as sales@2026-07.")
        return named(tx, "policy", called, label)
    if name in UPPER:
        return value.upper()
    if name == "content" and len(value) > LARGEST_EXHIBIT:
        raise BadInput(f"The file {TOO_LARGE}")
    if command == "ScoreSheet" and name == "scores":
        return {item if ":" in item else f"current:{item}": given for item, given in value.items()}
    return value


def _person(tx: Tx, command: str, text: str) -> str:
    found = find_person(tx, text)
    return found.natural if command in HUMAN else found.id
