"""All that is kept about a person, for that person: with what it tells of other people taken out."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import select

from engine.access.permit import require
from engine.case.ballot import told
from engine.case.query import cases
from engine.custody.command import NoteSubjectExport
from engine.fact.newest import source_of
from engine.letter.outbox import letters
from engine.people.directory import aliases, natural, people, person
from engine.record.event import SYSTEM, Actor, Draft, Event, Gone
from engine.record.kept import read_stream, read_streams
from engine.record.log import append, read_log
from engine.store.table.fact import fact
from engine.store.transaction import Tx
from terms.canonical import Json, canonical

FORMAT = 1
SOMEBODY = "[another person]"
SHORTEST, SHORT = 2, 3
"""Of so many letters a name is taken out, and one of fewer than so many only as it is written."""
WRITTEN = {"because", "reasons", "result", "scores", "text", "title", "vote"}
"""What of an event about somebody else is the author's own word, and no figure or file of the other's."""


class Redaction:
    """Holds who the subject is, and takes every other person of the directory out of values and texts."""

    def __init__(self, tx: Tx, own: Iterable[str]) -> None:
        self.own = set(own)
        self.numbers: dict[str, int] = {}
        mine = {word for one in self.own for word in person(tx, one).name.split()}
        words: set[str] = set()
        self.others: set[str] = set()
        for one in people(tx):
            if one.id not in self.own:
                self.others.add(one.id)
                words |= {one.name, one.hr_id, one.email or "", one.label}
                words |= {part for part in one.name.split() if part not in mine}
        known = sorted({_composed(one) for one in words}, key=lambda one: (-len(one), one))
        told = [
            re.escape(one) if len(one) < SHORT else f"(?i:{re.escape(one)})"
            for one in known
            if len(one) >= SHORTEST
        ]
        self.pattern = re.compile(r"(?<!\w)(?:" + "|".join(told) + r")(?!\w)") if told else None

    def who(self, person_id: str | None) -> str | None:
        """Returns what to call somebody: the subject, the system, or another person by number."""
        if person_id is None or person_id == SYSTEM:
            return person_id
        if person_id in self.own:
            return "you"
        return f"another person {self.numbers.setdefault(person_id, len(self.numbers) + 1)}"

    def value(self, held: Json | Gone) -> Json:
        """Returns a value with every other person's id, name, e-mail and HR id replaced."""
        if isinstance(held, Gone):
            return f"({held})"
        if isinstance(held, str):
            if held in self.others or held in self.own:
                return self.who(held)
            return self._text(held)
        if isinstance(held, Mapping):
            return {self.key(name): self.value(one) for name, one in held.items()}
        if isinstance(held, list | tuple):
            return [self.value(one) for one in held]
        return held

    def _text(self, held: str) -> str:
        """Returns a text without others' names, however their letters are composed; else as it was written."""
        if self.pattern is None:
            return held
        found = self.pattern.sub(SOMEBODY, composed := _composed(held))
        return held if found == composed else found

    def key(self, name: str) -> str:
        """Returns an object's key, which may be a person's id too."""
        return str(self.who(name)) if name in self.others or name in self.own else name


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def subject_file(tx: Tx, person_id: str, actor: Actor, held: frozenset[str]) -> bytes:
    """Returns all that is kept about a human as canonical JSON: directory, facts, cases, events with their texts.

    Raises Refused where the actor is neither the subject nor hr. What is sealed until a reveal stays sealed.
    """
    own = aliases(tx, natural(tx, person_id))
    require("export a subject", held | _toward(tx, actor, own), person(tx, own[0]).label)
    redacted = Redaction(tx, own)
    made: dict[str, Json] = {
        "format": FORMAT,
        "directory": [
            {"label": one.label, "hr_id": one.hr_id, "name": one.name, "email": one.email}
            for one in (person(tx, name) for name in own)
        ],
        "cases": [
            {
                "case": one.label,
                "from": one.source,
                "to": one.target,
                "state": one.state,
                "nominated_on": one.nominated_on,
                "outcome": one.outcome,
                "decided_on": one.decided_on,
                "policy": one.policy,
            }
            for name in own
            for one in cases(tx, person=name)
        ],
        "facts": list(_facts(tx, own, redacted)),
        "events": list(_told(tx, own, redacted)),
        "letters": list(_letters(tx, own, redacted)),
        "redacted": f"Other people are numbered; their names in texts read {SOMEBODY}.",
    }
    return canonical(made) + b"\n"


def _letters(tx: Tx, own: tuple[str, ...], redacted: Redaction) -> Iterable[Json]:
    """Yields the letters that were written to a human, sent or not."""
    for name in own:
        for one in letters(tx, receiver=name):
            yield {
                "letter": one.label,
                "kind": one.kind,
                "state": one.state,
                "written_at": one.written_at,
                "settled_at": one.settled_at,
                "subject": redacted.value(one.subject),
                "text": redacted.value(one.text),
            }


def _facts(tx: Tx, own: tuple[str, ...], redacted: Redaction) -> Iterable[Json]:
    query = select(fact).where(fact.c.person.in_(own)).order_by(fact.c.import_seq, fact.c.row, fact.c.field)
    for one in tx.connection.execute(query):
        yield {
            "source": source_of(one),
            "kind": one.kind,
            "name": redacted.value(one.name),
            "start": one.start,
            "end": one.end,
            "value": one.value,
            "unit": one.unit,
            "detail": redacted.value(json.loads(one.detail)),
            "recorded_at": one.recorded_at,
        }


def _events(tx: Tx, own: tuple[str, ...]) -> list[Event]:
    """Returns the events of a human's cases and stream, those about them and those they made, oldest first."""
    streams = {f"case:{one.id}" for name in own for one in cases(tx, person=name)}
    streams |= {f"person:{name}" for name in own}
    found = {one.seq: one for held in read_streams(tx, sorted(streams)).values() for one in held}
    for event in read_log(tx):
        if not set(own).isdisjoint((*event.about, event.actor, event.acting_for or "")):
            found[event.seq] = event
    return [found[seq] for seq in sorted(found)]


def _told(tx: Tx, own: tuple[str, ...], redacted: Redaction) -> Iterator[Json]:
    """Yields their events; from where a case they are in is under seal on, without numbers and who has judged.

    That they themselves have judged it is left out too: HR may read this file.
    """
    events, since, hidden = _events(tx, own), None, set[int]()
    for name in sorted({one.stream for one in events if one.stream.startswith("case:")}):
        stream = read_stream(tx, name)
        shown, began = told(stream)
        hidden |= {held.seq for held in stream} - {held.seq for held in shown}
        since = began if since is None or (began is not None and began < since) else since
    for event in events:
        if event.seq not in hidden:
            yield _event(event, redacted, numbered=since is None or event.seq <= since)


def _event(event: Event, redacted: Redaction, *, numbered: bool) -> Json:
    """Returns an event as its subject may read it; of somebody else's case, that they acted and what they wrote."""
    about_them = not set(event.about).isdisjoint(redacted.own) or event.stream.startswith("person:")
    made: dict[str, Json] = {
        "seq": event.seq if numbered else None,
        "type": event.type,
        "recorded_at": event.recorded_at if numbered else f"{event.recorded_at[:19]}Z",
        "by": redacted.who(event.actor),
        "rule": event.rule,
    }
    if about_them or not event.about:
        made["data"] = redacted.value(dict(event.data))
    if about_them or event.actor in redacted.own:
        texts = {name: one for name, one in event.payload.items() if about_them or name in WRITTEN}
        made["texts"] = {name: redacted.value(one) for name, one in sorted(texts.items())}
    return made


def note(tx: Tx, command: NoteSubjectExport, actor: Actor, held: frozenset[str]) -> tuple[Event, ...]:
    """Returns the event that says who was given a subject's export, and which bytes."""
    own = aliases(tx, natural(tx, command.person))
    rule = require("export a subject", held | _toward(tx, actor, own), person(tx, own[0]).label)
    draft = Draft(
        type="SubjectExported",
        stream="workspace",
        data={"person": own[0], "digest": command.digest},
        about=(own[0],),
        rule=rule,
    )
    return append(tx, [draft], actor=actor, command="ExportSubject")


def _toward(tx: Tx, actor: Actor, own: tuple[str, ...]) -> frozenset[str]:
    return frozenset({"subject"}) if natural(tx, actor.person) in own else frozenset()
