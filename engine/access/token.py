"""Personal tokens: what somebody shows to prove who they are; issued once, kept as a digest, ended by day or by word.

A secret is 256 random bits, so one SHA-256 keeps it (no guess gets near, and no slow hash is needed); it enters
neither the record nor the database. The digest stands in the event that issues a token, so a row that somebody
writes into the table by hand is one that the record does not lead to.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256

from sqlalchemy import Row, func, insert, select, update

from engine.access.permit import require
from engine.people.delegation import stand_in
from engine.people.directory import find_person, natural, person
from engine.record.event import Actor, Draft, Event, Gone
from engine.record.log import append, read_log
from engine.store.table.token import token as token_table
from engine.store.transaction import Tx
from terms.error import BadInput, Refused, Unknown, Unproven

PREFIX = "rung_"
USUAL, LONGEST = 90, 366
PROVEN = "token"
"""How the record says that somebody was known, who showed a token."""
ISSUED, REVOKED = "TokenIssued", "TokenRevoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """Holds one token as a list shows it; days are dates, the last one included."""

    id: str
    label: str
    person: str
    digest: str
    issued_by: str
    issued_on: str
    until: str
    revoked_on: str | None
    event: int
    last_used: str | None

    def standing(self, on: date) -> str:
        """Returns whether it holds on a day: `valid`, `ended` or `revoked`."""
        if self.revoked_on is not None:
            return "revoked"
        return "valid" if on.isoformat() <= self.until else "ended"


@dataclass(frozen=True, slots=True)
class Issued:
    """Holds a new token with its secret, which is shown this once."""

    token: Token
    secret: str


def digest(secret: str) -> str:
    """Returns what is kept of a secret: its SHA-256 as hexadecimal text."""
    return sha256(secret.encode()).hexdigest()


def issue(tx: Tx, to: str, days: int, note: str | None, actor: Actor, standing: frozenset[str]) -> Issued:
    """Returns a new token for a person, valid through the last of so many days from today.

    Raises Refused where the actor is neither hr nor the proven person themself, BadInput for a length that none has.
    """
    if not 1 <= days <= LONGEST:
        raise BadInput(f"A token for {days} days is not possible; write 1 to {LONGEST}.")
    who, today = natural(tx, to), tx.sources.today()
    rule = require("issue a token", _held(tx, who, actor, standing), person(tx, to).label)
    secret = PREFIX + urlsafe_b64encode(tx.sources.salts()).rstrip(b"=").decode()
    count = tx.connection.execute(select(func.count()).select_from(token_table)).scalar_one()
    made = {
        "token": tx.sources.ids(),
        "label": f"T-{count + 1:04d}",
        "on": today.isoformat(),
        "until": (today + timedelta(days=days)).isoformat(),
        "digest": digest(secret),
    }
    draft = Draft(
        type=ISSUED,
        stream=f"person:{who}",
        data=dict(made),
        sealed={"note": note} if note else {},
        about=(who,),
        rule=rule,
    )
    event = append(tx, [draft], actor=actor, command="IssueToken")[0]
    row = row_of(event)
    tx.connection.execute(insert(token_table).values(**row, last_used=None))
    return Issued(find_token(tx, str(row["label"])), secret)


def revoke(tx: Tx, label: str, actor: Actor, standing: frozenset[str]) -> Event:
    """Returns the event that ends a token at once; raises Refused where the actor may not, or it is revoked already."""
    found = find_token(tx, label)
    rule = require("revoke a token", _held(tx, found.person, actor, standing), found.label)
    if found.revoked_on is not None:
        raise Refused(f"{found.label} was revoked on {found.revoked_on} already.")
    today = tx.sources.today().isoformat()
    draft = Draft(
        type=REVOKED,
        stream=f"person:{natural(tx, found.person)}",
        data={"token": found.id, "label": found.label, "on": today},
        about=(found.person,),
        rule=rule,
    )
    event = append(tx, [draft], actor=actor, command="RevokeToken")[0]
    mine = token_table.c.id == found.id
    tx.connection.execute(update(token_table).where(mine).values(revoked_on=today))
    return event


def _held(tx: Tx, who: str, actor: Actor, standing: frozenset[str]) -> frozenset[str]:
    """Returns an actor's relations to a person's tokens: nobody deals with tokens for another who delegated."""
    if actor.acting_for is not None:
        return frozenset()
    mine = actor.authenticated == PROVEN and natural(tx, actor.person) == natural(tx, who)
    return standing | {"proven owner"} if mine else standing


def find_token(tx: Tx, label: str) -> Token:
    """Returns the token with a label such as T-0003; raises Unknown where none has it."""
    row = tx.connection.execute(select(token_table).where(token_table.c.label == label.upper())).first()
    if row is None:
        raise Unknown(f"No token {label}; `rung token list` shows those there are.")
    return _token(row)


def tokens(tx: Tx, actor: Actor, standing: frozenset[str]) -> tuple[Token, ...]:
    """Returns the tokens that somebody may see, by label: everybody's for hr, else their own.

    The day of last use is its owner's to see: of a panel's member it would tell that they have been at work (law 7).
    """
    query = select(token_table).order_by(token_table.c.label)
    me, found = natural(tx, actor.person), []
    for one in map(_token, tx.connection.execute(query)):
        mine = natural(tx, one.person) == me
        if mine or "hr" in standing:
            found.append(one if mine else replace(one, last_used=None))
    return tuple(found)


def notes(tx: Tx) -> dict[str, str]:
    """Returns what each token was said to be for, by its id."""
    found = {}
    for event in read_log(tx, types=(ISSUED,)):
        held = event.payload.get("note")
        if held is not None:
            found[str(event.data["token"])] = f"({held})" if isinstance(held, Gone) else str(held)
    return found


def _token(row: Row[tuple[object, ...]]) -> Token:
    held = row._mapping
    return Token(**{name: held[name] for name in Token.__slots__})


def any_issued(tx: Tx) -> bool:
    """Returns whether a token was ever issued here."""
    return tx.connection.execute(select(token_table.c.id).limit(1)).first() is not None


def bearer(tx: Tx, secret: str) -> Token:
    """Returns the valid token of a secret; raises Unproven where there is none."""
    wanted = digest(secret.strip())
    row = tx.connection.execute(select(token_table).where(token_table.c.digest == wanted)).first()
    if row is None or not hmac.compare_digest(row.digest, wanted):
        raise Unproven("This token is not known here; ask HR for one (`rung token issue`).")
    found = _token(row)
    if person(tx, found.person).hr_id.startswith("erased-"):
        raise Unproven("This token is not known here; ask HR for one (`rung token issue`).")
    stands = found.standing(tx.sources.today())
    if stands == "revoked":
        raise Unproven(f"The token {found.label} was revoked on {found.revoked_on}; ask HR for another.")
    if stands == "ended":
        raise Unproven(f"The token {found.label} ended on {found.until}; ask HR for another.")
    return found


def note_use(tx: Tx, found: Token) -> None:
    """Writes that a token was used today."""
    mine = token_table.c.id == found.id
    tx.connection.execute(update(token_table).where(mine).values(last_used=tx.sources.today().isoformat()))


def whoever(tx: Tx, text: str | None, behalf: str | None, secret: str | None, *, asserted: bool) -> Actor:
    """Returns who acts, and for whom: whose token it is, or who is named, where a name is taken on trust.

    Raises Unproven where a token is asked for and there is none, BadInput where nobody is named, Unknown or Ambiguous
    where a name fits none or several, Refused where token and name are two people, or nobody has delegated to them.
    """
    me = reader(tx, text, secret, asserted=asserted)
    if me is None:
        raise BadInput("Nobody acts: name yourself with --as PERSON or RUNG_AS.")
    acting_for = find_person(tx, behalf).natural if behalf else None
    found = Actor(me, PROVEN if secret else "asserted", acting_for)
    stand_in(tx, found)
    return found


def reader(tx: Tx, text: str | None, secret: str | None, *, asserted: bool) -> str | None:
    """Returns the human who reads: whose token it is, or who is named; None for a stranger.

    Raises Unproven where a name is not taken on trust, Refused where token and name are two people.
    """
    if secret:
        mine = natural(tx, bearer(tx, secret).person)
        if text and (named := find_person(tx, text)).natural != mine:
            told = f"The token is {person(tx, mine).label}'s, and {named.label} is named; leave the name out."
            raise Refused(told)
        return mine
    if not text:
        if not asserted:
            raise Unproven(_asked(tx))
        return None
    if not asserted:
        raise Unproven(_asked(tx))
    return find_person(tx, text).natural


def _asked(tx: Tx) -> str:
    told = "The database is shared by many, so a name is not enough: set RUNG_TOKEN to your token. "
    if any_issued(tx):
        return told + "HR issues one: `rung token issue PERSON`."
    return told + "Nobody has one yet; somebody of HR begins: `rung token issue PERSON --as PERSON`."


def row_of(event: Event) -> dict[str, object]:
    """Returns the row that the issuing of a token leads to, not revoked."""
    data = event.data
    return {
        "id": data["token"],
        "label": data["label"],
        "person": event.stream.removeprefix("person:"),
        "digest": data["digest"],
        "issued_by": event.actor,
        "issued_on": data["on"],
        "until": data["until"],
        "revoked_on": None,
        "event": event.seq,
    }


def derived_tokens(tx: Tx) -> dict[str, dict[str, object]]:
    """Returns the rows that the record leads to, by id."""
    found: dict[str, dict[str, object]] = {}
    for event in read_log(tx, types=(ISSUED, REVOKED)):
        if event.type == ISSUED:
            found[str(event.data["token"])] = row_of(event)
        else:
            found[str(event.data["token"])]["revoked_on"] = event.data["on"]
    return found
