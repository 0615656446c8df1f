"""A workspace that writes letters, under a clock that stands still, and what of them was sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

from engine.bootstrap import Engine
from engine.case.command import TakeStep
from engine.letter.outbox import Letter, letters
from engine.letter.setting import read_post
from tests.integration.packet_story import Story
from tests.integration.peer import Mailbox

FROM = "Reviews <reviews@northwind.example>"


class Clock:
    """Holds the time of a workspace, which stands still until it is moved."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def __call__(self) -> datetime:
        """Returns now, a microsecond later each time."""
        self.now += timedelta(microseconds=1)
        return self.now


def standing_still(story: Story) -> Story:
    """Returns a story whose clock stands still and whose chance is always in the middle."""
    clock = Clock(story.engine.sources.clock())
    settled = replace(story.engine.sources, clock=clock, salts=lambda: b"\x80" + bytes(31))
    story.engine.sources = story.engine.store.sources = settled
    return story


def clock_of(story: Story) -> Clock:
    return cast(Clock, story.engine.sources.clock)


def posted(story: Story, box: Mailbox | None = None, **more: Any) -> Engine:
    """Returns the engine, writing letters and sending them to a mail server."""
    smtp = {"smtp": {"host": "localhost", "port": box.port, "security": "none"}} if box else {}
    story.engine.post = read_post({"from": FROM, **smtp, **more}, "rung.toml")
    return story.engine


def open_evidence(story: Story) -> None:
    """Moves the case on, which writes nobody: then freezes its file, which writes to the candidate."""
    story.engine.act(TakeStep(case=story.case, step="open_evidence"), story.actor("Boss Bold"))
    story.engine.act(TakeStep(case=story.case, step="freeze_file"), story.actor("Boss Bold"))


def delegated(story: Story, *takers: str) -> Engine:
    """Lets Hana's work be done by others: two letters each, to the taker and to her."""
    engine, today = story.engine, story.engine.sources.today()
    for one in takers or ("Ana Lund",):
        engine.delegate(story.actor("Hana Hr"), story.ids[one], today, today, "Away")
    return engine


def all_of(engine: Engine) -> tuple[Letter, ...]:
    with engine.read() as tx:
        return letters(tx)


def read(box: Mailbox, at: int = 0) -> EmailMessage:
    body = box.taken[at].content
    assert isinstance(body, bytes)
    found = message_from_bytes(body, policy=default)
    assert isinstance(found, EmailMessage)
    return found


def bytes_of(box: Mailbox, at: int) -> bytes:
    found = box.taken[at].content
    assert isinstance(found, bytes)
    return found
