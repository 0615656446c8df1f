"""Joins store, clock, ids, salts, keys and rooms: the one door that cli and web call."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from engine.access.permit import require
from engine.access.token import any_issued, bearer, note_use, reader, whoever
from engine.case import execute as case_execute
from engine.case.command import CaseCommand, MoveEdition, Nominate
from engine.case.edition import settle_all
from engine.case.execute import Outcome
from engine.case.migration import Mapped, Migration, migrate
from engine.case.query import refuse_stale
from engine.case.relation import ANYONE
from engine.case.restatement import restate
from engine.custody import checkpoint as custody
from engine.custody import execute as custody_execute
from engine.custody.backup import backup
from engine.custody.command import CustodyCommand
from engine.custody.letter import forget_letters
from engine.custody.rotation import rotate
from engine.custody.trace import sweep
from engine.deadline.tick import Ticked, tick
from engine.edition.catalog import catalog
from engine.edition.publish import Published, Trials, publish
from engine.edition.ruling import approve, drop
from engine.fact.intake import File, import_file
from engine.fact.report import Report
from engine.growth import execute as growth_execute
from engine.growth.command import GrowthCommand
from engine.growth.joined import follow
from engine.growth.plan.execute import file_actions
from engine.letter.calendar import feed
from engine.letter.deliver import Delivered, deliver
from engine.letter.setting import read_post
from engine.letter.write import write_letters
from engine.people.delegation import end, give, stand_in
from engine.people.directory import natural
from engine.people.line import holders, roles
from engine.people.twin import join
from engine.record.checkpoint import Checkpoint, refuse_fork
from engine.record.command import Reply, remember, replied
from engine.record.event import SYSTEM, Actor, Event
from engine.record.key import settle
from engine.record.note import Verifier
from engine.record.verify import BROKEN, ERASING, Verdict
from engine.replay.rebuild import Rebuilt, rebuild
from engine.round import execute as round_execute
from engine.round.command import RoundCommand
from engine.round.enrol import nominate
from engine.session import execute as session_execute
from engine.session.command import SessionCommand
from engine.store.database import Store
from engine.store.setting import FILE, Config, read_config
from engine.store.source import Sources, uuid7
from engine.store.transaction import Tx
from engine.store.vault import FolderVault
from terms.error import Broken, RungError

Command: TypeAlias = (
    Nominate | CaseCommand | MoveEdition | SessionCommand | CustodyCommand | GrowthCommand | RoundCommand
)

T = TypeVar("T")
FOUNDER = "founder"
SIGNED = {"CaseDecided", ERASING}


class Engine:
    """Holds one open workspace and every way into it."""

    def __init__(self, root: Path, config: Config, store: Store, sources: Sources) -> None:
        self.root = root
        self.config = config
        self.store = store
        self.sources = sources
        self.post = read_post(config.letter, str(root / FILE))
        self.continues = False

    def read(self) -> AbstractContextManager[Tx]:
        """Opens a transaction that sees one moment and changes nothing."""
        return self.store.read()

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """Opens a transaction whose changes become visible together, or not at all.

        Raises Broken where the database does not continue the newest checkpoint: nothing is added to it.
        """
        with self.store.write() as tx:
            self._continue(tx)
            yield tx
            self._write_letters(tx)

    def attempt(self, work: Callable[[Tx], T]) -> T:
        """Returns what some work in such a transaction comes to; done again where others were in the way."""
        return self.store.attempt(self._guarded(work))

    def _guarded(self, work: Callable[[Tx], T]) -> Callable[[Tx], T]:
        """Returns some work as every transaction of this workspace does it: on its own record, with its letters."""

        def guarded(tx: Tx) -> T:
            self._continue(tx)
            done = work(tx)
            self._write_letters(tx)
            return done

        return guarded

    def _write_letters(self, tx: Tx) -> None:
        if self.post is not None and tx.held.get("appended"):
            write_letters(tx, self.post, self.config.name)

    def _continue(self, tx: Tx) -> None:
        if not self.continues:
            refuse_fork(tx, custody.last(self.root))
            self.continues = True

    def close(self) -> None:
        """Closes every connection."""
        self.store.close()

    def actor(
        self, text: str | None, behalf: str | None = None, token: str | None = None, *, first: bool = False
    ) -> Actor:
        """Returns who acts, and for whom, by name or token; the founder while nobody has the role hr.

        `first` takes a name on trust as long as nobody was issued a token. Raises as engine.access.token.whoever does.
        """
        with self.read() as tx:
            if not self._staffed(tx):
                return Actor(FOUNDER)
            trusted = self.config.asserted or (first and not any_issued(tx))
            return whoever(tx, text, behalf, token, asserted=trusted)

    def reader(self, text: str | None, token: str | None) -> str | None:
        """Returns the human who reads, by name or token; None while nobody has the role hr."""
        with self.read() as tx:
            if not self._staffed(tx):
                return None
            return reader(tx, text, token, asserted=self.config.asserted)

    def proven(self, token: str, behalf: str | None = None) -> Actor:
        """Returns whose token it is, and notes the day of its use; raises Unproven where it is none that holds."""
        with self.read() as tx:
            found = bearer(tx, token)
            actor = whoever(tx, None, behalf, token, asserted=False)
            used = found.last_used == tx.sources.today().isoformat()
        if not used:
            with suppress(RungError), self.store.write(head=False) as tx:
                note_use(tx, found)
        return actor

    def standing(self, tx: Tx, actor: Actor) -> frozenset[str]:
        """Returns an actor's relations to the workspace: their roles; the founder stands in for hr."""
        if actor.person in (FOUNDER, SYSTEM):
            return frozenset({ANYONE, "hr"})
        return frozenset({ANYONE, *roles(tx, actor.acting_for or actor.person, self.sources.today())})

    def _staffed(self, tx: Tx) -> bool:
        return bool(holders(tx, "hr", self.sources.today()))

    def act(
        self, command: Command, actor: Actor, key: str | None = None, *, seen: int | None = None
    ) -> Outcome:
        """Carries out a command in one transaction; a key makes a retry answer without acting twice.

        What several threads ask at the same time is saved together (see engine.store.group).
        Raises Conflict where the case has moved on since the version that the actor saw.
        """
        outcome = self.store.group.carry_out(self.work(command, actor, key, seen))
        types = {event.type for event in outcome.events}
        if ERASING in types:
            outcome = replace(outcome, remarks=sweep(self.store, self.root, outcome.events[0]))
        if types & SIGNED:
            remarks = custody.sign_saved(self.store, self.root)
            outcome = replace(outcome, remarks=(*outcome.remarks, *remarks))
        return outcome

    def work(
        self, command: Command, actor: Actor, key: str | None = None, seen: int | None = None
    ) -> Callable[[Tx], Outcome]:
        """Returns what a command does in a transaction; `act` carries it out and does what follows its COMMIT."""

        def work(tx: Tx) -> Outcome:
            before = None if key is None else replied(tx, key)
            if before is not None:
                return Outcome(events=before.events, label=before.label, id=before.id)
            stand_in(tx, actor)
            if seen is not None:
                refuse_stale(tx, str(getattr(command, "case", "")), seen)
            outcome = self._carry_out(tx, command, actor)
            if key is not None:
                remember(tx, key, Reply(outcome.events, outcome.label, outcome.id))
            return outcome

        return self._guarded(work)

    def _carry_out(self, tx: Tx, command: Command, actor: Actor) -> Outcome:
        if isinstance(command, Nominate):
            return file_actions(tx, nominate(tx, command, actor), actor)
        if isinstance(command, RoundCommand):
            return round_execute.execute(tx, command, actor, self.standing(tx, actor))
        if isinstance(command, MoveEdition):
            return case_execute.change_edition(tx, command, actor)
        if isinstance(command, CaseCommand):
            return case_execute.execute(tx, command, actor)
        if isinstance(command, CustodyCommand):
            return custody_execute.execute(tx, command, actor, self.standing(tx, actor))
        if isinstance(command, GrowthCommand):
            return growth_execute.execute(tx, command, actor)
        return session_execute.execute(tx, command, actor)

    def publish(
        self, kind: str, text: str, file: str, actor: Actor, trials: Trials | None = None
    ) -> Published:
        """Publishes a ladder, policy or workflow, and settles open cases; see engine.edition and case.edition."""

        def work(tx: Tx) -> Published:
            standing = self.standing(tx, actor)
            asked = {"solo": self.config.solo, "covered": self.config.covered}
            done = publish(tx, kind, text, file, actor, standing, trials=trials, **asked)
            if kind == "policy" and done.state == "published":
                settle_all(tx, done.name)
            return done

        return self.attempt(work)

    def approve(self, kind: str, name: str, label: str | None, actor: Actor) -> Published:
        """Approves a proposed edition as its second person; see engine.edition.ruling."""
        return self.attempt(lambda tx: approve(tx, kind, name, label, actor, self.standing(tx, actor)))

    def drop(
        self, act: str, kind: str, name: str, label: str | None, because: str, actor: Actor
    ) -> Published:
        """Withdraws (by its proposer) or rejects (by another) a proposed edition; see engine.edition.ruling."""
        return self.attempt(
            lambda tx: drop(tx, act, kind, name, label, because, actor, self.standing(tx, actor))
        )

    def settle_editions(self) -> tuple[Event, ...]:
        """Brings open cases under the editions that have come into effect; see engine.case.edition."""
        return self.attempt(settle_all)

    def migrate(self, asked: Migration, actor: Actor) -> tuple[Mapped, ...]:
        """Moves open cases to another edition of their workflow, all or none; see engine.case.migration."""

        def work(tx: Tx) -> tuple[Mapped, ...]:
            stand_in(tx, actor)
            require("move a case to an edition", self.standing(tx, actor), "open cases")
            return migrate(tx, asked, actor)

        return self.attempt(work)

    def tick(self) -> Ticked:
        """Does what the day asks for: reminds, escalates, gives back leases, and signs the day's checkpoint."""
        done = self.attempt(tick)
        self.daily_checkpoint()
        return done

    def deliver(self, most: int = 1000) -> Delivered:
        """Sends the letters that are due now; see engine.letter.deliver. Secrets come from the environment."""
        if self.post is None:
            return Delivered()
        self.store.attempt(partial(forget_letters, days=self.post.keep_days), head=False)
        return deliver(self.store, self.post, os.environ, most)

    def calendar(self, person: str, actor: Actor) -> bytes:
        """Returns somebody's own calendar feed; see engine.letter.calendar."""
        return self.attempt(lambda tx: feed(tx, person, actor, self.config.name))

    def import_file(self, file: File, actor: Actor, *, dry_run: bool = False) -> Report:
        """Takes a file of facts in; see engine.fact.intake."""

        def work(tx: Tx) -> Report:
            rule = require("import", self.standing(tx, actor), file.name)
            report = import_file(tx, file, actor, catalog(tx), rule=rule, dry_run=dry_run)
            if report.seq is not None:
                restate(tx, report.seq)
            return report

        return self.attempt(work)

    def join_accounts(self, one: str, other: str, because: str, actor: Actor) -> Event:
        """Says that two entries of the directory are one human; see engine.people.twin."""

        def work(tx: Tx) -> Event:
            held = self.standing(tx, actor)
            if natural(tx, actor.person) in (natural(tx, one), natural(tx, other)):
                held |= {"concerned"}
            rule = require("join two accounts", held, "these two")
            event = join(tx, one, other, because, actor, rule)[0]
            follow(tx, event, actor)
            return event

        return self.attempt(work)

    def delegate(self, actor: Actor, to: str, since: date, until: date, because: str) -> Event:
        """Lets somebody act for the actor in a window; see engine.people.delegation."""
        return self.attempt(lambda tx: give(tx, actor, to, since, until, because))

    def end_delegation(self, actor: Actor, to: str) -> tuple[Event, ...]:
        """Ends what the actor delegated to somebody."""
        return self.attempt(lambda tx: end(tx, actor, to))

    def verify(self, since: Sequence[Path] = (), tsa: Sequence[Path] = ()) -> Verdict:
        """Verifies the record against the checkpoints kept beside it and elsewhere, and the facts against it."""
        with self.read() as tx:
            return custody.verify_now(tx, self.root, since, tsa)

    def rebuild(self, actor: Actor, *, write: bool) -> Rebuilt:
        """Rebuilds the projections from a record that holds, or says what that would do; see engine.replay.rebuild."""
        verdict = self.verify()
        if verdict.answer == BROKEN:
            raise Broken(f"Nothing is rebuilt from a record that does not hold: {verdict.faults[0]}.")
        return self.attempt(lambda tx: rebuild(tx, actor, self.standing, write=write))

    def checkpoint(self) -> Path:
        """Signs the record's size and root and writes them outside the database; returns the file."""
        with self.read() as tx:
            made = custody.sign_now(tx, self.root)
        return custody.keep(self.root, made)

    def daily_checkpoint(self) -> Path | None:
        """Does the same unless a checkpoint was signed today: None then."""
        with self.read() as tx:
            needed = custody.due(tx, self.root)
        return self.checkpoint() if needed else None

    def backup(self, path: Path) -> Checkpoint:
        """Writes everything that a workspace needs into one file, as of one moment; returns its checkpoint."""
        made = backup(self.store, self.root, path)
        custody.keep(self.root, made)
        return made

    def rotate_key(self, actor: Actor) -> Verifier:
        """Changes the signing key, under the old key's hand and the new one's; returns the new public key."""
        with self.write() as tx:
            rule = require("change the key", self.standing(tx, actor), self.config.name)
            statement = rotate(tx, self.root, actor, rule)
        found = settle(self.root / "keys", statement)
        self.checkpoint()
        return found


def open_engine(root: Path, *, sources: Sources | None = None) -> Engine:
    """Returns the engine of a workspace; raises Malformed where rung.toml is wrong."""
    engine = engine_at(root, read_config(root), sources)
    engine.store.check()
    return engine


def schema_of(root: Path) -> Store:
    """Returns the database of a workspace as it stands, whatever its schema's revision."""
    return engine_at(root, read_config(root), None).store


def engine_at(root: Path, config: Config, sources: Sources | None) -> Engine:
    """Returns the engine of a workspace by its settings, without looking at its database."""
    joined = sources or default_sources(root, config.zone)
    store = Store(config.database or f"sqlite:///{root / 'rung.db'}", joined)
    return Engine(root, config, store, joined)


def now() -> datetime:
    """Returns the present moment: the one place where time enters."""
    return datetime.now(UTC)  # noqa: TID251  # the one place where time enters


def default_sources(root: Path, zone: ZoneInfo) -> Sources:
    """Returns the sources of real life: the system clock, UUIDv7 ids, salts from the operating system."""
    return Sources(
        clock=now,
        ids=new_id,
        salts=lambda: os.urandom(32),
        vault=FolderVault(root / "keys" / "sessions"),
        zone=zone,
    )


def new_id() -> str:
    """Returns a new UUIDv7 as text (RFC 9562): 48 bits of milliseconds, then random bits."""
    return uuid7(int(now().timestamp() * 1000), secrets.randbits(74))
