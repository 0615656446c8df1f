"""Answers a command on an action: pure, `(action, command, today, rule) -> draft`, or raises."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from engine.growth.plan.command import (
    Changing,
    DropAction,
    FinishAction,
    PostponeAction,
    StartAction,
    VerifyAction,
)
from engine.growth.plan.state import DONE, OPEN, PLANNED, Action, stream
from engine.record.event import Draft
from terms.canonical import Json
from terms.error import BadInput, Reason, Refused
from terms.form import near

KIND = re.compile(r"[a-z][a-z0-9-]{0,39}\Z")
LONGEST = 2000


def check(kind: str, kinds: Mapping[str, str], text: str, due: date, today: date) -> None:
    """Raises BadInput where an action's kind is none of the ladder's, it says nothing, or its day is over."""
    if kinds and kind not in kinds:
        raise BadInput(f"{kind!r} is no kind of action of this ladder; {near(kind, list(kinds))}")
    if not KIND.match(kind):
        raise BadInput(
            f"{kind!r} is no kind of action; use small letters, digits and -, such as deal-debrief."
        )
    said("An action", text)
    if due < today:
        raise BadInput(f"An action cannot be due on {due}: that day is over.")


def said(what: str, text: str) -> str:
    """Returns a text that says something; raises BadInput where it is blank or longer than anybody reads."""
    if not text.strip():
        raise BadInput(f"{what} says what is done; write a text.")
    if len(text) > LONGEST:
        raise BadInput(f"{what} is longer than {LONGEST} characters; say it shorter.")
    return text


def why(what: str, text: str) -> str:
    """Returns a reason; raises BadInput where it is blank or longer than anybody reads."""
    if not text.strip():
        raise BadInput(f"{what} says why; write --because TEXT.")
    return said(what, text)


def changing(action: Action, command: Changing, today: date, rule: str) -> Draft:
    """Returns the event that a command on an action leads to; raises Refused where its state does not allow it."""
    data: dict[str, Json] = {"on": today.isoformat()}
    sealed: dict[str, Json] = {}
    match command:
        case StartAction():
            _state(action, (PLANNED,), "begun")
            type_ = "ActionStarted"
        case FinishAction():
            _state(action, OPEN, "finished")
            type_ = "ActionFinished"
            shows = command.shows or action.kind
            if not KIND.match(shows):
                raise BadInput(f"{shows!r} is no kind of evidence; write one that a policy names.")
            if command.on > today:
                raise BadInput(f"Nothing is done on {command.on} already: that day is still to come.")
            if command.on.isoformat() < action.planned_on:
                raise BadInput(f"{action.label} was planned on {action.planned_on}, after {command.on}.")
            data |= {"on": command.on.isoformat(), "shows": shows}
            sealed["result"] = said("A result", command.result)
        case VerifyAction():
            _state(action, (DONE,), "verified")
            if action.verified_by is not None:
                raise BadInput(f"{action.label} is verified already.")
            type_ = "ActionVerified"
        case PostponeAction():
            _state(action, OPEN, "postponed")
            type_ = "ActionPostponed"
            if command.due <= today:
                raise BadInput(f"{command.due} is not after today; write a later day.")
            data["due"] = command.due.isoformat()
            sealed["because"] = why("Postponing", command.because)
        case DropAction():
            _state(action, OPEN, "dropped")
            type_ = "ActionDropped"
            sealed["because"] = why("Dropping", command.because)
    return Draft(
        type=type_,
        stream=stream(action.id),
        data=data,
        sealed=sealed,
        about=(action.person,),
        rule=rule,
    )


def _state(action: Action, allowed: tuple[str, ...], word: str) -> None:
    if action.state not in allowed:
        told = f"It is {action.state}; only one that is {' or '.join(allowed)} can be {word}."
        raise Refused(f"{action.label} stays as it is.", reasons=(Reason(f"growth:{action.state}", told),))
