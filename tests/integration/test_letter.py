"""Letters reach a real mail server and a real web server; whatever breaks on the way, none is lost and none doubled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast

import pytest

from engine.bootstrap import Engine
from engine.case.command import TakeStep
from engine.letter.outbox import Letter, letters
from engine.letter.setting import read_post
from tests.integration.packet_story import Story, workspace
from tests.integration.peer import Mailbox, mail_server

FROM = "Reviews <reviews@northwind.example>"


class Clock:
    """Holds the time of a workspace, which stands still until it is moved."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def __call__(self) -> datetime:
        """Returns now, a microsecond later each time."""
        self.now += timedelta(microseconds=1)
        return self.now


@pytest.fixture
def story(url: str, tmp_path: Path) -> Iterator[Story]:
    """Yields a nominated case, on each kind of database, nothing having been written yet."""
    made = workspace(tmp_path / "ws", database=None if url.startswith("sqlite") else url)
    clock = Clock(made.engine.sources.clock())
    settled = replace(made.engine.sources, clock=clock, salts=lambda: b"\x80" + bytes(31))
    made.engine.sources = made.engine.store.sources = settled
    yield made
    made.engine.close()


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mail_server() as found:
        yield found


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


def all_of(engine: Engine) -> tuple[Letter, ...]:
    with engine.read() as tx:
        return letters(tx)


def read(box: Mailbox, at: int = 0) -> EmailMessage:
    body = box.taken[at].content
    assert isinstance(body, bytes)
    found = message_from_bytes(body, policy=default)
    assert isinstance(found, EmailMessage)
    return found


def test_a_letter_reaches_its_receiver_as_text_and_as_a_page(story: Story, box: Mailbox) -> None:
    engine = posted(story, box)
    open_evidence(story)
    assert engine.deliver().sent == 1
    (held,) = all_of(engine)
    assert (held.state, held.tries, held.reason) == ("sent", 1, None)
    got = read(box)
    assert box.taken[0].mail_from == "reviews@northwind.example"
    assert box.taken[0].rcpt_tos == ["rep@northwind.example"]
    assert (got["From"], got["To"]) == (FROM, "Rep Rao <rep@northwind.example>")
    assert got["Subject"] == "C-0001: your file is complete"
    assert got["Message-ID"] == f"<{held.id}@northwind.example>"
    plain, page = got.get_body(("plain",)), got.get_body(("html",))
    assert plain is not None and page is not None
    assert plain.get_content().replace("\r\n", "\n") == held.text
    assert "<h1" in page.get_content() and "Dear Rep Rao," in page.get_content()
    assert engine.deliver().sent == 0 and len(box.taken) == 1
